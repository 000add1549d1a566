package io.millrace.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import io.millrace.testkit.MillraceTest;
import io.millrace.testkit.TestDrivers;
import io.millrace.testkit.TestInput;
import io.millrace.testkit.TopologyTestDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What users may rely on, case by case and on any number of partitions: edges of windows, times before the epoch, the gap of
 * sessions, final results, silent inputs, timers, order. Records of a key lie in whatever partition they are put.
 */
@MillraceTest
class BehaviourTest {
    private static final Duration BOUND = Duration.ofMillis(1_000);

    private TopologyTestDriver driver;
    private TestInput<String> input;
    private int partitions;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldPutTheEndOfAWindowIntoTheNextOneBeforeAndAfterTheEpoch(final int count, final TestDrivers drivers) {
        start(drivers, count, windows(Windows.tumbling(Duration.ofMillis(10))));

        put(-11, -10, -1, 0, 9, 10);
        driver.end();

        assertThat(sorted("out")).containsExactly("-10..0 2", "-20..-10 1", "0..10 2", "10..20 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldCountARecordInEachHoppingWindowThatHoldsItAcrossTheEpoch(final int count, final TestDrivers drivers) {
        start(drivers, count, windows(Windows.hopping(Duration.ofMillis(10), Duration.ofMillis(5))));

        put(-5, 0);
        driver.end();

        assertThat(sorted("out")).containsExactly("-10..0 1", "-5..5 2", "0..10 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldPartSessionsAtTheGapExactlyInWhateverOrderTheirRecordsCome(final int count, final TestDrivers drivers) {
        start(drivers, count, windows(Windows.session(Duration.ofMillis(10))));

        put(0, 10, 29, 20, -9);
        driver.end();

        assertThat(sorted("out")).containsExactly("-9..10 2", "10..20 1", "20..39 2");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldMergeSessionsThatALaterRecordBridges(final int count, final TestDrivers drivers) {
        start(drivers, count, windows(Windows.session(Duration.ofMillis(10))));

        put(0, 18, 36, 9, 27);
        driver.end();

        assertThat(sorted("out")).containsExactly("0..46 5");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldGiveOneFinalResultAlthoughItIsKilledBeforeAndBehindIt(final int count, final TestDrivers drivers) {
        start(drivers, count, windows(Windows.tumbling(Duration.ofMillis(10))));
        put(1, 2);
        driver.crashAt(2);
        assertThat(sorted("out")).isEmpty();

        driver.advanceTime(Duration.ofMinutes(1));
        assertThat(sorted("out")).containsExactly("0..10 2");
        driver.crashAt(2).advanceTime(Duration.ofMinutes(1));

        assertThat(sorted("out")).containsExactly("0..10 2");
        driver.replayTwice();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldTakeWhatComesBehindASilenceForLateOnlyWhereItsWindowHasClosed(
            final int count, final TestDrivers drivers) {
        start(drivers, count, windows(Windows.tumbling(Duration.ofMillis(10))));
        put(5);
        driver.advanceTime(Duration.ofMinutes(1));
        assertThat(sorted("out")).containsExactly("0..10 1");

        put(6, 3_600_000);
        driver.end();

        assertThat(sorted("late")).containsExactly("a 6");
        assertThat(sorted("out")).containsExactly("0..10 1", "3600000..3600010 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldCloseNoWindowBeforeTheSlowestPartitionHasPassedIt(final int count, final TestDrivers drivers) {
        start(drivers, count, windows(Windows.tumbling(Duration.ofMillis(10))));
        for (int i = 0; i < count; i++) {
            assertThat(sorted("out")).isEmpty();
            input.pipeTo(i, at(5_000), "b 5000").pipeTo(i, at(4_999), "b 4999");
            if (i < count - 1) {
                input.pipeTo(count - 1, at(3), "a 3");
            }
        }

        assertThat(sorted("late")).isEmpty();
        assertThat(sorted("out")).hasSize(count > 1 ? 1 : 0).allMatch(("0..10 " + (count - 1))::equals);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldFireTimersInTheOrderOfTheirTimesBeforeWhatIsPastThem(final int count, final TestDrivers drivers) {
        final Topology topology = Topology.named("job");
        keyed(topology).process("timers", Timers::new, Codecs.string()).to("out");
        start(drivers, count, topology);
        put(7, 5, 6);
        for (int i = 0; i < count; i++) {
            input.watermarkTo(i, at(20));
        }
        put(30);
        driver.end();

        assertThat(driver.output("out", Codecs.string()).readValues())
                .containsExactly(
                        "value 7",
                        "value 5",
                        "value 6",
                        "timer 5",
                        "timer 6",
                        "timer 6 again",
                        "timer 7",
                        "timer 7 again",
                        "value 30",
                        "timer 30",
                        "timer 30 again");
    }

    /** Sets a timer to the time of each value, and in some of the timers one right behind it. */
    private static final class Timers implements Processor<String, String, String> {
        @Override
        public void process(final String text, final ProcessorContext<String, String> context) {
            context.forward("value " + Feed.number(text));
            context.scheduleEventTimer(context.eventTimeNs());
        }

        @Override
        public void onEventTimer(final long timeNs, final ProcessorContext<String, String> context) {
            final boolean isFirst = timeNs % Feed.MS == 0;
            context.forward("timer " + timeNs / Feed.MS + (isFirst ? "" : " again"));
            if (isFirst && timeNs / Feed.MS != 5) {
                context.scheduleEventTimer(timeNs + 1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldKeepTheOrderOfAKeyThroughEveryStep(final int count, final TestDrivers drivers) {
        final Topology topology = Topology.named("job");
        final var cases = topology.stream("in", Codecs.string())
                .filter(text -> !text.isEmpty())
                .<String>flatMap((text, out) -> out.accept(text), Codecs.string())
                .branch();
        final var even = cases.when(text -> Feed.number(text) % 2 == 0);
        even.merge("both", cases.otherwise())
                .keyBy("first", Codecs.string(), Feed::key)
                .dedupe("once", Duration.ofNanos(1))
                .<String>process("same", () -> (text, context) -> context.forward(text), Codecs.string())
                .values()
                .keyBy("second", Codecs.string(), Feed::key)
                .aggregate(
                        "all",
                        Aggregation.<String, String>values(
                                Codecs.string(), () -> "", (all, text) -> all + Feed.number(text) + ","))
                .toChanges()
                .map(change -> change.key() + change.value(), Codecs.string())
                .to("out");
        start(drivers, count, topology);
        final StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            // All of a key come by one partition: between partitions the order is that of the exchange.
            input.pipeTo(3 % count, at(i), "a " + i).pipeTo(4 % count, at(i), "b " + i);
            expected.append(i).append(',');
        }
        driver.end();

        assertThat(sorted("out")).contains("a" + expected, "b" + expected).hasSize(100);
    }

    private void start(final TestDrivers drivers, final int count, final Topology topology) {
        partitions = count;
        driver = drivers.of(topology).partitions("in", count).start();
        input = driver.input("in", Codecs.string());
    }

    private static KeyedStream<String, String> keyed(final Topology topology) {
        return topology.stream("in", Codecs.string()).outOfOrderness(BOUND).keyBy("by-key", Codecs.string(), Feed::key);
    }

    private static Topology windows(final Windows windows) {
        final Topology topology = Topology.named("job");
        keyed(topology)
                .window("windows", windows)
                .late(late -> late.to("late"))
                .count()
                .map(
                        window -> window.startNs() / Feed.MS + ".." + window.endNs() / Feed.MS + " " + window.value(),
                        Codecs.string())
                .to("out");
        return topology;
    }

    // Records of one key, dealt out to the partitions.
    private void put(final long... times) {
        for (int i = 0; i < times.length; i++) {
            input.pipeTo(i % partitions, at(times[i]), "a " + times[i]);
        }
    }

    private static Instant at(final long ms) {
        return Instant.EPOCH.plusMillis(ms);
    }

    private List<String> sorted(final String topic) {
        final List<String> values =
                new ArrayList<>(driver.output(topic, Codecs.string()).readValues());
        values.sort(null);
        return values;
    }
}
