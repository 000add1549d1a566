package io.millrace.operators.core;

/**
 * A user's function failed inside an operator; the task adds where the record stands and follows the error policy. The
 * cause may be a checked exception, which a function can throw without saying so.
 */
public final class OperatorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String operatorName;

    /**
     * Wraps a failure.
     *
     * @param operatorName of the operator whose function failed.
     * @param cause        that the function threw.
     */
    public OperatorException(final String operatorName, final Exception cause) {
        super(cause.toString(), cause);
        this.operatorName = operatorName;
    }

    /**
     * Names the operator.
     *
     * @return its name in the topology.
     */
    public String operatorName() {
        return operatorName;
    }
}
