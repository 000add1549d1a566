package io.millrace.testkit;

import io.millrace.operators.window.CalendarUnit;
import io.millrace.streams.Windows;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.LongStream;

/** A kind of window, as its definition has it and as the language writes it. */
sealed interface WindowKind {
    long HOUR_NS = 3_600_000_000_000L;

    Windows written();

    /** From the first instant of a window to the first behind it. */
    record Bounds(long startNs, long endNs) {}

    /** Windows that are the same for all keys. */
    sealed interface Aligned extends WindowKind {
        /** Those that hold a time, the earliest first. */
        List<Bounds> boundsOf(long timeNs);

        /** The stretch around a time in which no window begins or ends. */
        default Bounds paneOf(final long timeNs) {
            final TreeSet<Long> edges = new TreeSet<>();
            final List<Bounds> own = boundsOf(timeNs);
            final long first = own.get(0).startNs();
            final long last = own.get(own.size() - 1).endNs();
            for (long edge = first; edge <= last; edge++) {
                if (!boundsOf(edge).equals(boundsOf(edge - 1))) {
                    edges.add(edge);
                }
            }
            return new Bounds(edges.floor(timeNs), edges.higher(timeNs));
        }
    }

    record Tumbling(long sizeNs) implements Aligned {
        @Override
        public List<Bounds> boundsOf(final long timeNs) {
            final long start = Math.floorDiv(timeNs, sizeNs) * sizeNs;
            return List.of(new Bounds(start, start + sizeNs));
        }

        @Override
        public Windows written() {
            return Windows.tumbling(Duration.ofNanos(sizeNs));
        }
    }

    record Hopping(long sizeNs, long hopNs) implements Aligned {
        @Override
        public List<Bounds> boundsOf(final long timeNs) {
            // Of the multiples of the hop near by, those at which a window begins that holds the time.
            return LongStream.rangeClosed(Math.floorDiv(timeNs - sizeNs, hopNs) - 1, Math.floorDiv(timeNs, hopNs) + 1)
                    .map(n -> n * hopNs)
                    .filter(start -> start <= timeNs && timeNs < start + sizeNs)
                    .mapToObj(start -> new Bounds(start, start + sizeNs))
                    .toList();
        }

        @Override
        public Windows written() {
            return Windows.hopping(Duration.ofNanos(sizeNs), Duration.ofNanos(hopNs));
        }
    }

    record Days(String zone) implements Aligned {
        @Override
        public List<Bounds> boundsOf(final long timeNs) {
            final ZoneId id = ZoneId.of(zone);
            final LocalDate day = Instant.EPOCH.plusNanos(timeNs).atZone(id).toLocalDate();
            return List.of(new Bounds(startOf(day, id), startOf(day.plusDays(1), id)));
        }

        @Override
        public Bounds paneOf(final long timeNs) {
            return boundsOf(timeNs).get(0);
        }

        private static long startOf(final LocalDate day, final ZoneId zone) {
            return day.atStartOfDay(zone).toEpochSecond() * 1_000_000_000L;
        }

        @Override
        public Windows written() {
            return Windows.calendar(CalendarUnit.DAYS, ZoneId.of(zone));
        }
    }

    record Session(long gapNs) implements WindowKind {
        @Override
        public Windows written() {
            return Windows.session(Duration.ofNanos(gapNs));
        }
    }

    record Sliding(long sizeNs) implements WindowKind {
        @Override
        public Windows written() {
            return Windows.sliding(Duration.ofNanos(sizeNs));
        }
    }

    record Count(long count) implements WindowKind {
        @Override
        public Windows written() {
            return Windows.count(count);
        }
    }

    static WindowKind any(final SplittableRandom random) {
        // In small windows, what is at an edge exactly is met often.
        final long scale = random.nextBoolean() ? 5 : 50;
        final long lengthNs = 1 + random.nextLong(scale);
        return switch (random.nextInt(6)) {
            case 0 -> new Tumbling(lengthNs);
            case 1 -> new Hopping(lengthNs + random.nextLong(3 * scale), lengthNs);
            case 2 -> new Days(random.nextBoolean() ? "Europe/Berlin" : "America/New_York");
            case 3 -> new Session(lengthNs);
            case 4 -> new Sliding(lengthNs);
            default -> new Count(1 + random.nextLong(6));
        };
    }
}
