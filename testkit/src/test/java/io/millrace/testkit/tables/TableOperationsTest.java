package io.millrace.testkit.tables;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.streams.Codecs;
import io.millrace.streams.Table;
import io.millrace.streams.Topology;
import io.millrace.testkit.MillraceTest;
import io.millrace.testkit.TestDrivers;
import io.millrace.testkit.TopologyTestDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Tables that are made of tables: filtered, mapped, grouped and aggregated, against what each of them is said simply. */
@MillraceTest
class TableOperationsTest {
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 3);
    private static final int[] PARTITIONS = {1, 2, 7};
    private static final Aggregation<String, String, String> ALL = Aggregation.<String, String>values(
                    Codecs.string(), () -> "", (all, value) -> sorted(all + digit(value)))
            .subtract((all, value) -> all.replaceFirst(String.valueOf(digit(value)), ""))
            .named("all");

    @Test
    void shouldDeleteAValueThatIsAcceptedNoLonger(final TestDrivers drivers) {
        final List<String> changes = changes(
                drivers,
                table -> table.filter(value -> value.startsWith("+")),
                "+1",
                "+2",
                "-1",
                "-2",
                null,
                "+3",
                null);

        assertThat(changes)
                .containsExactly("k: null -> +1", "k: +1 -> +2", "k: +2 -> null", "k: null -> +3", "k: +3 -> null");
    }

    @Test
    void shouldHandOnNothingWhereTheMappedValueIsTheSame(final TestDrivers drivers) {
        final List<String> changes = changes(
                drivers,
                table -> table.mapValues(value -> value.substring(0, 1), Codecs.string()),
                "a1",
                "a2",
                "b1",
                null);

        assertThat(changes).containsExactly("k: null -> a", "k: a -> b", "k: b -> null");
    }

    @Test
    void shouldTakeAValueForNoneWhereItsFunctionFailsAndThePolicyIsToGoOn(final TestDrivers drivers) {
        final List<String> changes = changes(
                drivers,
                table -> table.mapValues(value -> value.substring(0, 1), Codecs.string())
                        .onError(ErrorPolicy.SKIP),
                "a1",
                "",
                "b1");

        assertThat(changes).containsExactly("k: null -> a", "k: a -> null", "k: null -> b");
    }

    @Test
    void shouldKeepTheValueBeforeOfAnAggregate(final TestDrivers drivers) {
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .keyBy("by-word", Codecs.string(), word -> word)
                .count("counts")
                .filter(count -> count % 2 == 0)
                .changes()
                .mapWithKey((key, change) -> key + ": " + change, Codecs.string())
                .to("out");
        final TopologyTestDriver driver =
                drivers.of(topology).partitions("in", 2).start();

        driver.input("in", Codecs.string()).pipe("a").pipe("a").pipe("a").pipe("a");

        assertThat(driver.output("out", Codecs.string()).readValues())
                .containsExactly("a: null -> 2", "a: 2 -> null", "a: null -> 4");
    }

    @Test
    void shouldMoveAValueFromOneGroupToTheOther(final TestDrivers drivers) {
        final Topology topology = Topology.named("job");
        topology.table("prices", "in", Codecs.string(), Codecs.string())
                .groupBy("by-group", Codecs.string(), value -> value.substring(0, 1))
                .sum("sums", value -> value.charAt(1) - '0')
                .to("out", Codecs.int64());
        final TopologyTestDriver driver = drivers.of(topology).start();

        put(driver, "in", "x", "a1");
        put(driver, "in", "y", "a2");
        put(driver, "in", "x", "b1");
        put(driver, "in", "y", "a5");
        put(driver, "in", "y", null);

        assertThat(driver.output("out", Codecs.int64()).readAll())
                .extracting(record -> record.key(Codecs.string()) + "=" + record.value())
                .containsExactly("a=1", "a=3", "a=2", "b=1", "a=5", "a=null");
    }

    @Test
    void shouldAgreeWithTheReference(final TestDrivers drivers) {
        for (int round = 0; round < ROUNDS; round++) {
            final TableScript script = TableScript.random(new SplittableRandom(100 + round), 80, 6);
            for (final int partitions : PARTITIONS) {
                final String where = "round " + round + " on " + partitions;
                agree(
                        where,
                        script,
                        partitions,
                        drivers,
                        table -> table.filter(value -> digit(value) < 3),
                        value -> digit(value) < 3 ? value : null);
                agree(
                        where,
                        script,
                        partitions,
                        drivers,
                        table -> table.mapValues(value -> "m" + digit(value) / 2, Codecs.string()),
                        value -> "m" + digit(value) / 2);
                agree(
                        where,
                        script,
                        partitions,
                        drivers,
                        table -> table.filter(value -> digit(value) > 0)
                                .mapValues(value -> "m" + digit(value) / 2, Codecs.string())
                                .filter(value -> !value.equals("m2")),
                        value -> digit(value) > 0 && digit(value) < 4 ? "m" + digit(value) / 2 : null);
                final TopologyTestDriver driver = groups(drivers, partitions);
                script.play(driver, "in");
                same(
                        where + " count",
                        driver,
                        "counts.out",
                        partitions,
                        groupChanges(script, group -> String.valueOf(group.size())));
                same(
                        where + " sum",
                        driver,
                        "sums.out",
                        partitions,
                        groupChanges(
                                script,
                                group -> String.valueOf(group.values().stream()
                                        .mapToInt(TableOperationsTest::digit)
                                        .sum())));
                same(
                        where + " all",
                        driver,
                        "all.out",
                        partitions,
                        groupChanges(
                                script,
                                group -> sorted(group.values().stream()
                                        .map(value -> String.valueOf(digit(value)))
                                        .reduce("", String::concat))));
                driver.close();
            }
        }
    }

    private static void agree(
            final String where,
            final TableScript script,
            final int partitions,
            final TestDrivers drivers,
            final Function<Table<String, String>, Table<String, String>> step,
            final Function<String, String> meaning) {
        final TopologyTestDriver driver = start(drivers, partitions, step);
        script.play(driver, "in");

        final List<String> expected = new ArrayList<>();
        final TreeMap<String, String> values = new TreeMap<>();
        for (final TableScript.Entry entry : script.entries()) {
            final String before = meant(values.get(entry.key()), meaning);
            final String after = meant(entry.value(), meaning);
            values.put(entry.key(), entry.value());
            if (!Objects.equals(before, after)) {
                expected.add(entry.key() + ": " + before + " -> " + after);
            }
        }
        same(where, driver, "out", partitions, expected);
        driver.close();
    }

    private static String meant(final String value, final Function<String, String> meaning) {
        return value == null ? null : meaning.apply(value);
    }

    private static List<String> groupChanges(
            final TableScript script, final Function<TreeMap<String, String>, String> aggregate) {
        final List<String> changes = new ArrayList<>();
        final TreeMap<String, String> values = new TreeMap<>();
        for (final TableScript.Entry entry : script.entries()) {
            final String before = values.get(entry.key());
            final String oldGroup = before == null ? null : group(before);
            final String newGroup = entry.value() == null ? null : group(entry.value());
            final TreeMap<String, String> was = new TreeMap<>(values);
            if (oldGroup != null && !oldGroup.equals(newGroup)) {
                values.remove(entry.key());
                change(changes, oldGroup, was, values, aggregate);
            }
            if (newGroup != null) {
                values.put(entry.key(), entry.value());
                change(changes, newGroup, was, values, aggregate);
            }
        }
        return changes;
    }

    private static void change(
            final List<String> changes,
            final String group,
            final TreeMap<String, String> was,
            final TreeMap<String, String> is,
            final Function<TreeMap<String, String>, String> aggregate) {
        final String before = of(group, was, aggregate);
        final String after = of(group, is, aggregate);
        if (!Objects.equals(before, after)) {
            changes.add(group + ": " + before + " -> " + after);
        }
    }

    private static String of(
            final String group,
            final TreeMap<String, String> values,
            final Function<TreeMap<String, String>, String> aggregate) {
        final TreeMap<String, String> members = new TreeMap<>(values);
        members.values().removeIf(value -> !group(value).equals(group));
        return members.isEmpty() ? null : aggregate.apply(members);
    }

    private static TopologyTestDriver groups(final TestDrivers drivers, final int partitions) {
        final Topology topology = Topology.named("job");
        final var groups = topology.table("prices", "in", Codecs.string(), Codecs.string())
                .groupBy("by-group", Codecs.string(), TableOperationsTest::group);
        write(groups.count("counts"), "counts.out");
        write(groups.sum("sums", TableOperationsTest::digit), "sums.out");
        write(groups.aggregate("all", ALL).codec(Codecs.string()), "all.out");
        return Killed.atRandom(drivers.of(topology).partitions("in", partitions), partitions, partitions, 250)
                .start();
    }

    private static void write(final Table<String, ?> table, final String topic) {
        table.changes()
                .mapWithKey((key, change) -> key + ": " + change, Codecs.string())
                .to(topic);
    }

    private static void same(
            final String where,
            final TopologyTestDriver driver,
            final String topic,
            final int partitions,
            final List<String> expected) {
        final List<String> actual = driver.output(topic, Codecs.string()).readValues();
        Killed.same(where, partitions, actual, expected);
    }

    private static List<String> changes(
            final TestDrivers drivers,
            final Function<Table<String, String>, Table<String, String>> step,
            final String... values) {
        final TopologyTestDriver driver = start(drivers, 1, step);
        for (final String value : values) {
            put(driver, "in", "k", value);
        }
        return driver.output("out", Codecs.string()).readValues();
    }

    private static TopologyTestDriver start(
            final TestDrivers drivers,
            final int partitions,
            final Function<Table<String, String>, Table<String, String>> step) {
        final Topology topology = Topology.named("job");
        write(step.apply(topology.table("prices", "in", Codecs.string(), Codecs.string())), "out");
        return drivers.of(topology).partitions("in", partitions).start();
    }

    private static void put(final TopologyTestDriver driver, final String topic, final String key, final String value) {
        TableScript.put(driver.input(topic, Codecs.string()), driver.now(), new TableScript.Entry(0, 0, key, value));
    }

    static int digit(final String value) {
        return value.charAt(value.length() - 1) - '0';
    }

    static String group(final String value) {
        return "g" + digit(value) % 2;
    }

    static String sorted(final String digits) {
        return digits.chars()
                .sorted()
                .collect(StringBuilder::new, (text, c) -> text.append((char) c), StringBuilder::append)
                .toString();
    }
}
