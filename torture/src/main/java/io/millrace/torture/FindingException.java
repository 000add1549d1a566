package io.millrace.torture;

/** Thrown when a tortured process does what it must not, so that its round cannot go on. */
final class FindingException extends Exception {
    private static final long serialVersionUID = 1L;

    FindingException(final String message) {
        super(message);
    }
}
