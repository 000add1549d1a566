package io.millrace.operators.effect;

/** The way out of a task: takes inputs that have no reply in the log, for somebody who calls. Nothing comes back this way. */
@FunctionalInterface
public interface CallDoor {
    /**
     * Takes an input. Each replica of a task shows each of its inputs that waits, in the order of the log; the first to do so
     * counts. By the threads of the tasks.
     *
     * @param call that waits for its reply.
     */
    void request(Call call);
}
