package io.millrace.operators.join;

import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;

/**
 * Says of each value that its key has it now. What the key had before is not said.
 *
 * @param <V> type of the values.
 */
public final class ValueChangeOperator<V> extends Step<V, Change<V>> {
    private final Change<V> change = new Change<>();

    /**
     * Creates the operator.
     *
     * @param failures of the step.
     * @param next     step of the chain.
     */
    public ValueChangeOperator(final FailureHandler failures, final Operator<? super Change<V>> next) {
        super(failures, next);
    }

    @Override
    public void process(final RecordContext context, final V value) {
        next.process(context, change.wrap(null, value));
    }
}
