package io.millrace.operators.state;

/** The state of an aggregation, taken out of its table: it is not changed by what the operator does next. */
public interface StateCopy {
    /**
     * Makes the result of the state. Throws what the user's function throws.
     *
     * @return the result; one that is a view on the state has it for itself.
     */
    Object result();

    /**
     * Makes one state of two; neither is changed. Throws what the user's function throws.
     *
     * @param later state of the same aggregation.
     * @return the state of the records of both.
     * @throws UnsupportedOperationException if the aggregation is not combinable.
     */
    StateCopy combine(StateCopy later);
}
