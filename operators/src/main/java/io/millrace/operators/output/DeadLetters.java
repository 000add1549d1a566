package io.millrace.operators.output;

import io.millrace.operators.core.RecordContext;

/** Takes records that an operator could not process, so that they can be looked at and processed again. */
@FunctionalInterface
public interface DeadLetters {
    /**
     * Appends the input record of a context, as the log holds it, with where it stands and why it is here.
     *
     * @param context  of the value that failed.
     * @param operator that failed.
     * @param reason   in one line.
     */
    void append(RecordContext context, String operator, String reason);
}
