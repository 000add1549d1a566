package io.millrace.operators.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Random records, some of them late, against a loop over all windows that shares no code with the operators. */
class WindowPropertyTest {
    private static final int RECORDS = 1_500;
    private static final long HOUR = 3_600_000_000_000L;

    private record Window(long start, long end) {}

    private record Case(
            String name,
            Supplier<WindowHarness> harness,
            LongFunction<List<Window>> windowsOf,
            long grace,
            long span) {}

    @Test
    void shouldEqualALoopOverAllWindows() {
        for (long seed = 1; seed <= 40; seed++) {
            final Case tried = randomCase(new SplittableRandom(seed), Emission.ON_CLOSE);
            check(tried, seed, false);
            check(tried, seed, true);
        }
    }

    @Test
    void shouldEmitTheCurrentResultOfEachOpenWindowAfterEachRecord() {
        for (long seed = 1; seed <= 20; seed++) {
            final Case tried = randomCase(new SplittableRandom(seed), Emission.ON_UPDATE);
            check(tried, seed, true);
        }
    }

    @Test
    void shouldEmitTheCurrentResultOfEachChangedWindowAtIntervals() {
        for (long seed = 1; seed <= 20; seed++) {
            final Case tried = randomCase(new SplittableRandom(seed), new Emission(Emission.Kind.EVERY, 1_000));
            check(tried, seed, true);
        }
    }

    private static Case randomCase(final SplittableRandom random, final Emission emission) {
        final long grace = random.nextBoolean() ? 0 : random.nextInt(300);
        if (random.nextInt(5) == 0) {
            final ZoneId zone = ZoneId.of("Europe/Berlin");
            final CalendarFrames frames = new CalendarFrames(CalendarUnit.DAYS, zone);
            return new Case(
                    "days",
                    () -> WindowHarness.frames(() -> new CalendarFrames(CalendarUnit.DAYS, zone), grace, emission),
                    time -> {
                        frames.locate(time);
                        return List.of(new Window(frames.startNs(), frames.endNs()));
                    },
                    grace,
                    30 * HOUR);
        }
        final long size = 1 + random.nextInt(200);
        final boolean isTumbling = random.nextInt(4) == 0;
        final long hop = isTumbling ? size : 1 + random.nextLong(size);
        final boolean isOnHeap = random.nextInt(3) == 0;
        return new Case(
                "size=" + size + " hop=" + hop + " tumbling=" + isTumbling + " onHeap=" + isOnHeap,
                () -> isTumbling
                        ? WindowHarness.frames(() -> new TumblingFrames(size), grace, emission)
                        : WindowHarness.hopping(size, hop, grace, emission, isOnHeap),
                time -> hopping(time, size, hop),
                grace,
                100);
    }

    private static List<Window> hopping(final long time, final long size, final long hop) {
        final List<Window> windows = new ArrayList<>();
        for (long start = Math.floorDiv(time, hop) * hop; start + size > time; start -= hop) {
            windows.add(0, new Window(start, start + size));
        }
        return windows;
    }

    private static void check(final Case tried, final long seed, final boolean restores) {
        final String name = "seed " + seed + " " + tried.name() + " grace=" + tried.grace() + " restores=" + restores;
        final SplittableRandom random = new SplittableRandom(seed);
        final WindowHarness harness = tried.harness().get();
        final Reference reference = new Reference(tried, harness);
        long largest = -500;
        long logTime = 0;
        for (int i = 0; i < RECORDS; i++) {
            final long jump = random.nextInt(200) == 0 ? 20 * tried.span() : tried.span() / 10;
            largest += random.nextLong(jump + 1);
            final long time = largest - random.nextLong(random.nextInt(5) == 0 ? 10 * tried.span() : tried.span());
            logTime += random.nextInt(400);
            final String key = "k" + random.nextInt(6);
            harness.logTime(logTime);
            reference.logTime(logTime);
            final long watermark = largest - tried.span();
            harness.watermark(watermark);
            reference.watermark(watermark);
            assertSame(name + " record " + i, harness, reference);
            harness.record(key, time, i);
            reference.record(key, time, i);
            assertSame(name + " record " + i, harness, reference);
            if (restores && random.nextInt(50) == 0) {
                harness.restore();
            }
        }
        harness.watermark(Long.MAX_VALUE);
        reference.watermark(Long.MAX_VALUE);
        assertSame(name + " at the end", harness, reference);
        assertThat(harness.late).as(name).isEqualTo(reference.late);
        assertThat(harness.counters.lateRecords()).as(name).isEqualTo(reference.late.size());
    }

