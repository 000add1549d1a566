package io.millrace.testkit;

import io.millrace.testkit.WindowKind.Bounds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Windows that are the same for all keys. A window is closed once the watermark is at its end and the grace. */
final class AlignedInterpreter extends WindowInterpreter<AlignedInterpreter.Place> {
    /** A key in a window. */
    record Place(Bounds bounds, String key) {}

    private final WindowKind.Aligned kind;
    private final long graceNs;

    // In the order in which keys came first to a window.
    private final Map<Place, List<Arrival>> accepted = new LinkedHashMap<>();
    private long watermarkNs = Long.MIN_VALUE;

    AlignedInterpreter(final WindowKind.Aligned kind, final long graceNs, final long everyNs, final ArrivalTime time) {
        super(everyNs, time);
        this.kind = kind;
        this.graceNs = graceNs;
    }

    private boolean isClosed(final Bounds bounds, final long atNs) {
        return bounds.endNs() + graceNs <= atNs;
    }

    @Override
    void close(final long beforeNs, final long newWatermarkNs) {
        watermarkNs = newWatermarkNs;
        emitInOrder(
                accepted.keySet().stream()
                        .filter(place -> !isClosed(place.bounds(), beforeNs) && isClosed(place.bounds(), watermarkNs))
                        .toList(),
                true);
    }

    // In the order of the windows, and of tumbling ones in the order given; for windows that overlap no order of keys
    // is promised, but that it is the same each time.
    private void emitInOrder(final List<Place> places, final boolean isFinal) {
        final List<Place> sorted = new ArrayList<>(places);
        sorted.sort(Comparator.comparingLong(place -> place.bounds().endNs()));
        Bounds last = null;
        for (final Place place : sorted) {
            if (!(kind instanceof WindowKind.Hopping) || !place.bounds().equals(last)) {
                nextGroup();
            }
            last = place.bounds();
            emit(place, isFinal);
        }
    }

    private void emit(final Place place, final boolean isFinal) {
        emit(place.key(), place.bounds().startNs(), place.bounds().endNs(), sum(accepted.get(place)), isFinal);
    }

    @Override
    void add(final Arrival arrival, final long atNs) {
        final List<Place> open = new ArrayList<>();
        final List<Bounds> all = kind.boundsOf(arrival.timeNs());
        for (final Bounds bounds : all) {
            if (!isClosed(bounds, atNs)) {
                open.add(new Place(bounds, arrival.key()));
            }
        }
        if (open.size() < all.size()) {
            onLate(arrival);
        }
        open.forEach(
                place -> accepted.computeIfAbsent(place, p -> new ArrayList<>()).add(arrival));
        open.forEach(this::onChange);
    }

    @Override
    void emitUpdated(final Place place) {
        nextGroup();
        emit(place, false);
    }

    @Override
    void emitChanged(final List<Place> all, final long atNs) {
        emitInOrder(
                all.stream().filter(place -> !isClosed(place.bounds(), atNs)).toList(), false);
    }

    @Override
    int open() {
        return (int) accepted.keySet().stream()
                .filter(place -> !isClosed(place.bounds(), watermarkNs))
                .count();
    }
}
