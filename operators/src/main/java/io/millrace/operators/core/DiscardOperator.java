package io.millrace.operators.core;

/**
 * Ends a branch that leads nowhere.
 *
 * @param <V> type of the values.
 */
public final class DiscardOperator<V> implements Operator<V> {
    /** Creates the operator. */
    public DiscardOperator() {}

    @Override
    public void process(final RecordContext context, final V value) {}

    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {}

    @Override
    public void onLogTime(final RecordContext context, final long logTimeNs) {}
}
