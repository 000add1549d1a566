package io.millrace.operators.window;

import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;

/**
 * Hands late values on as they came, behind the second half of a window.
 *
 * @param <V> type of the values.
 */
public final class LateValueOperator<V> implements Operator<PartialOrValue<V>> {
    private final Operator<? super V> next;

    /**
     * Creates the operator.
     *
     * @param next step that takes late values.
     */
    public LateValueOperator(final Operator<? super V> next) {
        this.next = next;
    }

    @Override
    public void process(final RecordContext context, final PartialOrValue<V> value) {
        if (value.isPartial()) {
            // The first half sends a state before the watermark that could close its windows.
            throw new IllegalStateException("a partial result came late: eventTimeNs=" + context.eventTimeNs()
                    + " watermarkNs=" + context.watermarkNs());
        }
        next.process(context, value.value());
    }

    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {
        next.onWatermark(context, watermarkNs);
    }

    @Override
    public void onLogTime(final RecordContext context, final long logTimeNs) {
        next.onLogTime(context, logTimeNs);
    }
}
