package io.millrace.testkit;

import java.util.List;
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

    /**
     * An exchange: the smallest of those that write into it, without the silent ones while others are not silent. A silent one
     * counts with what it said before while there is a watermark that was made after it fell silent, and before the exchange
     * heard of it or, where that took longer than a second, at all. But it never holds up what all had said at the last moment at which all
     * that are silent are known to have been.
     */
    static final class OfExchange extends ArrivalTime {
        private static final long SECOND = 1_000_000_000L;

        private record Mark(long timeNs, boolean isSilent, long spokenNs, long originNs, long sinceNs, long heardNs) {
            boolean hasEnded() {
                return timeNs == Long.MAX_VALUE;
            }

            boolean mayHaveMissed(final Mark other) {
                final boolean isOldNews = heardNs - originNs > SECOND;
                return other.originNs > originNs && (isOldNews || other.originNs < heardNs);
            }
        }

        private final int producers;
        private final Map<Integer, Mark> marks = new TreeMap<>();
        private long endedNs = Long.MIN_VALUE;
        private long endedSinceNs;

        OfExchange(final int producers) {
            this.producers = producers;
        }

        @Override
        long after(final Arrival arrival) {
            if (arrival.isWatermark()) {
                take(arrival, marks.get(arrival.producerId()));
                return combined();
            }
            final boolean isOnlySilenceLeft = marks.size() == producers
                    && !open(true).isEmpty()
                    && open(false).isEmpty()
                    && endedNs != Long.MIN_VALUE;
            return arrival.isTick() && isOnlySilenceLeft ? endedNs + clockNs - endedSinceNs : Long.MIN_VALUE;
        }

        private void take(final Arrival arrival, final Mark before) {
            final long beforeNs = before == null ? Long.MIN_VALUE : before.timeNs;
            if (arrival.timeNs() == Long.MAX_VALUE && beforeNs != Long.MAX_VALUE) {
                endedNs = Math.max(endedNs, beforeNs);
                endedSinceNs = clockNs;
            }
            final long timeNs = Math.max(beforeNs, arrival.timeNs());
            final long spokenNs = !arrival.isIdle() ? timeNs : before == null ? Long.MIN_VALUE : before.spokenNs;
            final long sinceNs =
                    arrival.isIdle() && before != null && before.isSilent ? before.sinceNs : arrival.originNs();
            marks.put(
                    arrival.producerId(),
                    new Mark(timeNs, arrival.isIdle(), spokenNs, arrival.originNs(), sinceNs, clockNs));
        }

        // One that has not written yet is waited for, whatever the others say.
        private long combined() {
            if (marks.size() < producers) {
                return Long.MIN_VALUE;
            }
            final List<Mark> active = open(false);
            final List<Mark> silent = open(true);
            return active.isEmpty() && silent.isEmpty()
                    ? Long.MAX_VALUE
                    : active.isEmpty()
                            ? silent.stream().mapToLong(Mark::timeNs).max().getAsLong()
                            : Math.max(
                                    active.stream()
                                            .mapToLong(Mark::spokenNs)
                                            .min()
                                            .getAsLong(),
                                    whenAllSilentOnesWereLastKnownToBe());
        }

        private long whenAllSilentOnesWereLastKnownToBe() {
            final long known = open(false).stream()
                    .filter(Mark::isSilent)
                    .mapToLong(Mark::originNs)
                    .min()
                    .orElse(Long.MIN_VALUE);
            if (marks.values().stream().anyMatch(mark -> mark.sinceNs > known)) {
                return Long.MIN_VALUE;
            }
            final List<Mark> open =
                    marks.values().stream().filter(mark -> !mark.hasEnded()).toList();
            return open.stream()
                    .filter(mark -> !mark.isSilent)
                    .mapToLong(Mark::timeNs)
                    .min()
                    .orElseGet(() -> open.stream()
                            .filter(mark -> mark.originNs <= known)
                            .mapToLong(Mark::timeNs)
                            .max()
                            .orElse(Long.MIN_VALUE));
        }

        private List<Mark> open(final boolean isLeftOut) {
            return marks.values().stream()
                    .filter(each -> !each.hasEnded() && isLeftOut(each) == isLeftOut)
                    .toList();
        }

        private boolean isLeftOut(final Mark mark) {
            return mark.isSilent && marks.values().stream().noneMatch(mark::mayHaveMissed);
        }
    }
}