    // What comes out between two calls is compared as a set for each window: the order of keys is tested elsewhere.
    private static void assertSame(final String name, final WindowHarness harness, final Reference reference) {
        if (harness.results.isEmpty() && reference.results.isEmpty()) {
            return;
        }
        assertThat(windowsOf(harness.results)).as(name).isEqualTo(windowsOf(reference.results));
        Collections.sort(harness.results);
        Collections.sort(reference.results);
        assertThat(harness.results).as(name).isEqualTo(reference.results);
        harness.results.clear();
        reference.results.clear();
    }

    private static List<String> windowsOf(final List<String> results) {
        return results.stream()
                .map(result -> result.substring(result.indexOf('['), result.indexOf(')')))
                .toList();
    }

    /** Keeps a sum for each key of each window in one sorted map. */
    private static final class Reference {
        final List<String> results = new ArrayList<>();
        final List<String> late = new ArrayList<>();
        private final Case tried;
        private final Emission emission;
        private final TreeMap<Long, TreeMap<String, Long>> sums = new TreeMap<>();
        private final TreeMap<Long, TreeMap<String, Long>> changes = new TreeMap<>();
        private final TreeMap<Long, Window> windows = new TreeMap<>();
        private long watermark = Long.MIN_VALUE;
        private long logTime;

        Reference(final Case tried, final WindowHarness harness) {
            this.tried = tried;
            this.emission = harness.emission;
        }

        void record(final String key, final long time, final long number) {
            boolean isLate = false;
            for (final Window window : tried.windowsOf().apply(time)) {
                if (isClosed(window)) {
                    isLate = true;
                    continue;
                }
                windows.put(window.end(), window);
                final long sum = sums.computeIfAbsent(window.end(), end -> new TreeMap<>())
                        .merge(key, number, Long::sum);
                if (emission.kind() == Emission.Kind.ON_UPDATE) {
                    add(window, key, sum, "?");
                } else if (emission.kind() == Emission.Kind.EVERY) {
                    changes.computeIfAbsent(window.end(), end -> new TreeMap<>())
                            .put(key, sum);
                }
            }
            if (isLate) {
                late.add(key + ":" + number + "@" + time);
            }
        }

        private boolean isClosed(final Window window) {
            return window.end() + tried.grace() <= watermark;
        }

        void watermark(final long newWatermark) {
            watermark = Math.max(watermark, newWatermark);
            while (!sums.isEmpty() && isClosed(windows.get(sums.firstKey()))) {
                final Window window = windows.remove(sums.firstKey());
                sums.remove(window.end()).forEach((key, sum) -> add(window, key, sum, ""));
                changes.remove(window.end());
            }
        }

        void logTime(final long newLogTime) {
            if (emission.kind() == Emission.Kind.EVERY
                    && newLogTime / emission.everyNs() > logTime / emission.everyNs()) {
                changes.forEach((end, changed) -> changed.forEach((key, sum) -> add(windows.get(end), key, sum, "?")));
                changes.clear();
            }
            logTime = newLogTime;
        }

        private void add(final Window window, final String key, final long sum, final String mark) {
            results.add(
                    key + "[" + window.start() + "," + window.end() + ")=" + sum + mark + " at " + (window.end() - 1));
        }
    }
}
