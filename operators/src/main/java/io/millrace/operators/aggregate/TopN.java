package io.millrace.operators.aggregate;

import io.millrace.operators.codec.Codec;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;

/**
 * The values with the largest scores, the largest first, and of equal ones the earlier first. Immutable once it is kept; a
 * value that does not get among them costs no object.
 *
 * @param <V> type of the values.
 */
public final class TopN<V> {
    static final int NONE = -1;

    final V[] values;
    final long[] scores;

    // The value that came last and may still be a view; none once it was copied.
    private int fresh;

    @SuppressWarnings("unchecked") // The array is seen by this class alone, as one of objects.
    TopN(final int count) {
        values = (V[]) new Object[count];
        scores = new long[count];
        fresh = NONE;
    }

    /**
     * Describes the aggregation.
     *
     * @param n     how many values to keep at most, at least 1.
     * @param score of a value.
     * @param codec that writes values; where it lends them, copies are kept.
     * @param <V>   type of the values.
     * @return an aggregation, combinable.
     */
    public static <V> Aggregation<V, TopN<V>, List<V>> aggregation(
            final int n, final ToLongFunction<? super V> score, final Codec<V> codec) {
        if (n < 1) {
            throw new IllegalArgumentException("topN keeps at least 1 value, was " + n);
        }
        Objects.requireNonNull(codec, "topN keeps values, so it needs their codec");
        return Aggregation.<V, TopN<V>>values(
                        new TopNCodec<>(codec),
                        () -> new TopN<>(0),
                        (held, value) -> held.add(n, value, score.applyAsLong(value)))
                .combine((a, b) -> a.combine(n, b))
                .named("top " + n)
                .result(TopN::list);
    }

    private TopN<V> add(final int n, final V value, final long score) {
        int place = values.length;
        while (place > 0 && scores[place - 1] < score) {
            place--;
        }
        if (place == n) {
            return this;
        }
        final TopN<V> sum = new TopN<>(Math.min(n, values.length + 1));
        sum.copy(0, this, 0, place);
        sum.copy(place + 1, this, place, sum.values.length - place - 1);
        sum.values[place] = value;
        sum.scores[place] = score;
        sum.fresh = place;
        return sum;
    }

    private void copy(final int to, final TopN<V> from, final int at, final int count) {
        System.arraycopy(from.values, at, values, to, count);
        System.arraycopy(from.scores, at, scores, to, count);
    }

    private TopN<V> combine(final int n, final TopN<V> other) {
        final TopN<V> sum = new TopN<>(Math.min(n, values.length + other.values.length));
        int mine = 0;
        for (int i = 0; i < sum.values.length; i++) {
            final int others = i - mine;
            final boolean isMine =
                    mine < values.length && (others >= other.values.length || scores[mine] >= other.scores[others]);
            sum.copy(i, isMine ? this : other, isMine ? mine : others, 1);
            mine += isMine ? 1 : 0;
        }
        return sum;
    }

    TopN<V> keep(final Codec<V> codec) {
        if (fresh != NONE) {
            values[fresh] = codec.copy(values[fresh]);
            fresh = NONE;
        }
        return this;
    }

    private List<V> list() {
        return new TopValues<>(values);
    }
}
