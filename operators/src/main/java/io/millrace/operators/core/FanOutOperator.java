package io.millrace.operators.core;

/**
 * Hands each value to several steps, in the order in which the topology names them.
 *
 * @param <V> type of the values.
 */
public final class FanOutOperator<V> implements Operator<V> {
    private final Operator<V>[] branches;

    /**
     * Creates the operator.
     *
     * @param branches steps that take each value; not copied.
     */
    public FanOutOperator(final Operator<V>[] branches) {
        this.branches = branches;
    }

    @Override
    public void process(final RecordContext context, final V value) {
        for (final Operator<V> branch : branches) {
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
