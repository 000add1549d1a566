package io.millrace.testkit.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.join.JoinKind;
import io.millrace.operators.join.Joined;
import io.millrace.streams.Codecs;
import io.millrace.streams.SourceTable;
import io.millrace.streams.Table;
import io.millrace.streams.Topology;
import io.millrace.testkit.MillraceTest;
import io.millrace.testkit.TestDriverBuilder;
import io.millrace.testkit.TestDrivers;
import io.millrace.testkit.TestInput;
import io.millrace.testkit.TestOutput;
import io.millrace.testkit.TopologyTestDriver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables joined with tables by a key that is made of the left values, such as {@code a} of {@code 1>a}. */
@MillraceTest
class ForeignJoinTest {
    /** The right table has A for a and B for b, and nothing for x and y; a - is no value. */
    private static final String OLD_KEY_TO_NEW_KEY = """
            before ; after ; inner               ; left
            -      ; -     ;                     ;
            -      ; 2>    ;                     ; null -> 2>|null
            -      ; 2>a   ; null -> 2>a|A       ; null -> 2>a|A
            -      ; 2>x   ;                     ; null -> 2>x|null
            1>     ; -     ;                     ; 1>|null -> null
            1>     ; 1>    ;                     ;
            1>     ; 2>    ;                     ; 1>|null -> 2>|null
            1>     ; 2>a   ; null -> 2>a|A       ; 1>|null -> 2>a|A
            1>     ; 2>x   ;                     ; 1>|null -> 2>x|null
            1>a    ; -     ; 1>a|A -> null       ; 1>a|A -> null
            1>a    ; 1>a   ;                     ;
            1>a    ; 2>    ; 1>a|A -> null       ; 1>a|A -> 2>|null
            1>a    ; 2>a   ; 1>a|A -> 2>a|A      ; 1>a|A -> 2>a|A
            1>a    ; 2>b   ; 1>a|A -> 2>b|B      ; 1>a|A -> 2>b|B
            1>a    ; 2>x   ; 1>a|A -> null       ; 1>a|A -> 2>x|null
            1>x    ; -     ;                     ; 1>x|null -> null
            1>x    ; 1>x   ;                     ;
            1>x    ; 2>    ;                     ; 1>x|null -> 2>|null
            1>x    ; 2>a   ; null -> 2>a|A       ; 1>x|null -> 2>a|A
            1>x    ; 2>x   ;                     ; 1>x|null -> 2>x|null
            1>x    ; 2>y   ;                     ; 1>x|null -> 2>y|null
            """;

    private final Topology topology = Topology.named("job");

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldGoFromTheOldKeyToTheNewOne(final int partitions, final TestDrivers drivers) {
        final TopologyTestDriver driver = Killed.atRandom(settings(drivers, partitions), 0, partitions, 250)
                .start();
        put(driver, "right", "a", "A");
        put(driver, "right", "b", "B");
        final TestOutput<String> inner = driver.output("inner", Codecs.string());
        final TestOutput<String> left = driver.output("left.joined", Codecs.string());

        final List<String> lines = OLD_KEY_TO_NEW_KEY.lines().skip(1).toList();
        for (int i = 0; i < lines.size(); i++) {
            final String[] cells = lines.get(i).split(";", -1);
            final String key = "k" + i;
            putOrNot(driver, key, cells[0].strip());
            inner.readAll();
            left.readAll();

            putOrNot(driver, key, cells[1].strip());

            assertThat(inner.readValues()).as(lines.get(i)).isEqualTo(changes(key, cells[2]));
            assertThat(left.readValues()).as(lines.get(i)).isEqualTo(changes(key, cells[3]));
        }
    }

    private static void putOrNot(final TopologyTestDriver driver, final String key, final String value) {
        put(driver, "left", key, value.equals("-") ? null : value);
    }

