package io.millrace.operators.join;

import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;

/**
 * Lets the values of one side pass and leaves out those of the others.
 *
 * @param <V> type of the values of that side.
 */
public final class OneSideOperator<V> extends Step<Sided, V> {
    private final int side;

    /**
     * Creates the operator.
     *
     * @param failures of the step.
     * @param side     number of the side, from 0.
     * @param next     step of the chain.
     */
    public OneSideOperator(final FailureHandler failures, final int side, final Operator<? super V> next) {
        super(failures, next);
        this.side = side;
    }

    @Override
    public void process(final RecordContext context, final Sided value) {
        if (value.side() == side) {
            next.process(context, value.value());
        }
    }
}
