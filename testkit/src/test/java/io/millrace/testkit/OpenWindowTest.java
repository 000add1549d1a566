package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.window.CalendarUnit;
import io.millrace.streams.Codecs;
import io.millrace.streams.Topology;
import io.millrace.streams.WindowedStream;
import io.millrace.streams.Windows;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a test sees of open windows. If no value comes any more, they are what is emitted at the end: so each kind of window
 * is looked at after each of some random values, and held against the results of a job that ends there.
 */
@MillraceTest
class OpenWindowTest {
    private static final Instant BEGIN = VirtualClock.BEGIN;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration GRACE = Duration.ofMillis(300);
    private static final int VALUES = 40;
    private static final int STEP = 5;

    private static final Map<String, Windows> WINDOWS = new TreeMap<>(Map.of(
            "tumbling", Windows.tumbling(SECOND).grace(GRACE),
            "hopping", Windows.hopping(SECOND, Duration.ofMillis(300)).grace(GRACE),
            "calendar", Windows.calendar(CalendarUnit.DAYS, ZoneId.of("Europe/Berlin")),
            "session", Windows.session(Duration.ofMillis(200)).grace(GRACE),
            "sliding", Windows.sliding(SECOND).grace(GRACE)));

    @ParameterizedTest
    @CsvSource({
        "tumbling,1,true",
        "tumbling,3,true",
        "tumbling,3,false",
        "hopping,1,true",
        "hopping,3,true",
        "hopping,3,false",
        "calendar,1,true",
        "calendar,3,true",
        "session,1,true",
        "session,3,true",
        "sliding,1,true",
        "sliding,3,true"
    })
    void shouldShowWhatWouldBeEmittedIfTheInputEnded(
            final String windows, final int partitions, final boolean isSplit) {
        final long seed = 7;
        for (int count = 0; count <= VALUES; count += STEP) {
            for (final boolean isOnHeap : new boolean[] {false, true}) {
                check(WINDOWS.get(windows), partitions, isSplit, isOnHeap, seed, count);
            }
        }
    }

    private static void check(
            final Windows windows,
            final int partitions,
            final boolean isSplit,
            final boolean isOnHeap,
            final long seed,
            final int count) {
        try (TopologyTestDriver driver = TopologyTestDriver.of(topology(windows, isSplit, isOnHeap))
                .partitions("words", partitions)
                .start()) {
            final TestInput<String> words = driver.input("words", Codecs.string());
            final TestOutput<String> results = driver.output("results", Codecs.string());
            final SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < count; i++) {
                words.pipe(driver.now().minusMillis(random.nextInt(600)), "w" + random.nextInt(3));
                driver.advanceTime(Duration.ofMillis(random.nextInt(150)));
            }
            results.readAll();
            final TestState<String> state = driver.state("windows", Codecs.string());
            final List<OpenWindow<String, Object>> open = state.windows();
            final List<OpenWindow<String, Object>> byKey = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                byKey.addAll(state.windows("w" + i));
            }

            driver.end();

            final String what = "seed=" + seed + " values=" + count + " onHeap=" + isOnHeap;
            assertThat(open.stream().map(OpenWindowTest::line).toList())
                    .as(what)
                    .containsExactlyInAnyOrderElementsOf(results.readValues());
            assertThat(byKey)
                    .as(what)
                    .map(OpenWindowTest::line)
                    .hasSameElementsAs(open.stream().map(OpenWindowTest::line).toList());
            assertThat(state.windows()).isEmpty();
        }
    }

    private static Topology topology(final Windows windows, final boolean isSplit, final boolean isOnHeap) {
        final Topology topology = Topology.named("open");
        final WindowedStream<String, String> windowed = topology.stream("words", Codecs.string())
                .keyBy("by-word", Codecs.string(), word -> word)
                .window("windows", windows)
                .split(isSplit);
        (isOnHeap ? windowed.aggregate(sums()) : windowed.count())
                .map(
                        result -> result.key() + " " + result.startNs() + " " + result.endNs() + " " + result.value(),
                        Codecs.string())
                .to("results");
        return topology;
    }

    private static Aggregation<String, Long, Long> sums() {
        return Aggregation.<String, Long>values(Codecs.int64(), () -> 0L, (sum, word) -> sum + 10)
                .combine(Long::sum);
    }

    private static String line(final OpenWindow<String, ?> window) {
        return window.key() + " " + VirtualClock.ns(window.start()) + " " + VirtualClock.ns(window.end()) + " "
                + window.value();
    }

    @Test
    void shouldShowWindowsOfACountThatAreNotFull(final TestDrivers drivers) {
        final TopologyTestDriver driver =
                drivers.of(topology(Windows.count(3), false, false)).start();
        final TestInput<String> words = driver.input("words", Codecs.string());

        words.pipe("a").pipe(BEGIN.plusSeconds(1), "a").pipe("a").pipe("b").pipe("a");

        assertThat(driver.state("windows", Codecs.string()).<Long>windows())
                .containsExactly(
                        new OpenWindow<>("a", BEGIN, BEGIN.plusNanos(1), 1L),
                        new OpenWindow<>("b", BEGIN, BEGIN.plusNanos(1), 1L));
    }
}