    private static List<String> changes(final String key, final String cell) {
        return cell.isBlank() ? List.of() : List.of(key + ": " + cell.strip());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldTellAllRowsOfAKeyInTheOrderInWhichTheyTookIt(final int partitions, final TestDrivers drivers) {
        final TopologyTestDriver driver = start(drivers, partitions);
        for (final String key : List.of("3", "1", "2", "4")) {
            put(driver, "left", key, key + ">a");
        }
        put(driver, "left", "4", "4>b");
        put(driver, "left", "3", "3>");
        put(driver, "left", "1", "1 has changed>a");
        put(driver, "left", "3", "3>a");
        final TestOutput<String> left = driver.output("left.joined", Codecs.string());
        left.readAll();

        put(driver, "right", "a", "A");
        put(driver, "right", "a", "A");
        put(driver, "right", "a", "A2");
        put(driver, "right", "a", null);
        put(driver, "right", "a", null);

        final List<String> expected = new ArrayList<>();
        final List<String> rows = List.of("1: 1 has changed>a|", "2: 2>a|", "3: 3>a|");
        for (final String change : List.of("null -> A", "A -> A2", "A2 -> null")) {
            final String[] rights = change.split(" -> ");
            rows.forEach(row -> expected.add(row + rights[0] + " -> " + row.substring(3) + rights[1]));
        }
        final List<String> actual = left.readValues();
        if (partitions == 1) {
            assertThat(actual).isEqualTo(expected);
        } else {
            assertThat(actual).containsExactlyInAnyOrderElementsOf(expected);
        }
        assertThat(values(driver, "inner")).hasSize(9);
    }

    @Test
    void shouldForgetRowsAndKeysThatAreGone(final TestDrivers drivers) {
        final TopologyTestDriver driver = start(drivers, 1);
        final long bytes = driver.stateBytes();

        for (int i = 0; i < 100; i++) {
            put(driver, "left", "k" + i, "l>f" + i);
            put(driver, "right", "f" + i, "r".repeat(10_000));
            put(driver, "left", "k" + i, "l>g");
            put(driver, "left", "k" + i, null);
            put(driver, "right", "f" + i, null);
        }

        assertThat(driver.stateBytes() - bytes).isLessThan(700_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldJoinATableWithItself(final int partitions, final TestDrivers drivers) {
        final Table<String, String> people = table("left");
        write(people.leftJoinForeign("bosses", people, ForeignJoinTest::foreignKey), "out");
        people.leftJoinForeign(
                        "names",
                        people,
                        ForeignJoinTest::foreignKey,
                        (person, boss) -> boss == null ? person : person + "<" + boss,
                        Codecs.string())
                .to("names.out", Codecs.string());
        final TopologyTestDriver driver =
                drivers.of(topology).partitions("left", partitions).start();

        put(driver, "left", "ann", "Ann>");
        put(driver, "left", "bob", "Bob>ann");
        put(driver, "left", "ann", "Anna>ann");
        put(driver, "left", "bob", "Bob>cid");
        put(driver, "left", "cid", "Cid>bob");

        final List<String> all = values(driver, "out");
        assertThat(all).contains("bob: Bob>ann|Ann> -> Bob>ann|Anna>ann");
        assertThat(last(all, "ann")).endsWith(" -> Anna>ann|Anna>ann");
        assertThat(last(all, "bob")).endsWith(" -> Bob>cid|Cid>bob");
        assertThat(last(all, "cid")).endsWith(" -> Cid>bob|Bob>cid");
        assertThat(values(driver, "names.out")).contains("Bob>ann<Anna>ann", "Cid>bob<Bob>cid");
    }

    private static String last(final List<String> changes, final String key) {
        return changes.stream().filter(change -> change.startsWith(key + ": ")).reduce("", (first, second) -> second);
    }

    @Test
    void shouldTakeAnExpiryOfTheOtherTableForADelete(final TestDrivers drivers) {
        final SourceTable<String, String> right =
                topology.table("right-table", "right", Codecs.string(), Codecs.string());
        write(
                table("left")
                        .leftJoinForeign("left-join", right.ttl(Duration.ofSeconds(5)), ForeignJoinTest::foreignKey),
                "out");
        final TopologyTestDriver driver = drivers.of(topology)
                .partitions("left", 2)
                .partitions("right", 2)
                .start();

        put(driver, "right", "a", "A");
        put(driver, "left", "k", "1>a");
        driver.advanceTime(Duration.ofSeconds(6));

        assertThat(values(driver, "out")).containsExactly("k: null -> 1>a|A", "k: 1>a|A -> 1>a|null");
    }

    @Test
    void shouldTakeAValueWhoseForeignKeyCannotBeMadeForNone(final TestDrivers drivers) {
        topology.onError(ErrorPolicy.SKIP);
        write(
                table("left").leftJoinForeign("left-join", table("right"), value -> {
                    if (value.startsWith("bad")) {
                        throw new IllegalArgumentException("no key in " + value);
                    }
                    return foreignKey(value);
                }),
                "out");
        final TopologyTestDriver driver = drivers.of(topology).start();

        put(driver, "right", "a", "A");
        put(driver, "left", "k", "1>a");
        put(driver, "left", "k", "bad>a");
        put(driver, "left", "k", "3>a");

        assertThat(values(driver, "out")).containsExactly("k: null -> 1>a|A", "k: 1>a|A -> null", "k: null -> 3>a|A");
        assertThat(driver.counters().skippedRecords()).isEqualTo(1);
    }

    @Test
    void shouldReportATableWhoseValuesNobodySaidHowToWrite() {
        write(
                table("left")
                        .joinForeign(
                                "joined",
                                topology.stream("orders", Codecs.string())
                                        .keyBy("by-key", Codecs.string(), value -> value)
                                        .topN("top", 2, String::length, Codecs.string()),
                                ForeignJoinTest::foreignKey),
                "out");

        assertThatThrownBy(topology::build)
                .hasMessageContaining(
                        "join joined: it keeps a copy of table top, whose values nobody said how to write");
    }

    @Test
    void shouldSayWhatItIs() {
        write(table("left").leftJoinForeign("joined", table("right"), ForeignJoinTest::foreignKey), "out");

        assertThat(topology.describe())
                .contains("joined-keys (keys of table right-table in table left-table)")
                .contains("joined-lookup (look-up in table right-table)")
                .contains("joined (left foreign-key join of tables left-table and right-table)");
    }

    static String foreignKey(final String value) {
        final String key = value.substring(value.indexOf('>') + 1);
        return key.isEmpty() ? null : key;
    }

    private TopologyTestDriver start(final TestDrivers drivers, final int partitions) {
        return settings(drivers, partitions).checkpoints(0).start();
    }

    private TestDriverBuilder settings(final TestDrivers drivers, final int partitions) {
        final Table<String, String> left = table("left");
        final Table<String, String> right = table("right");
        write(left.joinForeign("inner-join", right, ForeignJoinTest::foreignKey), topic(JoinKind.INNER));
        write(left.leftJoinForeign("left-join", right, ForeignJoinTest::foreignKey), topic(JoinKind.LEFT));
        return drivers.of(topology).partitions("left", partitions).partitions("right", Math.min(2, partitions));
    }

    private Table<String, String> table(final String topic) {
        return topology.table(topic + "-table", topic, Codecs.string(), Codecs.string());
    }

    private static String topic(final JoinKind kind) {
        return kind == JoinKind.INNER ? "inner" : "left.joined";
    }

    private static <L, R> void write(final Table<String, Joined<L, R>> joined, final String topic) {
        joined.changes()
                .mapWithKey((key, change) -> key + ": " + change, Codecs.string())
                .to(topic);
    }

    private static void put(final TopologyTestDriver driver, final String topic, final String key, final String value) {
        final TestInput<String> input = driver.input(topic, Codecs.string());
        if (value == null) {
            input.delete(Codecs.string(), key, driver.now());
        } else {
            input.pipe(Codecs.string(), key, driver.now(), value);
        }
    }

    private static List<String> values(final TopologyTestDriver driver, final String topic) {
        return driver.output(topic, Codecs.string()).readValues();
    }
}
