package io.millrace.log.storage;

import java.io.IOException;

/** Thrown by a {@link Storage} when the device or the quota is full. */
public final class NoSpaceException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the failure.
     *
     * @param message what could not be stored.
     * @param cause   what the system said, may be null.
     */
    public NoSpaceException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
