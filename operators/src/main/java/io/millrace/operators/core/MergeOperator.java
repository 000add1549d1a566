package io.millrace.operators.core;

/**
 * Brings branches of one task together again. Values pass through; of time the next step learns when every branch has
 * learned of it, so that what a branch emits at that time comes before.
 *
 * @param <V> type of the values.
 */
public final class MergeOperator<V> implements Operator<V> {
    private final Operator<? super V> next;
    private final int inputs;
    private int watermarksSeen;
    private int logTimesSeen;

    /**
     * Creates the operator.
     *
     * @param inputs number of branches, each of which passes every call of time on once.
     * @param next   step of the chain.
     */
    public MergeOperator(final int inputs, final Operator<? super V> next) {
        this.inputs = inputs;
        this.next = next;
    }

    @Override
    public void process(final RecordContext context, final V value) {
        next.process(context, value);
    }

    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {
        if (++watermarksSeen == inputs) {
            watermarksSeen = 0;
            next.onWatermark(context, watermarkNs);
        }
    }

    @Override
    public void onLogTime(final RecordContext context, final long logTimeNs) {
        if (++logTimesSeen == inputs) {
            logTimesSeen = 0;
            next.onLogTime(context, logTimeNs);
        }
    }
}
