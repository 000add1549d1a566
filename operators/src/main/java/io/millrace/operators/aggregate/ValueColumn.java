package io.millrace.operators.aggregate;

import io.millrace.operators.codec.Codec;
import java.util.Arrays;

/** Values on the heap, by the numbers of their places; a place that is free is given out again, the last one first. */
final class ValueColumn {
    private static final int INITIAL_PLACES = 8;

    final Codec<?> codec;
    private Object[] values = new Object[INITIAL_PLACES];
    private int[] free = new int[INITIAL_PLACES];
    private int freeCount;
    private int used;

    ValueColumn(final Codec<?> codec) {
        this.codec = codec;
    }

    Object get(final int place) {
        return values[place];
    }

    void set(final int place, final Object value) {
        values[place] = value;
    }

    int add(final Object value) {
        final int place = freeCount > 0 ? free[--freeCount] : used++;
        if (place == values.length) {
            values = Arrays.copyOf(values, place * 2);
        }
        values[place] = value;
        return place;
    }

    void remove(final int place) {
        values[place] = null;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = place;
    }

    void clear() {
        values = new Object[INITIAL_PLACES];
        free = new int[INITIAL_PLACES];
        freeCount = 0;
        used = 0;
    }
}
