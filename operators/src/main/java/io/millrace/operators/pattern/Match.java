package io.millrace.operators.pattern;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.codec.Lendable;
import io.millrace.operators.codec.Loan;
import java.util.ArrayList;
import java.util.List;

/**
 * What a sequence has found: the values that its steps have taken, in the order of event time. Behind {@code timedOut()} and
 * {@code givenUp()} it is what a partial match has come to.
 *
 * <p>One instance is moved from match to match: it is valid inside the call. The values that it gives are read when they are
 * asked for; they may be kept, since those that are views are copies.
 *
 * @param <V> type of the values.
 */
public sealed class Match<V> implements Lendable permits LentMatch {
    private final SequenceShape shape;
    private final SequenceRows rows;
    private final Codec<V> codec;
    private long match;

    Match(final SequenceShape shape, final SequenceRows rows, final Codec<V> codec) {
        this.shape = shape;
        this.rows = rows;
        this.codec = codec;
    }

    Match(final Match<V> shown) {
        this(shown.shape, shown.rows, shown.codec);
        match = shown.match;
    }

    final void wrap(final long newMatch) {
        match = newMatch;
    }

    /**
     * How many values a step has taken.
     *
     * @param step name of a step that takes values.
     * @return 0 only in a partial match.
     * @throws IllegalArgumentException if no step that takes values has this name.
     */
    public int count(final String step) {
        final int stage = shape.stage(step);
        int count = 0;
        for (long link = rows.firstLink(match); link != SequenceRows.NONE; link = rows.nextLink(link)) {
            count += rows.linkStage(link) == stage ? 1 : 0;
        }
        return count;
    }

    /**
     * The first value that a step has taken.
     *
     * @param step name of a step that takes values.
     * @return the value, to keep; null where the step has none, which is only so in a partial match.
     * @throws IllegalArgumentException if no step that takes values has this name.
     */
    public V first(final String step) {
        final int stage = shape.stage(step);
        long link = rows.firstLink(match);
        while (link != SequenceRows.NONE && rows.linkStage(link) != stage) {
            link = rows.nextLink(link);
        }
        return link == SequenceRows.NONE ? null : value(link);
    }

    /**
     * The last value that a step has taken.
     *
     * @param step name of a step that takes values.
     * @return the value, to keep; null where the step has none, which is only so in a partial match.
     * @throws IllegalArgumentException if no step that takes values has this name.
     */
    public V last(final String step) {
        final int stage = shape.stage(step);
        long last = SequenceRows.NONE;
        for (long link = rows.firstLink(match); link != SequenceRows.NONE; link = rows.nextLink(link)) {
            last = rows.linkStage(link) == stage ? link : last;
        }
        return last == SequenceRows.NONE ? null : value(last);
    }

    /**
     * All values that a step has taken.
     *
     * @param step name of a step that takes values.
     * @return a new list, in the order of event time; empty only in a partial match.
     * @throws IllegalArgumentException if no step that takes values has this name.
     */
    public List<V> values(final String step) {
        return values(shape.stage(step));
    }

    private List<V> values(final int stage) {
        final List<V> values = new ArrayList<>();
        for (long link = rows.firstLink(match); link != SequenceRows.NONE; link = rows.nextLink(link)) {
            if (rows.linkStage(link) == stage) {
                values.add(value(link));
            }
        }
        return values;
    }

    private V value(final long link) {
        final long element = rows.element(link);
        return codec.decode(
                rows.elements.buffer(element), rows.elements.valueOffset(element), rows.elements.valueLength(element));
    }

    /**
     * Event time of the first value.
     *
     * @return ns since the epoch.
     */
    public long firstTimeNs() {
        return rows.timeNs(rows.element(rows.firstLink(match)));
    }

    /**
     * Event time of the last value. The match may be complete later, when nothing has come for long enough.
     *
     * @return ns since the epoch.
     */
    public long lastTimeNs() {
        return rows.timeNs(rows.element(rows.lastLink(match)));
    }

    @Override
    public Object lent(final Loan loan) {
        return new LentMatch<>(loan, this);
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < shape.count; i++) {
            if (shape.names[i] != null) {
                text.append(text.isEmpty() ? "" : " ")
                        .append(shape.names[i])
                        .append('=')
                        .append(values(i));
            }
        }
        return text.toString();
    }
}
