package io.millrace.testkit.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.join.Joined;
import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Stream;
import io.millrace.streams.Table;
import io.millrace.streams.Topology;
import io.millrace.testkit.MillraceTest;
import io.millrace.testkit.TestDriverBuilder;
import io.millrace.testkit.TestDrivers;
import io.millrace.testkit.TestInput;
import io.millrace.testkit.TopologyTestDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Streams joined with tables, by the key of the stream and by a key that is made of its values. */
@MillraceTest
class StreamTableJoinTest {
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 2);
    private static final int[] PARTITIONS = {1, 2, 7};

    private final Topology topology = Topology.named("job");

    @Test
    void shouldJoinWithTheTableAsItIsWhereTheValueStands(final TestDrivers drivers) {
        final TopologyTestDriver driver = start(drivers, 2);

        order(driver, "a", "1");
        price(driver, "a", 5, "p1");
        order(driver, "a", "2");
        price(driver, "a", 1, "older, but last in the log");
        order(driver, "a", "3");
        order(driver, "b", "4");
        price(driver, "a", 9, null);
        order(driver, "a", "5");

        assertThat(values(driver, "inner")).containsExactlyInAnyOrder("a 2|p1", "a 3|older, but last in the log");
        assertThat(values(driver, "left"))
                .containsExactlyInAnyOrder(
                        "a 1|null", "a 2|p1", "a 3|older, but last in the log", "b 4|null", "a 5|null");
    }

    @Test
    void shouldTellTheEventTimesOfBoth(final TestDrivers drivers) {
        final KeyedStream<String, Joined<String, String>> joined = orders().join("priced", prices());
        joined.mapValues(
                        pair -> Duration.ofNanos(pair.leftTimeNs() - pair.rightTimeNs())
                                .toString(),
                        Codecs.string())
                .to("out");
        final TopologyTestDriver driver = drivers.of(topology).start();

        price(driver, "a", 0, "p");
        driver.input("orders", Codecs.string()).pipe(driver.now().plusSeconds(3), "a 1");

        assertThat(driver.output("out", Codecs.string()).readAll())
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.value()).isEqualTo("PT3S");
                    assertThat(record.eventTime()).isEqualTo(driver.now().plusSeconds(3));
                });
    }

    @Test
    void shouldJoinWithAnAggregate(final TestDrivers drivers) {
        final KeyedStream<String, String> orders = orders();
        final Table<String, Long> counts = orders.count("counts");
        orders.join("counted", counts)
                .mapValues(pair -> pair.left() + "|" + pair.right(), Codecs.string())
                .to("out");
        final TopologyTestDriver driver =
                drivers.of(topology).partitions("orders", 2).start();

        order(driver, "a", "1");
        order(driver, "a", "2");

        assertThat(values(driver, "out")).containsExactly("a 1|1", "a 2|2");
    }

    @Test
    void shouldLookUpByAKeyOfTheValueInATableThatAllTasksSee(final TestDrivers drivers) {
        final TopologyTestDriver driver = start(drivers, 7);

        price(driver, "x", 0, "p1");
        for (int i = 0; i < 7; i++) {
            order(driver, "k" + i, "x");
        }
        price(driver, "x", 0, null);
        order(driver, "k0", "x");

        assertThat(values(driver, "global"))
                .containsExactlyInAnyOrder("k0 x|p1", "k1 x|p1", "k2 x|p1", "k3 x|p1", "k4 x|p1", "k5 x|p1", "k6 x|p1");
        assertThat(values(driver, "global.left")).hasSize(8).contains("k0 x|null");
        assertThat(values(driver, "keyless")).hasSize(7);
    }

    @Test
    void shouldAgreeWithTheReference(final TestDrivers drivers) {
        for (int round = 0; round < ROUNDS; round++) {
            for (final int partitions : PARTITIONS) {
                final SplittableRandom random = new SplittableRandom(Killed.FIRST_SEED + round);
                final TableScript script = TableScript.random(random.split(), 60, 5);
                final TableHistory reference = new TableHistory(false, TableHistory.FOR_EVER, key -> 0);
                final List<String> inner = new ArrayList<>();
                final List<String> left = new ArrayList<>();
                final List<String> global = new ArrayList<>();
                final TopologyTestDriver driver = Killed.atRandom(
                                new StreamTableJoinTest().settings(drivers, partitions), round, partitions, 600)
                        .start();
                final Instant begin = driver.now();
                final TestInput<String> orders = driver.input("orders", Codecs.string());
                final TestInput<String> prices = driver.input("prices", Codecs.string());
                for (final TableScript.Entry entry : script.entries()) {
                    driver.at(begin.plusMillis(entry.atMs()));
                    TableScript.put(prices, begin, entry);
                    reference.add(entry);
                    for (int i = random.nextInt(3); i > 0; i--) {
                        final String key = "k" + random.nextInt(6);
                        final String other = "k" + random.nextInt(6);
                        orders.pipe(begin.plusMillis(random.nextInt(9_000)), key + " " + other);
                        final String value = reference.at(key, entry.atMs()).value();
                        final String otherValue =
                                reference.at(other, entry.atMs()).value();
                        left.add(key + " " + other + "|" + value);
                        if (value != null) {
                            inner.add(key + " " + other + "|" + value);
                        }
                        if (otherValue != null) {
                            global.add(key + " " + other + "|" + otherValue);
                        }
                    }
                }

                final String where = "round " + round + " on " + partitions;
                Killed.same(where, partitions, values(driver, "inner"), inner);
                Killed.same(where, partitions, values(driver, "left"), left);
                Killed.same(where, partitions, values(driver, "global"), global);
                assertThat(values(driver, "keyless"))
                        .as(where + Killed.seed())
                        .containsExactlyInAnyOrderElementsOf(global);
                driver.close();
            }
        }
    }

    @Test
    void shouldReportATableWhoseValuesNobodySaidHowToWrite() {
        orders().join("joined", orders("others").topN("top", 2, String::length, Codecs.string()))
                .mapValues(Joined::toString, Codecs.string())
                .to("out");

        assertThatThrownBy(topology::build)
                .hasMessageContaining(
                        "join joined: it keeps a copy of table top, whose values nobody said how to write");
    }

    @Test
    void shouldReportAJoinThatNobodyReads() {
        orders().join("joined", prices());
        topology.stream("in", Codecs.string()).to("out");

        assertThatThrownBy(topology::build).hasMessageContaining("join joined: nobody reads what it finds");
    }

    @Test
    void shouldReportKeysThatAreWrittenInTwoWays() {
        final Table<Long, String> numbered = topology.table("prices", "prices", Codecs.int64(), Codecs.string());
        @SuppressWarnings({"unchecked", "rawtypes"}) // What a caller without types could do.
        final KeyedStream<String, Joined<String, String>> joined = orders().join("joined", (Table) numbered);
        joined.mapValues(Joined::toString, Codecs.string()).to("out");

        assertThatThrownBy(topology::build)
                .hasMessageContaining("join joined: keys are written as string on one side and as int64 on the other");
    }

    @Test
    void shouldCatchAResultThatIsUsedAfterItsCall(final TestDrivers drivers) {
        final List<Joined<String, String>> kept = new ArrayList<>();
        orders().join("joined", prices())
                .peek(kept::add)
                .mapValues(Joined::toString, Codecs.string())
                .to("out");
        final TopologyTestDriver driver = drivers.of(topology).start();

        price(driver, "a", 0, "p");
        order(driver, "a", "1");

        assertThat(kept).hasSize(1);
        assertThatThrownBy(() -> kept.get(0).right())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a borrowed Joined of operator=joined was used after its call");
    }

    private KeyedStream<String, String> orders() {
        return orders("orders");
    }

    private KeyedStream<String, String> orders(final String topic) {
        return topology.stream(topic, Codecs.string())
                .keyBy("by-key-" + topic, Codecs.string(), order -> order.split(" ")[0]);
    }

    private Table<String, String> prices() {
        return topology.table("prices-table", "prices", Codecs.string(), Codecs.string());
    }

    private TopologyTestDriver start(final TestDrivers drivers, final int partitions) {
        return settings(drivers, partitions).start();
    }

    private TestDriverBuilder settings(final TestDrivers drivers, final int partitions) {
        final Stream<String> values = topology.stream("orders", Codecs.string());
        final KeyedStream<String, String> orders =
                values.keyBy("by-key", Codecs.string(), order -> order.split(" ")[0]);
        final Table<String, String> prices = prices();
        write(orders.join("inner-join", prices).values(), "inner");
        write(orders.leftJoin("left-join", prices).values(), "left");
        write(
                orders.join("global-join", prices.broadcast(), order -> order.split(" ")[1])
                        .values(),
                "global");
        write(
                orders.leftJoin("global-left-join", prices.broadcast(), order -> order.split(" ")[1])
                        .values(),
                "global.left");
        write(values.join("keyless-join", prices.broadcast(), order -> order.split(" ")[1]), "keyless");
        return drivers.of(topology).partitions("orders", partitions).partitions("prices", Math.min(2, partitions));
    }

    private static void write(final Stream<Joined<String, String>> joined, final String topic) {
        joined.map(Joined::toString, Codecs.string()).to(topic);
    }

    private static void order(final TopologyTestDriver driver, final String key, final String name) {
        driver.input("orders", Codecs.string()).pipe(key + " " + name);
    }

    private static void price(
            final TopologyTestDriver driver, final String key, final long seconds, final String value) {
        final TestInput<String> prices = driver.input("prices", Codecs.string());
        final Instant time = driver.now().plusSeconds(seconds);
        if (value == null) {
            prices.delete(Codecs.string(), key, time);
        } else {
            prices.pipe(Codecs.string(), key, time, value);
        }
    }

    private static List<String> values(final TopologyTestDriver driver, final String topic) {
        return driver.output(topic, Codecs.string()).readValues();
    }
}
