package io.millrace.testkit.conformance;

import io.millrace.log.record.RecordKind;
import io.millrace.testkit.DriverLog.Entry;
import java.util.ArrayList;
import java.util.List;

/** How time passes in a partition, found anew at each record from all the records before it. */
abstract class PartitionTime {
    static final long NONE = Long.MIN_VALUE;
    static final long END = Long.MAX_VALUE;

    /** The moments of a partition, up to the end of its input. */
    final List<Moment> moments(final List<Entry> entries) {
        final List<Moment> moments = new ArrayList<>();
        final List<Entry> history = new ArrayList<>();
        final List<Long> clocks = new ArrayList<>();
        long clock = NONE;
        long before = NONE;
        for (final Entry entry : entries) {
            if (before == END) {
                break;
            }
            clock = Math.max(clock, entry.logTimeNs());
            final boolean isData = entry.kind() == RecordKind.DATA;
            final boolean isFalse = isData && isFalse(entry, clock);
            if (!isFalse) {
                history.add(entry);
                clocks.add(clock);
            }
            final long watermark = Math.max(before, isFalse ? NONE : reached(history, clocks));
            final boolean isIdle = isIdle(history, clocks);
            moments.add(new Moment(entry, clock, before, watermark, isIdle, isData && !isFalse));
            before = watermark;
        }
        return moments;
    }

    /** Whether an event time cannot be true. */
    abstract boolean isFalse(Entry entry, long clockNs);

    /** Event time that the last of some records speaks for, by itself and what came before. */
    abstract long reached(List<Entry> history, List<Long> clocks);

    abstract boolean isIdle(List<Entry> history, List<Long> clocks);

    /** A topic that a test writes. */
    static final class OfSource extends PartitionTime {
        private final long boundNs;
        private final long idleAfterNs;
        private final long maxAheadNs;

        OfSource(final long boundNs, final long idleAfterNs, final long maxAheadNs) {
            this.boundNs = boundNs;
            this.idleAfterNs = idleAfterNs;
            this.maxAheadNs = maxAheadNs;
        }

        @Override
        boolean isFalse(final Entry entry, final long clockNs) {
            return entry.eventTimeNs() > clockNs && entry.eventTimeNs() - clockNs > maxAheadNs;
        }

        @Override
        long reached(final List<Entry> history, final List<Long> clocks) {
            long base = NONE;
            for (final Entry entry : history) {
                if (entry.kind() == RecordKind.DATA) {
                    base = Math.max(base, entry.eventTimeNs() - boundNs);
                } else if (entry.kind() == RecordKind.WATERMARK) {
                    base = Math.max(base, entry.eventTimeNs());
                }
            }
            return base == NONE || !isIdle(history, clocks) ? base : base + silence(history, clocks) - idleAfterNs;
        }

        @Override
        boolean isIdle(final List<Entry> history, final List<Long> clocks) {
            return idleAfterNs != END && silence(history, clocks) >= idleAfterNs;
        }

        // How long nothing but ticks has come; counted from the first tick where nothing has ever come. -1 at what ends
        // or
        // begins a silence.
        private static long silence(final List<Entry> history, final List<Long> clocks) {
            final int last = history.size() - 1;
            if (last < 0 || history.get(last).kind() != RecordKind.TICK) {
                return -1;
            }
            int since = last;
            while (since > 0 && history.get(since).kind() == RecordKind.TICK) {
                since--;
            }
            return since == last ? -1 : clocks.get(last) - clocks.get(since);
        }
    }

    /** An exchange, that a number of tasks write. */
    static final class OfExchange extends PartitionTime {
        private final int producers;

        OfExchange(final int producers) {
            this.producers = producers;
        }

        @Override
        boolean isFalse(final Entry entry, final long clockNs) {
            return false;
        }

        @Override
        boolean isIdle(final List<Entry> history, final List<Long> clocks) {
            return false;
        }

        @Override
        long reached(final List<Entry> history, final List<Long> clocks) {
            final List<Integer> ids = history.stream()
                    .filter(entry -> entry.kind() == RecordKind.WATERMARK)
                    .map(Entry::producerId)
                    .distinct()
                    .toList();
            long smallestActive = END;
            long largestIdle = NONE;
            long largestEnded = NONE;
            long endedSince = NONE;
            boolean hasIdle = false;
            boolean hasActive = ids.size() < producers;
            for (final int id : ids) {
                long largest = NONE;
                boolean isIdle = false;
                for (int i = 0; i < history.size(); i++) {
                    final Entry entry = history.get(i);
                    if (entry.kind() == RecordKind.WATERMARK && entry.producerId() == id) {
                        if (entry.eventTimeNs() == END) {
                            largestEnded = Math.max(largestEnded, largest);
                            endedSince = Math.max(endedSince, clocks.get(i));
                        }
                        largest = Math.max(largest, entry.eventTimeNs());
                        isIdle = !entry.value().isEmpty();
                    }
                }
                if (largest != END) {
                    hasIdle |= isIdle;
                    hasActive |= !isIdle;
                    if (isIdle) {
                        largestIdle = Math.max(largestIdle, largest);
                    } else {
                        smallestActive = Math.min(smallestActive, largest);
                    }
                }
            }
            if (hasActive) {
                return ids.size() < producers ? NONE : smallestActive;
            }
            if (!hasIdle) {
                return END;
            }
            final boolean isTick = history.get(history.size() - 1).kind() == RecordKind.TICK;
            final long onward =
                    isTick && largestEnded != NONE ? largestEnded + clocks.get(clocks.size() - 1) - endedSince : NONE;
            return Math.max(largestIdle, onward);
        }
    }
}
