package io.millrace.testkit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a window step makes of a partition, from the definition alone: it keeps all that it has been given and looks through it
 * each time, and shares nothing with the operators.
 *
 * <p>At each record, in this order: results that are due by the clock; the windows that the watermark closes; the value.
 *
 * @param <C> names that of which an emission at intervals tells that it has changed.
 */
abstract class WindowInterpreter<C> {
    /** Emission at intervals: 0 on close, -1 on update, otherwise the interval. */
    static final long ON_CLOSE = 0;

    static final long ON_UPDATE = -1;

    /** A result; of results with one number that follow each other, nothing is said about the order. */
    record Result(long group, String line) {}

    private final long everyNs;
    private final ArrivalTime time;
    private final Set<C> changed = new LinkedHashSet<>();
    private final List<Result> results = new ArrayList<>();
    private final List<String> late = new ArrayList<>();
    private long dueNs;
    private long groups;
    private long before = Long.MIN_VALUE;

    WindowInterpreter(final long everyNs, final ArrivalTime time) {
        this.everyNs = everyNs;
        this.time = time;
    }

    final void takeAll(final Collection<Arrival> arrivals) {
        arrivals.forEach(this::take);
    }

    private void take(final Arrival arrival) {
        if (time.watermarkNs == Long.MAX_VALUE) {
            return;
        }
        time.take(arrival);
        if (!changed.isEmpty() && time.clockNs >= dueNs) {
            emitChanged(List.copyOf(changed), before);
            changed.clear();
        }
        close(before, time.watermarkNs);
        before = time.watermarkNs;
        if (arrival.isData()) {
            add(arrival, time.watermarkNs);
        }
    }

    /** Hands on the final results of windows that were open at one watermark and are not at the next. */
    abstract void close(long beforeNs, long watermarkNs);

    abstract void add(Arrival arrival, long watermarkNs);

    /** Hands on what has changed, but for windows that have closed since. */
    abstract void emitChanged(List<C> all, long watermarkNs);

    /** Hands on the result of a change at once. */
    abstract void emitUpdated(C change);

    /** Number of windows that are still open. */
    abstract int open();

    final void onChange(final C change) {
        if (everyNs == ON_UPDATE) {
            emitUpdated(change);
        } else if (everyNs != ON_CLOSE) {
            if (changed.isEmpty()) {
                dueNs = (Math.floorDiv(time.clockNs, everyNs) + 1) * everyNs;
            }
            changed.add(change);
        }
    }

    final void onLate(final Arrival arrival) {
        late.add(arrival.content());
    }

    final void nextGroup() {
        groups++;
    }

    final void emit(final String key, final long startNs, final long endNs, final Tally tally, final boolean isFinal) {
        results.add(new Result(groups, line(key, startNs, endNs, tally, isFinal) + " @" + (endNs - 1)));
    }

    static String line(
            final String key, final long startNs, final long endNs, final Object tally, final boolean isFinal) {
        return key + " [" + startNs + "," + endNs + ") " + tally + (isFinal ? " final" : " early");
    }

    final List<Result> results() {
        return results;
    }

    final List<String> late() {
        return late;
    }

    static Tally sum(final Collection<Arrival> arrivals) {
        return arrivals.stream().map(Arrival::tally).reduce(Tally.NOTHING, Tally::plus);
    }

    static WindowInterpreter<?> of(
            final WindowKind kind, final long graceNs, final long everyNs, final ArrivalTime time) {
        if (kind instanceof WindowKind.Aligned aligned) {
            return new AlignedInterpreter(aligned, graceNs, everyNs, time);
        }
        if (kind instanceof WindowKind.Session session) {
            return new SessionInterpreter(session.gapNs(), graceNs, everyNs, time);
        }
        if (kind instanceof WindowKind.Sliding sliding) {
            return new SlidingInterpreter(sliding.sizeNs(), graceNs, time);
        }
        return new CountInterpreter(((WindowKind.Count) kind).count(), everyNs, time);
    }
}
