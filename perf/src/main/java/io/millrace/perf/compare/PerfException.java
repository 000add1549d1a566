package io.millrace.perf.compare;

/** A run that cannot be finished, in one line. */
final class PerfException extends RuntimeException {
    private static final long serialVersionUID = 1;

    PerfException(final String message) {
        super(message);
    }
}
