package io.millrace.testkit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Sessions: values of a key, each less than the gap from another of them. One that touches several open sessions makes one of
 * them, under the number of the oldest.
 */
final class SessionInterpreter extends WindowInterpreter<Long> {
    private final long gapNs;
    private final long graceNs;
    private final List<Open> open = new ArrayList<>();
    private long created;

    private record Open(long number, String key, List<Arrival> arrivals) {
        long firstNs() {
            return arrivals.stream().mapToLong(Arrival::timeNs).min().orElseThrow();
        }

        long lastNs() {
            return arrivals.stream().mapToLong(Arrival::timeNs).max().orElseThrow();
        }
    }

    SessionInterpreter(final long gapNs, final long graceNs, final long everyNs, final ArrivalTime time) {
        super(everyNs, time);
        this.gapNs = gapNs;
        this.graceNs = graceNs;
    }

    private boolean isClosed(final long lastNs, final long watermarkNs) {
        return lastNs + gapNs + graceNs <= watermarkNs;
    }

    @Override
    void close(final long beforeNs, final long watermarkNs) {
        final List<Open> closing = new ArrayList<>(open.stream()
                .filter(each -> isClosed(each.lastNs(), watermarkNs))
                .toList());
        closing.sort(Comparator.comparingLong(Open::lastNs).thenComparingLong(Open::number));
        closing.forEach(each -> emit(each, true));
        open.removeAll(closing);
    }

    @Override
    void add(final Arrival arrival, final long watermarkNs) {
        final List<Open> touched = open.stream()
                .filter(each -> each.key().equals(arrival.key()))
                .filter(each ->
                        each.arrivals().stream().anyMatch(other -> Math.abs(other.timeNs() - arrival.timeNs()) < gapNs))
                .toList();
        if (touched.isEmpty() && isClosed(arrival.timeNs(), watermarkNs)) {
            onLate(arrival);
            return;
        }
        final List<Arrival> all = new ArrayList<>(List.of(arrival));
        touched.forEach(each -> all.addAll(each.arrivals()));
        final long number = touched.stream().mapToLong(Open::number).min().orElseGet(() -> created++);
        open.removeAll(touched);
        open.add(new Open(number, arrival.key(), all));
        onChange(number);
    }

    @Override
    void emitUpdated(final Long number) {
        open.stream().filter(each -> each.number() == number).forEach(each -> emit(each, false));
    }

    @Override
    void emitChanged(final List<Long> all, final long watermarkNs) {
        all.forEach(this::emitUpdated);
    }

    private void emit(final Open session, final boolean isFinal) {
        nextGroup();
        emit(session.key(), session.firstNs(), session.lastNs() + gapNs, sum(session.arrivals()), isFinal);
    }

    @Override
    int open() {
        return open.size();
    }
}
