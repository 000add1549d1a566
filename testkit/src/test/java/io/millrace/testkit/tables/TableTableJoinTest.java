package io.millrace.testkit.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.join.Change;
import io.millrace.operators.join.JoinKind;
import io.millrace.operators.join.Joined;
import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Table;
import io.millrace.streams.Topology;
import io.millrace.testkit.MillraceTest;
import io.millrace.testkit.TestDriverBuilder;
import io.millrace.testkit.TestDrivers;
import io.millrace.testkit.TestInput;
import io.millrace.testkit.TestRecord;
import io.millrace.testkit.TopologyTestDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tables joined with tables by the key of both. */
@MillraceTest
class TableTableJoinTest {
    private static final int[] PARTITIONS = {1, 2, 7};

    private final Topology topology = Topology.named("job");

    @Test
    void shouldHandOnHowTheRowChanges(final TestDrivers drivers) {
        final TopologyTestDriver driver = start(drivers, 2);

        put(driver, "right", "a", "r1");
        put(driver, "left", "a", "l1");
        put(driver, "left", "a", "l1");
        put(driver, "right", "a", "r2");
        delete(driver, "left", "a");
        delete(driver, "left", "a");
        delete(driver, "right", "a");

        assertThat(values(driver, "inner"))
                .containsExactly("a: null -> l1|r1", "a: l1|r1 -> l1|r2", "a: l1|r2 -> null");
        assertThat(values(driver, "left.joined"))
                .containsExactly("a: null -> l1|r1", "a: l1|r1 -> l1|r2", "a: l1|r2 -> null");
        assertThat(values(driver, "outer"))
                .containsExactly(
                        "a: null -> null|r1",
                        "a: null|r1 -> l1|r1",
                        "a: l1|r1 -> l1|r2",
                        "a: l1|r2 -> null|r2",
                        "a: null|r2 -> null");
    }

    @Test
    void shouldForgetAKeyThatBothTablesHaveDeleted(final TestDrivers drivers) {
        final TopologyTestDriver driver = start(drivers, 1);
        final long bytes = driver.stateBytes();

        for (int i = 0; i < 100; i++) {
            put(driver, "left", "key " + i, "l");
            put(driver, "right", "key " + i, "r".repeat(10_000));
            delete(driver, i % 2 == 0 ? "left" : "right", "key " + i);
            delete(driver, i % 2 == 0 ? "right" : "left", "key " + i);
        }

        assertThat(driver.stateBytes() - bytes).isLessThan(500_000);
    }

    @Test
    void shouldAnswerForTheRowOfAKey(final TestDrivers drivers) {
        final TopologyTestDriver driver = start(drivers, 2);

        put(driver, "left", "a", "l1");
        put(driver, "left", "b", "l2");
        put(driver, "right", "b", "r2");
        put(driver, "right", "c", "r3");

        assertThat(driver.state("inner-join", Codecs.string()).values()).hasToString("{b=l2|r2}");
        assertThat(driver.state("left-join", Codecs.string()).values()).hasToString("{a=l1|null, b=l2|r2}");
        assertThat(driver.state("outer-join", Codecs.string()).values()).hasToString("{a=l1|null, b=l2|r2, c=null|r3}");
    }

    @Test
    void shouldHaveTheLaterOfBothEventTimes(final TestDrivers drivers) {
        final TopologyTestDriver driver = start(drivers, 2);
        final Instant begin = driver.now();

        pipe(driver, "left", "a", 20, "l1");
        pipe(driver, "right", "a", 5, "r1");
        pipe(driver, "right", "a", 30, null);
        pipe(driver, "left", "a", 25, "l2");

        assertThat(driver.output("left.joined", Codecs.string()).readAll())
                .extracting(
                        record -> Duration.between(begin, record.eventTime()).toSeconds() + " " + record.value())
                .containsExactly(
                        "20 a: null -> l1|null",
                        "20 a: l1|null -> l1|r1",
                        "30 a: l1|r1 -> l1|null",
                        "30 a: l1|null -> l2|null");
    }

