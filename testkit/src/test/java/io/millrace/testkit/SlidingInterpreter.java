package io.millrace.testkit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A window for each distinct time of a key, with the values of the key in (time - size, time]. */
final class SlidingInterpreter extends WindowInterpreter<Void> {
    private record Place(String key, long timeNs) {}

    private final long sizeNs;
    private final long graceNs;
    private final List<Arrival> accepted = new ArrayList<>();

    // In the order in which their first values came.
    private final Set<Place> open = new LinkedHashSet<>();

    SlidingInterpreter(final long sizeNs, final long graceNs, final ArrivalTime time) {
        super(ON_CLOSE, time);
        this.sizeNs = sizeNs;
        this.graceNs = graceNs;
    }

    private boolean isClosed(final long timeNs, final long watermarkNs) {
        return timeNs + 1 + graceNs <= watermarkNs;
    }

    @Override
    void close(final long beforeNs, final long watermarkNs) {
        final List<Place> closing = new ArrayList<>(open.stream()
                .filter(each -> isClosed(each.timeNs(), watermarkNs))
                .toList());
        closing.sort(Comparator.comparingLong(Place::timeNs));
        for (final Place each : closing) {
            final List<Arrival> held = accepted.stream()
                    .filter(arrival -> arrival.key().equals(each.key()))
                    .filter(arrival -> arrival.timeNs() <= each.timeNs() && arrival.timeNs() > each.timeNs() - sizeNs)
                    .toList();
            nextGroup();
            emit(each.key(), each.timeNs() + 1 - sizeNs, each.timeNs() + 1, sum(held), true);
            open.remove(each);
        }
    }

    @Override
    void add(final Arrival arrival, final long watermarkNs) {
        if (isClosed(arrival.timeNs(), watermarkNs)) {
            onLate(arrival);
        } else {
            accepted.add(arrival);
            open.add(new Place(arrival.key(), arrival.timeNs()));
        }
    }

    @Override
    void emitUpdated(final Void change) {
        throw new IllegalStateException("sliding windows emit on close only");
    }

    @Override
    void emitChanged(final List<Void> all, final long watermarkNs) {
        throw new IllegalStateException("sliding windows emit on close only");
    }

    @Override
    int open() {
        return open.size();
    }
}
