package io.millrace.operators.keyed;

import io.millrace.operators.codec.Lendable;
import io.millrace.operators.codec.LentList;
import io.millrace.operators.codec.Loan;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * The largest values of a key by score, in descending order; of equal scores the earlier value comes first. Looks like a list
 * from outside, which nobody else changes.
 */
final class TopList<V> extends AbstractList<V> implements RandomAccess, Lendable {
    private static final int INITIAL_LENGTH = 4;

    private final int limit;
    private long[] scores;
    private Object[] values;
    private int size;

    TopList(final int limit) {
        this.limit = limit;
        this.scores = new long[Math.min(limit, INITIAL_LENGTH)];
        this.values = new Object[scores.length];
    }

    boolean takes(final long score) {
        return size < limit || score > scores[size - 1];
    }

    /** Takes a value that is kept, in the place of the last one where the list is full. */
    void insert(final long score, final V value) {
        if (size == scores.length && size < limit) {
            final int length = (int) Math.min(limit, size * 2L);
            scores = Arrays.copyOf(scores, length);
            values = Arrays.copyOf(values, length);
        }
        if (size < limit) {
            size++;
        }
        int i = size - 1;
        while (i > 0 && scores[i - 1] < score) {
            scores[i] = scores[i - 1];
            values[i] = values[i - 1];
            i--;
        }
        scores[i] = score;
        values[i] = value;
    }

    long score(final int index) {
        return scores[index];
    }

    @Override
    @SuppressWarnings("unchecked") // Only values are put in.
    public V get(final int index) {
        return (V) values[Objects.checkIndex(index, size)];
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Object lent(final Loan loan) {
        return new LentList<>(loan, this);
    }
}
