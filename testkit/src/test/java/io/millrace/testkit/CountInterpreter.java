package io.millrace.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** So many values of a key in the order of the partition, whatever their times. */
final class CountInterpreter extends WindowInterpreter<CountInterpreter.Place> {
    /** A key and the values of its window so far. */
    record Place(String key, List<Arrival> arrivals) {}

    private final long count;
    private final Map<String, List<Arrival>> all = new TreeMap<>();

    CountInterpreter(final long count, final long everyNs, final ArrivalTime time) {
        super(everyNs, time);
        this.count = count;
    }

    @Override
    void close(final long beforeNs, final long watermarkNs) {
        // Time closes no window.
    }

    @Override
    void add(final Arrival arrival, final long watermarkNs) {
        final List<Arrival> ofKey = all.computeIfAbsent(arrival.key(), key -> new ArrayList<>());
        ofKey.add(arrival);
        final int begin = (int) ((ofKey.size() - 1) / count * count);
        final Place place = new Place(arrival.key(), List.copyOf(ofKey.subList(begin, ofKey.size())));
        if (place.arrivals().size() == count) {
            emit(place, true);
        } else {
            onChange(place);
        }
    }

    private void emit(final Place place, final boolean isFinal) {
        nextGroup();
        final long[] times =
                place.arrivals().stream().mapToLong(Arrival::timeNs).sorted().toArray();
        emit(place.key(), times[0], times[times.length - 1] + 1, sum(place.arrivals()), isFinal);
    }

    @Override
    void emitUpdated(final Place place) {
        emit(place, false);
    }

    @Override
    void emitChanged(final List<Place> places, final long watermarkNs) {
        throw new IllegalStateException("windows of a count do not emit by the clock");
    }

    @Override
    int open() {
        return 0;
    }
}
