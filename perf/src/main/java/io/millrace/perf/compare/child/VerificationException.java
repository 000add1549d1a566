package io.millrace.perf.compare.child;

/** A message was lost, doubled, moved or altered. */
public final class VerificationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Creates one.
     *
     * @param message what was found, and what should have been.
     */
    public VerificationException(final String message) {
        super(message);
    }
}
