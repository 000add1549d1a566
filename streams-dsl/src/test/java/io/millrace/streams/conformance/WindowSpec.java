package io.millrace.streams.conformance;

import io.millrace.operators.window.CalendarUnit;
import io.millrace.streams.Windows;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A kind of window, as the definition has it and as the language writes it. */
sealed interface WindowSpec {
    /** In what follows, windows of a key are known from the time of a record alone. */
    sealed interface Aligned extends WindowSpec {
        List<long[]> boundsOf(long timeNs);
    }

    Windows written();

    record Tumbling(long sizeNs) implements Aligned {
        @Override
        public List<long[]> boundsOf(final long timeNs) {
            final long start = Math.floorDiv(timeNs, sizeNs) * sizeNs;
            return List.of(new long[] {start, start + sizeNs});
        }

        @Override
        public Windows written() {
            return Windows.tumbling(Duration.ofNanos(sizeNs));
        }
    }

    record Hopping(long sizeNs, long hopNs) implements Aligned {
        @Override
        public List<long[]> boundsOf(final long timeNs) {
            final List<long[]> bounds = new ArrayList<>();
            // Every multiple of the hop in (time - size, time], found by trying them all.
            for (long n = Math.floorDiv(timeNs - sizeNs, hopNs); n * hopNs <= timeNs; n++) {
                if (n * hopNs + sizeNs > timeNs) {
                    bounds.add(new long[] {n * hopNs, n * hopNs + sizeNs});
                }
            }
            return bounds;
        }

        @Override
        public Windows written() {
            return Windows.hopping(Duration.ofNanos(sizeNs), Duration.ofNanos(hopNs));
        }
    }

    record Days(String zone) implements Aligned {
        @Override
        public List<long[]> boundsOf(final long timeNs) {
            final ZoneId id = ZoneId.of(zone);
            final LocalDate day = Instant.EPOCH.plusNanos(timeNs).atZone(id).toLocalDate();
            return List.of(new long[] {startOf(day, id), startOf(day.plusDays(1), id)});
        }

        private static long startOf(final LocalDate day, final ZoneId zone) {
            return day.atStartOfDay(zone).toEpochSecond() * 1_000_000_000L;
        }

        @Override
        public Windows written() {
            return Windows.calendar(CalendarUnit.DAYS, ZoneId.of(zone));
        }
    }

    record Session(long gapNs) implements WindowSpec {
        @Override
        public Windows written() {
            return Windows.session(Duration.ofNanos(gapNs));
        }
    }

    record Sliding(long sizeNs) implements WindowSpec {
        @Override
        public Windows written() {
            return Windows.sliding(Duration.ofNanos(sizeNs));
        }
    }

    static WindowSpec any(final SplittableRandom random) {
        return switch (random.nextInt(5)) {
            case 0 -> new Tumbling(1 + random.nextLong(200));
            case 1 -> {
                final long hop = 1 + random.nextLong(50);
                yield new Hopping(hop + random.nextLong(200), hop);
            }
            case 2 -> new Days(random.nextBoolean() ? "Europe/Berlin" : "America/New_York");
            case 3 -> new Session(1 + random.nextLong(60));
            default -> new Sliding(1 + random.nextLong(100));
        };
    }
}
