package io.millrace.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.join.Joined;
import io.millrace.streams.AsOf;
import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Stream;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import io.millrace.streams.Within;
import io.millrace.testkit.DriverLog;
import io.millrace.testkit.MillraceTest;
import io.millrace.testkit.TestDriverBuilder;
import io.millrace.testkit.TestDrivers;
import io.millrace.testkit.TestInput;
import io.millrace.testkit.TestRecord;
import io.millrace.testkit.TopologyTestDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Everything that may stand behind windows with a grace gets all of their results, and makes of them what it makes where the source waits
 * as long instead: windows of all kinds behind windows of all kinds, joins of all kinds, absence and co-groups. What is late for
 * the first windows is the same, too. Killed at random moments; {@code -Dmillrace.seed=N} tries others.
 */
@MillraceTest
class GraceConformanceTest {
    private static final int[] PARTITIONS = {1, 2, 7};
    private static final long FIRST_SEED = Long.getLong("millrace.seed", 0);
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 1);
    private static final int MAX_KILLS = 3;
    private static final int MOMENTS = 600;
    private static final int VALUES = 60;
    private static final int KEYS = 3;
    private static final int SEGMENT_LENGTH = 1 << 16;
    private static final Duration GRACE = Duration.ofSeconds(3);
    private static final Within WITHIN = Within.between(Duration.ofSeconds(-1), Duration.ofSeconds(1));
    private static final AsOf AT_ONCE = AsOf.anyAge();
    private static final AsOf WAITING = AsOf.tolerance(Duration.ofSeconds(2)).waiting();
    private static final Windows TEN_SECONDS = Windows.tumbling(Duration.ofSeconds(10));

    /** Windows that have a grace. */
    private enum First {
        TUMBLING(Windows.tumbling(Duration.ofSeconds(2))),
        HOPPING(Windows.hopping(Duration.ofSeconds(2), Duration.ofSeconds(1))),
        SLIDING(Windows.sliding(Duration.ofSeconds(2))),
        SESSION(Windows.session(Duration.ofMillis(1500)));

        private final Windows windows;

        First(final Windows windows) {
            this.windows = windows;
        }
    }

    /** What stands behind them. */
    private interface Second {
        Stream<String> of(KeyedStream<String, String> values, KeyedStream<String, String> results, String name);
    }

    // First where all comes behind the grace, then where one side alone does.
    private static Map<String, Second> seconds() {
        final Map<String, Second> seconds = new LinkedHashMap<>();
        seconds.put("tumbling", (values, results, name) -> window(results, name, TEN_SECONDS));
        seconds.put(
                "hopping",
                (values, results, name) ->
                        window(results, name, Windows.hopping(Duration.ofSeconds(10), Duration.ofSeconds(5))));
        seconds.put(
                "sliding", (values, results, name) -> window(results, name, Windows.sliding(Duration.ofSeconds(4))));
        seconds.put(
                "session", (values, results, name) -> window(results, name, Windows.session(Duration.ofSeconds(3))));
        seconds.put("inner", (values, results, name) -> text(some(results).join(name, others(results), WITHIN)));
        seconds.put("left", (values, results, name) -> text(some(results).leftJoin(name, others(results), WITHIN)));
        seconds.put("outer", (values, results, name) -> text(some(results).outerJoin(name, others(results), WITHIN)));
        seconds.put("as-of", (values, results, name) -> text(some(results).joinAsOf(name, others(results), AT_ONCE)));
        seconds.put(
                "waiting", (values, results, name) -> text(some(results).leftJoinAsOf(name, others(results), WAITING)));
        seconds.put(
                "absent",
                (values, results, name) -> some(results)
                        .absentWithin(name, others(results), WITHIN)
                        .values());
        seconds.put("cogroup", (values, results, name) -> cogroup(some(results), others(results), name));
        seconds.put("inner-beside", (values, results, name) -> text(values.join(name, results, WITHIN)));
        seconds.put("left-beside", (values, results, name) -> text(results.leftJoin(name, values, WITHIN)));
        seconds.put("waiting-beside", (values, results, name) -> text(values.leftJoinAsOf(name, results, WAITING)));
        seconds.put(
                "absent-beside",
                (values, results, name) -> results.absentWithin(
                                name, values.filter(text -> text.hashCode() % 3 == 0), WITHIN)
                        .values());
        seconds.put("cogroup-beside", (values, results, name) -> cogroup(values, results, name));
        return seconds;
    }

    // A third of all in each test, so that each is behind each kind of windows, and on each number of partitions.
    private static Map<String, Second> seconds(final int turn) {
        final Map<String, Second> third = new LinkedHashMap<>();
        int index = turn;
        for (final Map.Entry<String, Second> each : seconds().entrySet()) {
            if (index++ % 3 == 0) {
                third.put(each.getKey(), each.getValue());
            }
        }
        return third;
    }

    private static Stream<String> cogroup(
            final KeyedStream<String, String> one, final KeyedStream<String, String> other, final String name) {
        return one.cogroup(Aggregation.values(Codecs.string(), () -> "0/0", GraceConformanceTest::addToFirst))
                .with(other, GraceConformanceTest::addToSecond)
                .window(name, TEN_SECONDS)
                .aggregate()
                .map(window -> window.key() + " " + window.startNs() + " " + window.value(), Codecs.string());
    }

    private static String addToFirst(final String both, final String text) {
        final String[] parts = both.split("/");
        return Integer.parseInt(parts[0]) + 1 + "/" + parts[1];
    }

    private static String addToSecond(final String both, final String text) {
        final String[] parts = both.split("/");
        return parts[0] + "/" + (Integer.parseInt(parts[1]) + 1);
    }

    private static Stream<String> window(
            final KeyedStream<String, String> results, final String name, final Windows windows) {
        return results.window(name, windows)
                .count()
                .map(window -> window.startNs() + " to " + window.endNs() + ": " + window.value(), Codecs.string());
    }

    private static Stream<String> text(final KeyedStream<String, Joined<String, String>> joined) {
        return joined.mapValues(Joined::toString, Codecs.string()).values();
    }

    private static KeyedStream<String, String> some(final KeyedStream<String, String> results) {
        return results.filter(text -> text.hashCode() % 3 != 0);
    }

    private static KeyedStream<String, String> others(final KeyedStream<String, String> results) {
        return results.filter(text -> text.hashCode() % 2 != 0);
    }

    private static Topology topology(final First first, final boolean hasGrace, final Map<String, Second> seconds) {
        final Topology topology = Topology.named("job");
        final KeyedStream<String, String> values = topology.stream("in", Codecs.string())
                .outOfOrderness(hasGrace ? Duration.ZERO : GRACE)
                .neverIdle()
                .keyBy("by-key", Codecs.string(), text -> text.substring(0, 2));
        final KeyedStream<String, String> results = values.window(
                        "first", hasGrace ? first.windows.grace(GRACE) : first.windows)
                .late(late -> late.to("late"))
                .count()
                .map(window -> window.key() + " " + window.startNs() + " " + window.value(), Codecs.string())
                .keyBy("results", Codecs.string(), text -> text.substring(0, 2));
        seconds.forEach((name, second) -> second.of(values, results, name).to("out." + name));
        return topology;
    }

    @ParameterizedTest
    @EnumSource
    void shouldMakeWhatItMakesWhereTheSourceWaitsInstead(final First first, final TestDrivers drivers) {
        for (int round = 0; round < ROUNDS; round++) {
            int crashes = 0;
            for (int i = 0; i < PARTITIONS.length; i++) {
                final int partitions = PARTITIONS[i];
                final long seed = FIRST_SEED + 31L * round + first.ordinal() + partitions;
                final Map<String, Second> seconds = seconds(first.ordinal() + i + round);
                final TopologyTestDriver graceful = play(drivers, first, true, seconds, partitions, seed);
                final TopologyTestDriver waiting = play(drivers, first, false, seconds, partitions, seed);

                final Map<String, List<String>> actual = results(graceful, seconds);
                assertThat(actual)
                        .as(first + " on " + partitions + " (-Dmillrace.seed=" + FIRST_SEED + ") round " + round)
                        .isEqualTo(results(waiting, seconds));
                assertThat(actual.values()).as("something of each").noneMatch(List::isEmpty);
                crashes += DriverLog.crashes(graceful);
                graceful.close();
                waiting.close();
            }
            assertThat(crashes).as("crashes").isPositive();
        }
    }

    private static TopologyTestDriver play(
            final TestDrivers drivers,
            final First first,
            final boolean hasGrace,
            final Map<String, Second> seconds,
            final int partitions,
            final long seed) {
        // Only one is killed: both are the same at the end.
        final TestDriverBuilder builder = drivers.of(topology(first, hasGrace, seconds))
                .partitions("in", partitions)
                .segmentLength(SEGMENT_LENGTH)
                .checkpoints(seed)
                .crashes(seed, hasGrace ? (int) Math.floorMod(seed, MAX_KILLS + 1L) : 0, MOMENTS);
        outputs(seconds).forEach(topic -> builder.partitions(topic, 1));
        final TopologyTestDriver driver = builder.start();
        final SplittableRandom random = new SplittableRandom(seed);
        final TestInput<String> input = driver.input("in", Codecs.string());
        final Instant begin = driver.now();
        long ms = 0;
        for (int i = 0; i < VALUES; i++) {
            ms += random.nextInt(900);
            // Some are late; the others are just in time, by the grace.
            final long lag = random.nextInt(4) == 0 ? 6_000 + random.nextInt(4_000) : random.nextInt(3_001);
            final String text = "k" + random.nextInt(KEYS) + " " + i;
            input.pipeTo(random.nextInt(partitions), begin.plusMillis(ms - (i % 2 == 0 ? 0 : lag)), text);
        }
        return driver.end();
    }

    private static Map<String, List<String>> results(
            final TopologyTestDriver driver, final Map<String, Second> seconds) {
        final Map<String, List<String>> results = new TreeMap<>();
        for (final String topic : outputs(seconds)) {
            results.put(
                    topic,
                    driver.output(topic, Codecs.string()).readAll().stream()
                            .map(GraceConformanceTest::line)
                            .sorted()
                            .toList());
        }
        return results;
    }

    private static List<String> outputs(final Map<String, Second> seconds) {
        final List<String> topics = new ArrayList<>(List.of("late"));
        seconds.keySet().forEach(name -> topics.add("out." + name));
        return topics;
    }

    private static String line(final TestRecord<String> record) {
        return record.eventTime() + " " + record.value();
    }
}