    @Test
    void shouldMakeValuesOfBothAndForwardThemWhenTheyDiffer(final TestDrivers drivers) {
        table("left")
                .outerJoin("joined", table("right"), TableTableJoinTest::first, Codecs.string())
                .to("copy", Codecs.string());
        final TopologyTestDriver driver = drivers.of(topology)
                .partitions("left", 2)
                .partitions("right", 2)
                .start();

        put(driver, "left", "a", "x1");
        put(driver, "right", "a", "y1");
        put(driver, "left", "a", "z1");
        delete(driver, "left", "a");
        delete(driver, "right", "a");

        final List<TestRecord<String>> copy =
                driver.output("copy", Codecs.string()).readAll();
        assertThat(copy).extracting(TestRecord::value).containsExactly("x", "z", "y", null);
        assertThat(copy).extracting(record -> record.key(Codecs.string())).containsOnly("a");
    }

    private static String first(final String left, final String right) {
        return (left == null ? right : left).substring(0, 1);
    }

    @Test
    void shouldMakeATableThatIsFilteredGroupedJoinedAndReadByStreams(final TestDrivers drivers) {
        final Table<String, Joined<String, String>> joined = table("left").join("joined", table("right"));
        joined.filter(row -> !row.left().equals("l0")).to("filtered", Codecs.joined(Codecs.string(), Codecs.string()));
        joined.groupBy("by-right", Codecs.string(), Joined::right)
                .count("rows")
                .changes()
                .mapWithKey((key, change) -> key + ": " + change, Codecs.string())
                .to("counts");
        joined.leftJoin("again", table("third"))
                .changes()
                .mapWithKey((key, change) -> key + ": " + change, Codecs.string())
                .to("again.out");
        topology.stream("orders", Codecs.string())
                .keyBy("orders-by-key", Codecs.string(), order -> order)
                .leftJoin("ordered", joined)
                .mapValues(Joined::toString, Codecs.string())
                .to("ordered.out");
        final TopologyTestDriver driver = drivers.of(topology)
                .partitions("left", 2)
                .partitions("right", 7)
                .partitions("third", 2)
                .partitions("orders", 2)
                .start();

        put(driver, "left", "a", "l0");
        put(driver, "right", "a", "r1");
        driver.input("orders", Codecs.string()).pipe("a");
        put(driver, "left", "b", "l1");
        put(driver, "right", "b", "r1");
        put(driver, "third", "b", "t1");
        put(driver, "right", "a", "r2");
        put(driver, "left", "a", "l2");
        delete(driver, "left", "b");
        driver.input("orders", Codecs.string()).pipe("b");

        assertThat(driver.output("filtered", Codecs.joined(Codecs.string(), Codecs.string()))
                        .readAll())
                .extracting(record -> record.key(Codecs.string()) + " " + record.value())
                .containsExactlyInAnyOrder("b l1|r1", "a l2|r2", "b null");
        assertThat(values(driver, "counts"))
                .containsExactlyInAnyOrder(
                        "r1: null -> 1", "r1: 1 -> 2", "r1: 2 -> 1", "r2: null -> 1", "r1: 1 -> null");
        assertThat(values(driver, "again.out"))
                .containsExactlyInAnyOrder(
                        "a: null -> l0|r1|null",
                        "a: l0|r1|null -> l0|r2|null",
                        "a: l0|r2|null -> l2|r2|null",
                        "b: null -> l1|r1|null",
                        "b: l1|r1|null -> l1|r1|t1",
                        "b: l1|r1|t1 -> null");
        assertThat(values(driver, "ordered.out")).containsExactly("a|l0|r1", "b|null");
    }

    @Test
    void shouldTakeAnExpiryForADelete(final TestDrivers drivers) {
        for (final int partitions : PARTITIONS) {
            final TableTableJoinTest test = new TableTableJoinTest();
            final Topology expiring = test.topology;
            final Table<String, String> left = expiring.table("left-table", "left", Codecs.string(), Codecs.string())
                    .ttl(Duration.ofSeconds(5));
            write(left.join("inner", test.table("right")), "inner");
            final TopologyTestDriver driver = drivers.of(expiring)
                    .partitions("left", partitions)
                    .partitions("right", partitions)
                    .start();

            put(driver, "left", "a", "l1");
            put(driver, "right", "a", "r1");
            driver.advanceTime(Duration.ofSeconds(6));
            put(driver, "right", "a", "r2");

            assertThat(values(driver, "inner")).containsExactly("a: null -> l1|r1", "a: l1|r1 -> null");
            driver.close();
        }
    }

