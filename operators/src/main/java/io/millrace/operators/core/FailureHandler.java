package io.millrace.operators.core;

/**
 * Takes what a user's function threw, for one operator, and follows that operator's error policy. An operator catches
 * around the call of the user's function and nothing else, so that a failure further down the chain is handled there and
 * takes no neighbour along.
 */
@FunctionalInterface
public interface FailureHandler {
    /**
     * Takes a failure. Returns when the policy says to go on without the value; the operator hands nothing on for it then.
     *
     * @param context of the value that failed; the input record is still readable.
     * @param cause   that the function threw.
     * @throws TaskStoppedException when the policy says to stop, and when the failure is not one of a user's function.
     */
    void onFailure(RecordContext context, Exception cause);
}
