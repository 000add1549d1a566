package io.millrace.operators.core;

import java.util.List;

/**
 * Hands each value to several steps, in the order in which the topology names them.
 *
 * @param <V> type of the values.
 */
public final class FanOutOperator<V> implements Operator<V> {
    private final List<Operator<V>> branches;

    /**
     * Creates the operator.
     *
     * @param branches that each take every value.
     */
    public FanOutOperator(final List<Operator<V>> branches) {
        this.branches = List.copyOf(branches);
    }

    @Override
    public void process(final RecordContext context, final V value) {
        for (int i = 0; i < branches.size(); i++) {
            branches.get(i).process(context, value);
        }
    }

    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {
        for (int i = 0; i < branches.size(); i++) {
            branches.get(i).onWatermark(context, watermarkNs);
        }
    }
}
