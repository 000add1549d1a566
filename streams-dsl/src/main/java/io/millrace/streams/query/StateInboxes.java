package io.millrace.streams.query;

import io.millrace.operators.task.Task;
import java.util.IdentityHashMap;
import java.util.Map;

/** Finds the inbox of the thread that runs a task. */
public final class StateInboxes {
    private final Map<Task, StateInbox> inboxes = new IdentityHashMap<>();

    /** Creates it without a task; they are added before anybody asks. */
    public StateInboxes() {}

    /**
     * Adds a task.
     *
     * @param task  that may be asked.
     * @param inbox of its thread.
     */
    public void add(final Task task, final StateInbox inbox) {
        inboxes.put(task, inbox);
    }

    /** Finds one to ask of those that do the same as a task: itself, or another one if it has failed. */
    Task livingReplica(final Task task) {
        if (!task.isClosed()) {
            return task;
        }
        for (final Task other : inboxes.keySet()) {
            if (other.id().equals(task.id()) && !other.isClosed()) {
                return other;
            }
        }
        return task;
    }

    /** Asks a task; the request is refused if it cannot be asked. */
    void ask(final StateRequest request) {
        inboxes.get(request.task()).ask(request);
    }

    /** Refuses to read anything else of a task that answers no more. */
    void checkOpen(final Task task) {
        final String refusal = inboxes.get(task).refusal();
        if (refusal != null) {
            throw new IllegalStateException(refusal);
        }
    }
}
