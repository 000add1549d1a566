package io.millrace.operators.task;

import io.millrace.operators.codec.Lendable;
import io.millrace.operators.codec.Lender;
import io.millrace.operators.codec.Loan;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;

/**
 * Test mode: stands behind an operator, and lends what it hands on to the steps that follow. A view that the operator moves
 * from result to result is replaced by one of its own; when the steps have returned, that one and the state that the result
 * shows can be used no more.
 *
 * @param <V> type of the values.
 */
public final class LendingOperator<V> implements Operator<V> {
    private final Lender lender;
    private final Operator<V> next;

    /**
     * Creates the operator.
     *
     * @param lender of the operator before.
     * @param next   step of the chain.
     */
    public LendingOperator(final Lender lender, final Operator<V> next) {
        this.lender = lender;
        this.next = next;
    }

    @Override
    public void process(final RecordContext context, final V value) {
        final Loan loan = new Loan();
        try {
            next.process(context, lent(loan, value));
        } finally {
            lender.end(loan);
            lender.endResult();
        }
    }

    @SuppressWarnings("unchecked") // What is lent in the place of a view has its type.
    private V lent(final Loan loan, final V value) {
        return value instanceof Lendable view ? (V) view.lent(loan) : value;
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
