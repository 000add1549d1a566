package io.millrace.perf.compare.stream.child;

/** A result was lost, doubled or altered. */
final class WrongResultsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    WrongResultsException(final String message) {
        super(message);
    }
}
