package io.millrace.operators.core;

/**
 * A value could not be written to an output; the operator that tried follows its error policy. The cause may be a checked
 * exception, which a user's function can throw without saying so.
 */
public final class OperatorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Exception failure;

    /**
     * Wraps a failure.
     *
     * @param cause that the function threw.
     */
    public OperatorException(final Exception cause) {
        super(cause.toString(), cause);
        this.failure = cause;
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
