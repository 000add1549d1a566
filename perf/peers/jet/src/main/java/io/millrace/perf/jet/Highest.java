package io.millrace.perf.jet;

import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** The highest of some items, all of a tie. */
final class Highest<T> implements Serializable {
    @Serial
    private static final long serialVersionUID = 1;

    // Jet asks for something that can be serialized, though that is never done here.
    private final ArrayList<T> items = new ArrayList<>();
    private long highest;

    /** What makes an item high. */
    @FunctionalInterface
    interface Number<T> extends Serializable {
        long of(T item);
    }

    void add(final T item, final long number) {
        if (items.isEmpty() || number > highest) {
            items.clear();
            highest = number;
        }
        if (number == highest) {
            items.add(item);
        }
    }

    void addAll(final Highest<T> other) {
        for (final T item : other.items) {
            add(item, other.highest);
        }
    }

    List<T> items() {
        return items;
    }
}
