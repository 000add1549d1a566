package io.millrace.operators.codec;

/** A view that an operator moves from result to result, and that can be lent for one call in test mode. */
public interface Lendable {
    /**
     * Makes what is handed on in the place of this view. Called in test mode only.
     *
     * @param loan that it asks at each use.
     * @return an object of the same type that shows what this one shows now, and throws when it is used after the loan.
     */
    Object lent(Loan loan);
}
