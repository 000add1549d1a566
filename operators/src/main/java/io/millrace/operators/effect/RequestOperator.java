package io.millrace.operators.effect;

import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;

/**
 * Makes an input that asks for a call of each value.
 *
 * @param <V> type of the values.
 */
public final class RequestOperator<V> extends Step<V, CallRecord> {
    private final CallRecord record = new CallRecord();

    /**
     * Creates the operator.
     *
     * @param failures of the step.
     * @param next     step of the chain, the exchange.
     */
    public RequestOperator(final FailureHandler failures, final Operator<? super CallRecord> next) {
        super(failures, next);
    }

    @Override
    public void process(final RecordContext context, final V value) {
        next.process(context, record.request(value));
    }
}
