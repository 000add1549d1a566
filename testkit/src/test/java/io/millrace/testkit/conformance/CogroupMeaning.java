package io.millrace.testkit.conformance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * What a co-group in windows makes of values that have the number of their side as their last character: all that was accepted is
 * kept, and looked through when a window closes.
 */
final class CogroupMeaning implements Meaning {
    private record Place(String key, long startNs, long endNs) {}

    private final boolean isSliding;
    private final long sizeNs;
    private final long graceNs;
    private final Function<List<String>, String> result;
    private final Meaning main;
    private final List<Meaning> late;
    private final List<Item> accepted = new ArrayList<>();

    // In the order in which their first values came.
    private final Set<Place> open = new LinkedHashSet<>();

    CogroupMeaning(
            final boolean isSliding,
            final long sizeNs,
            final long graceNs,
            final Function<List<String>, String> result,
            final Meaning main,
            final List<Meaning> late) {
        this.isSliding = isSliding;
        this.sizeNs = sizeNs;
        this.graceNs = graceNs;
        this.result = result;
        this.main = main;
        this.late = late;
    }

    int count() {
        return open.size();
    }

    private boolean isClosed(final Place place, final long watermarkNs) {
        return place.endNs() + graceNs <= watermarkNs;
    }

    private Place placeOf(final Item item) {
        if (isSliding) {
            return new Place(item.key(), item.timeNs() + 1 - sizeNs, item.timeNs() + 1);
        }
        final long startNs = Math.floorDiv(item.timeNs(), sizeNs) * sizeNs;
        return new Place(item.key(), startNs, startNs + sizeNs);
    }

    @Override
    public void onWatermark(final Moment moment) {
        final List<Place> closing = open.stream()
                .filter(place -> isClosed(place, moment.watermarkNs()))
                .sorted(Comparator.comparingLong(Place::endNs))
                .toList();
        for (final Place place : closing) {
            final List<String> held = accepted.stream()
                    .filter(item -> item.key().equals(place.key()))
                    .filter(item -> item.timeNs() >= place.startNs() && item.timeNs() < place.endNs())
                    .map(Item::text)
                    .toList();
            final String text = place.startNs() + " to " + place.endNs() + ": " + result.apply(held);
            main.take(moment, new Item(place.key(), place.endNs() - 1, text, moment.beforeNs()));
            open.remove(place);
        }
    }

    @Override
    public void take(final Moment moment, final Item item) {
        final Place place = placeOf(item);
        if (isClosed(place, item.knownNs())) {
            final int last = item.text().length() - 1;
            late.get(item.text().charAt(last))
                    .take(moment, item.with(item.text().substring(0, last)));
        } else {
            accepted.add(item);
            open.add(place);
        }
    }
}
