package io.millrace.operators.core;

import java.util.Arrays;

/**
 * Hands each value to several steps, in the order in which the topology names them.
 *
 * @param <V> type of the values.
 */
public final class FanOutOperator<V> implements Operator<V> {
    private final Operator<V>[] branches;

    // Called by name and not in a loop: each call has one class then, and what it does can be compiled into its place.
    private final Operator<V> first;
    private final Operator<V> second;
    private final Operator<V>[] others;

    /**
     * Creates the operator.
     *
     * @param branches steps that take each value, two or more; must not change afterwards.
     * @throws IllegalArgumentException when there are fewer.
     */
    public FanOutOperator(final Operator<V>[] branches) {
        if (branches.length < 2) {
            throw new IllegalArgumentException("values go to two branches or more, not to " + branches.length);
        }
        this.branches = branches;
        this.first = branches[0];
        this.second = branches[1];
        this.others = Arrays.copyOfRange(branches, 2, branches.length);
    }

    @Override
    public void process(final RecordContext context, final V value) {
        first.process(context, value);
        second.process(context, value);
        for (final Operator<V> branch : others) {
            branch.process(context, value);
        }
    }

    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {
        for (final Operator<V> branch : branches) {
            branch.onWatermark(context, watermarkNs);
        }
    }

    @Override
    public void onLogTime(final RecordContext context, final long logTimeNs) {
        for (final Operator<V> branch : branches) {
            branch.onLogTime(context, logTimeNs);
        }
    }

    @Override
    public void prefetch(final RecordContext context, final V value) {
        for (final Operator<V> branch : branches) {
            branch.prefetch(context, value);
        }
    }
}
