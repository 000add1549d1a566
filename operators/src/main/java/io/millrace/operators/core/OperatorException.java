package io.millrace.operators.core;

/**
 * A value could not be written to an output; the operator that tried follows its error policy. The cause may be a checked
 * exception, which a user's function can throw without saying so.
 */
public final class OperatorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String operatorName;
    private final Exception failure;

    /**
     * Wraps a failure.
     *
     * @param operatorName of the operator whose function failed.
     * @param cause        that the function threw.
     */
    public OperatorException(final String operatorName, final Exception cause) {
        super(cause.toString(), cause);
        this.operatorName = operatorName;
        this.failure = cause;
    }

    /**
     * Names the operator.
     *
     * @return its name in the topology.
     */
    public String operatorName() {
        return operatorName;
    }

    /**
     * What the function threw.
     *
     * @return the cause.
     */
    public Exception failure() {
        return failure;
    }
}
