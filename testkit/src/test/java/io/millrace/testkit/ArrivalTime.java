package io.millrace.testkit;

import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.TreeMap;

/** The clock and the watermark of a partition, from the words that define them. */
abstract sealed class ArrivalTime {
    /** Largest log time so far. */
    long clockNs = Long.MIN_VALUE;

    /** The watermark, which never goes back. */
    long watermarkNs = Long.MIN_VALUE;

    final void take(final Arrival arrival) {
        clockNs = Math.max(clockNs, arrival.logTimeNs());
        watermarkNs = Math.max(watermarkNs, after(arrival));
    }

    abstract long after(Arrival arrival);

    /** A source: the largest time less the bound, and beyond that what a silence has lasted over the idle time. */
    static final class OfSource extends ArrivalTime {
        private final long boundNs;
        private final long idleAfterNs;
        private long reachedNs = Long.MIN_VALUE;
        private long silentSinceNs = Long.MIN_VALUE;
        boolean isIdle;

        /** With an idle time below 0, the source is never idle. */
        OfSource(final long boundNs, final long idleAfterNs) {
            this.boundNs = boundNs;
            this.idleAfterNs = idleAfterNs;
        }

        @Override
        long after(final Arrival arrival) {
            if (!arrival.isTick()) {
                reachedNs = Math.max(reachedNs, arrival.timeNs() - (arrival.isData() ? boundNs : 0));
                silentSinceNs = clockNs;
                isIdle = false;
                return reachedNs;
            }
            if (silentSinceNs == Long.MIN_VALUE) {
                silentSinceNs = clockNs;
            } else if (idleAfterNs >= 0 && clockNs - silentSinceNs >= idleAfterNs) {
                isIdle = true;
                return reachedNs == Long.MIN_VALUE ? reachedNs : reachedNs + clockNs - silentSinceNs - idleAfterNs;
            }
            return Long.MIN_VALUE;
        }
    }

    /** An exchange: the smallest of those that write into it, without the silent ones while others are not silent. */
    static final class OfExchange extends ArrivalTime {
        private final int producers;
        private final Map<Integer, Long> watermarks = new TreeMap<>();
        private final Map<Integer, Boolean> idle = new TreeMap<>();
        private long endedNs = Long.MIN_VALUE;
        private long endedSinceNs;

        OfExchange(final int producers) {
            this.producers = producers;
        }

        @Override
        long after(final Arrival arrival) {
            if (arrival.isWatermark()) {
                final long before = watermarks.getOrDefault(arrival.producerId(), Long.MIN_VALUE);
                if (arrival.timeNs() == Long.MAX_VALUE && before != Long.MAX_VALUE) {
                    endedNs = Math.max(endedNs, before);
                    endedSinceNs = clockNs;
                }
                watermarks.put(arrival.producerId(), Math.max(before, arrival.timeNs()));
                idle.put(arrival.producerId(), arrival.isIdle());
                return combined();
            }
            final boolean isOnlySilenceLeft = watermarks.size() == producers
                    && open(true).getCount() > 0
                    && open(false).getCount() == 0
                    && endedNs != Long.MIN_VALUE;
            return arrival.isTick() && isOnlySilenceLeft ? endedNs + clockNs - endedSinceNs : Long.MIN_VALUE;
        }

        // One that has not written yet is waited for, whatever the others say.
        private long combined() {
            if (watermarks.size() < producers) {
                return Long.MIN_VALUE;
            }
            final LongSummaryStatistics active = open(false);
            final LongSummaryStatistics silent = open(true);
            return active.getCount() > 0 ? active.getMin() : silent.getCount() > 0 ? silent.getMax() : Long.MAX_VALUE;
        }

        private LongSummaryStatistics open(final boolean isSilent) {
            return watermarks.entrySet().stream()
                    .filter(each -> each.getValue() != Long.MAX_VALUE && idle.get(each.getKey()) == isSilent)
                    .mapToLong(Map.Entry::getValue)
                    .summaryStatistics();
        }
    }
}
