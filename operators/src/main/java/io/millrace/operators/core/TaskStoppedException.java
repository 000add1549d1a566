package io.millrace.operators.core;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;

/**
 * Ends a task. It passes through every operator and every user's function on its way up: nobody may take it for a failure
 * of a value.
 */
public final class TaskStoppedException extends MillraceException {
    private static final long serialVersionUID = 1L;

    /**
     * Says why the task ends.
     *
     * @param code    kind of failure.
     * @param message what failed, where, and what to do.
     * @param cause   thrown by a user's function or the log, null for none.
     */
    public TaskStoppedException(final ErrorCode code, final String message, final Throwable cause) {
        super(code, message, cause);
    }
}
