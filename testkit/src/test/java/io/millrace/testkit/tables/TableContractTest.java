package io.millrace.testkit.tables;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.join.Change;
import io.millrace.operators.join.Joined;
import io.millrace.streams.Codecs;
import io.millrace.streams.GroupedTable;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.SourceTable;
import io.millrace.streams.Table;
import io.millrace.streams.Topology;
import io.millrace.testkit.ContractReport;
import io.millrace.testkit.OperatorContract;
import io.millrace.testkit.TestInput;
import io.millrace.testkit.TopologyTestDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The contract of tables. */
class TableContractTest {
    private static final TableScript SCRIPT = TableScript.random(new SplittableRandom(6), 40, 5);

    @Test
    void shouldHoldForATableOfATopic() {
        verify(table -> {}, 1, 2);
    }

    @Test
    void shouldHoldForATableThatIsLatestByEventTime() {
        verify(SourceTable::latestByEventTime, 1, 2);
    }

    // A key's life may end in another order on another number of partitions, and with another event time.
    @Test
    void shouldHoldForATableWhoseKeysHaveATimeToLive() {
        verify(table -> table.ttl(Duration.ofMillis(155)), 2);
        verify(table -> table.latestByEventTime().ttl(Duration.ofMillis(155)), 1);
    }

    @Test
    void shouldHoldForTablesMadeOfATable() {
        verifyAll(
                topology -> {
                    final Table<String, String> table = table(topology).filter(value -> !value.equals("v3"));
                    table.mapValues(TableOperationsTest::group, Codecs.string()).to("mapped", Codecs.string());
                    final GroupedTable<String, String> groups =
                            table.groupBy("by-group", Codecs.string(), TableOperationsTest::group);
                    groups.sum("sums", TableOperationsTest::digit)
                            .changes()
                            .mapValues(Change::toString, Codecs.string())
                            .to("sums.out");
                },
                TableContractTest::play,
                1,
                2);
    }

    @Test
    void shouldHoldForJoinsOfAStreamWithATable() {
        verifyAll(
                topology -> {
                    final KeyedStream<String, String> orders = topology.stream("orders", Codecs.string())
                            .keyBy("by-key", Codecs.string(), order -> order.split(" ")[0]);
                    final Table<String, String> table = table(topology);
                    orders.leftJoin("left-join", table)
                            .mapValues(Joined::toString, Codecs.string())
                            .to("left");
                    orders.join("global-join", table.broadcast(), order -> order.split(" ")[1])
                            .mapValues(Joined::toString, Codecs.string())
                            .to("global");
                },
                driver -> {
                    final Instant begin = driver.now();
                    final TestInput<String> orders = driver.input("orders", Codecs.string());
                    final TestInput<String> prices = driver.input("in", Codecs.string());
                    for (final TableScript.Entry entry : SCRIPT.entries()) {
                        driver.at(begin.plusMillis(entry.atMs()));
                        TableScript.put(prices, begin, entry);
                        orders.pipe(entry.key() + " k" + entry.atMs() / 10 % 5);
                    }
                    driver.end();
                },
                1,
                2);
    }

    @Test
    void shouldHoldForJoinsOfTables() {
        verifyAll(
                topology -> {
                    final Table<String, String> left = table(topology);
                    final Table<String, String> right =
                            topology.table("names", "others", Codecs.string(), Codecs.string());
                    left.join("inner", right).to("inner.out", Codecs.joined(Codecs.string(), Codecs.string()));
                    left.leftJoin("left", right).to("left.out", Codecs.joined(Codecs.string(), Codecs.string()));
                    left.outerJoin("outer", right)
                            .changes()
                            .mapWithKey((key, change) -> key + ": " + change, Codecs.string())
                            .to("outer.out");
                },
                driver -> playBoth(driver, "in", "others"),
                1,
                2);
    }

    @Test
    void shouldHoldForForeignKeyJoins() {
        verifyAll(
                topology -> {
                    final Table<String, String> left = table(topology);
                    final Table<String, String> right =
                            topology.table("names", "others", Codecs.string(), Codecs.string());
                    left.joinForeign("inner", right, TableContractTest::foreignKey)
                            .to("inner.out", Codecs.joined(Codecs.string(), Codecs.string()));
                    left.leftJoinForeign("left", right, TableContractTest::foreignKey)
                            .changes()
                            .mapWithKey((key, change) -> key + ": " + change, Codecs.string())
                            .to("left.out");
                },
                driver -> playBoth(driver, "in", "others"),
                1,
                2);
    }

    // Of v0 to v4: three keys, a key of nobody, and none.
    private static String foreignKey(final String value) {
        return value.equals("v4") ? null : "k" + (value.equals("v3") ? "none" : value.substring(1));
    }

    private static void playBoth(final TopologyTestDriver driver, final String left, final String right) {
        final SplittableRandom random = new SplittableRandom(8);
        final Instant begin = driver.now();
        for (final TableScript.Entry entry :
                TableScript.random(new SplittableRandom(7), 60, 4).entries()) {
            driver.at(begin.plusMillis(entry.atMs()));
            TableScript.put(driver.input(random.nextBoolean() ? left : right, Codecs.string()), begin, entry);
        }
        driver.end();
    }

    private static void verify(final Consumer<SourceTable<String, String>> options, final int... partitions) {
        verifyAll(
                topology -> {
                    final SourceTable<String, String> table = table(topology);
                    options.accept(table);
                    table.changes()
                            .mapWithKey((key, change) -> key + ": " + change, Codecs.string())
                            .to("out");
                    table.to("copy", Codecs.string());
                    table.late().to("late");
                },
                TableContractTest::play,
                partitions);
    }

    private static SourceTable<String, String> table(final Topology topology) {
        return topology.table("prices", "in", Codecs.string(), Codecs.string());
    }

    private static void play(final TopologyTestDriver driver) {
        SCRIPT.play(driver, "in");
        TableScript.letTimePass(driver);
        driver.end();
    }

    private static void verifyAll(
            final Consumer<Topology> steps, final Consumer<TopologyTestDriver> script, final int... partitions) {
        final ContractReport report = OperatorContract.of(() -> {
                    final Topology topology = Topology.named("contract");
                    steps.accept(topology);
                    return topology;
                })
                .script(script)
                .partitions(partitions)
                .maxCrashes(3)
                .verify();

        assertThat(report.restores()).isGreaterThan(20);
        assertThat(report.refusals()).isPositive();
        assertThat(report.crashes()).isPositive();
        assertThat(report.checkpointedCrashes()).isPositive();
    }
}
