package io.millrace.operators.core;

/**
 * Takes what could not be processed and follows the error policy. An operator that hands on many values in one call, as
 * a closing window does, asks it for each of them, so that one failure does not take the others along.
 */
@FunctionalInterface
public interface FailureHandler {
    /**
     * Takes a failure.
     *
     * @param context of the record at which it happened.
     * @param failure of a user's function.
     * @throws io.millrace.log.error.MillraceException if the policy is to stop.
     */
    void onFailure(RecordContext context, OperatorException failure);
}
