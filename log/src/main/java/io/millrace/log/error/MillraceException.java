package io.millrace.log.error;

import java.util.Objects;

/** A failure of the world around the program: disk, network, corrupt bytes, user functions. */
public class MillraceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The kind of failure. */
    private final ErrorCode code;

    /**
     * Creates a failure without a cause.
     *
     * @param code    kind of failure.
     * @param message what failed, then the facts, then what to do; one line.
     */
    public MillraceException(final ErrorCode code, final String message) {
        this(code, message, null);
    }

    /**
     * Creates a failure with its cause.
     *
     * @param code    kind of failure.
     * @param message what failed, then the facts, then what to do; one line.
     * @param cause   what was thrown below, may be null.
     */
    public MillraceException(final ErrorCode code, final String message, final Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code, "code");
    }

    /**
     * Tells the kind of failure.
     *
     * @return the code, never null.
     */
    public final ErrorCode code() {
        return code;
    }
}
