package io.millrace.operators.codec;

import java.util.ArrayList;
import java.util.List;

/**
 * Test mode for what an operator lends. In production it moves one view from result to result, so a result holds until the
 * operator makes the next one or what follows has returned; the same is true of a loan for a result.
 */
public final class Lender {
    private final String name;

    private final List<Lender> parts = new ArrayList<>();

    // Of the result that was lent last; null once it was ended.
    private Loan result;

    /**
     * Creates a lender.
     *
     * @param operator whose views they are; errors name it.
     */
    public Lender(final String operator) {
        this.name = "operator=" + operator;
    }

    private Lender(final Lender whole) {
        this.name = whole.name;
    }

    /**
     * Makes a lender for a part of a result, where an operator moves several views, each on its own.
     *
     * @return a lender whose results end when the next one of its own begins, or with those of this one.
     */
    public Lender part() {
        final Lender part = new Lender(this);
        parts.add(part);
        return part;
    }

    /**
     * Begins the loan of a result and ends that of the one before.
     *
     * @return the loan, ended by the next call, by {@link #endResult()} or before.
     */
    public Loan lendResult() {
        endResult();
        result = new Loan();
        return result;
    }

    /** Ends the loan of the last result: what follows the operator has returned. */
    public void endResult() {
        if (result != null) {
            end(result);
            result = null;
        }
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).endResult();
        }
    }

    /**
     * Ends a loan under this operator's name.
     *
     * @param loan to end.
     */
    public void end(final Loan loan) {
        loan.end(name);
    }
}