    @Test
    void shouldJoinAggregatesOfTwoStreams(final TestDrivers drivers) {
        write(counts("orders").outerJoin("both", counts("payments")), "both");
        final TopologyTestDriver driver = drivers.of(topology)
                .partitions("orders", 2)
                .partitions("payments", 7)
                .start();

        driver.input("orders", Codecs.string()).pipe("a");
        driver.input("payments", Codecs.string()).pipe("a");
        driver.input("orders", Codecs.string()).pipe("a");

        assertThat(values(driver, "both")).containsExactly("a: null -> 1|null", "a: 1|null -> 1|1", "a: 1|1 -> 2|1");
    }

    private Table<String, Long> counts(final String topic) {
        return topology.stream(topic, Codecs.string())
                .keyBy("by-key-" + topic, Codecs.string(), value -> value)
                .count("count-" + topic);
    }

    @Test
    void shouldReportATableThatIsJoinedWithItself() {
        final Table<String, String> table = table("left");
        write(table.join("joined", table), "out");

        assertThatThrownBy(topology::build)
                .hasMessageContaining("join joined: table left-table is joined with itself; mapValues(…) makes what its"
                        + " values hold");
    }

    @Test
    void shouldReportATableWhoseValuesNobodySaidHowToWrite() {
        final KeyedStream<String, String> orders =
                topology.stream("orders", Codecs.string()).keyBy("by-key", Codecs.string(), value -> value);
        write(orders.topN("top", 2, String::length, Codecs.string()).join("joined", table("right")), "out");

        assertThatThrownBy(topology::build)
                .hasMessageContaining(
                        "join joined: it keeps a copy of table top, whose values nobody said how to write");
    }

    @Test
    void shouldReportAJoinThatNobodyReads() {
        table("left").join("joined", table("right"));
        topology.stream("in", Codecs.string()).to("out");

        assertThatThrownBy(topology::build).hasMessageContaining("table joined: nobody reads it");
    }

    @Test
    void shouldSayWhatItIs() {
        write(table("left").leftJoin("joined", table("right")), "out");

        assertThat(topology.describe())
                .contains("joined (left join of tables left-table and right-table)")
                .contains("the values of both tables, the key and 32 bytes, for each key");
    }

    private Table<String, String> table(final String topic) {
        return topology.table(topic + "-table", topic, Codecs.string(), Codecs.string());
    }

    private TopologyTestDriver start(final TestDrivers drivers, final int partitions) {
        return settings(drivers, partitions).checkpoints(0).start();
    }

    private TestDriverBuilder settings(final TestDrivers drivers, final int partitions) {
        final Table<String, String> left = table("left");
        final Table<String, String> right = table("right");
        write(left.join("inner-join", right), topic(JoinKind.INNER));
        write(left.leftJoin("left-join", right), topic(JoinKind.LEFT));
        write(left.outerJoin("outer-join", right), topic(JoinKind.OUTER));
        return drivers.of(topology).partitions("left", partitions).partitions("right", Math.min(2, partitions));
    }

    private static String topic(final JoinKind kind) {
        return switch (kind) {
            case INNER -> "inner";
            case LEFT -> "left.joined";
            case OUTER -> "outer";
        };
    }

    private static <L, R> void write(final Table<String, Joined<L, R>> joined, final String topic) {
        joined.changes()
                .mapWithKey((key, change) -> key + ": " + text(change), Codecs.string())
                .to(topic);
    }

    private static String text(final Change<?> change) {
        return (change.hasBefore() ? change.before() : null) + " -> " + change.after();
    }

    private static void put(final TopologyTestDriver driver, final String topic, final String key, final String value) {
        pipe(driver, topic, key, 0, value);
    }

    private static void delete(final TopologyTestDriver driver, final String topic, final String key) {
        pipe(driver, topic, key, 0, null);
    }

    private static void pipe(
            final TopologyTestDriver driver,
            final String topic,
            final String key,
            final long seconds,
            final String value) {
        final TestInput<String> input = driver.input(topic, Codecs.string());
        final Instant time = driver.now().plusSeconds(seconds);
        if (value == null) {
            input.delete(Codecs.string(), key, time);
        } else {
            input.pipe(Codecs.string(), key, time, value);
        }
    }

    private static List<String> values(final TopologyTestDriver driver, final String topic) {
        return driver.output(topic, Codecs.string()).readValues();
    }
}
