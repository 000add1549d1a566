package io.millrace.operators.join;

import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;

/**
 * Says of each value which side of a join it belongs to.
 *
 * @param <V> type of the values.
 */
public final class SideOperator<V> extends Step<V, Sided> {
    private final int side;
    private final Sided sided = new Sided();
    private final Sided ahead = new Sided();

    /**
     * Creates the operator.
     *
     * @param failures of the step.
     * @param side     number of the side, from 0.
     * @param next     step of the chain.
     */
    public SideOperator(final FailureHandler failures, final int side, final Operator<? super Sided> next) {
        super(failures, next);
        this.side = side;
    }

    @Override
    public void process(final RecordContext context, final V value) {
        sided.wrap(side, value);
        next.process(context, sided);
    }

    @Override
    public void prefetch(final RecordContext context, final V value) {
        ahead.wrap(side, value);
        next.prefetch(context, value == null ? null : ahead);
    }
}
