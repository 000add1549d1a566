package io.millrace.perf.compare.child;

/** A message was lost, doubled, moved or altered. */
final class VerificationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    VerificationException(final String message) {
        super(message);
    }
}
