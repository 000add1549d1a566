package io.millrace.operators.output;

import io.millrace.operators.core.TaskCounters;
import java.util.function.UnaryOperator;

/**
 * The audit of a task: while it replays its input, each output that the log holds already is compared with the one that
 * was made again. What differs shows that a function depends on something else than the input, and stops the task.
 *
 * <p>One for each task; it knows where the task reads, for the doors to its outputs ({@link OutputAudit}). Used by the
 * task's thread.
 */
public final class TaskAudit {
    private final String task;
    private final UnaryOperator<String> operators;
    private final TaskCounters counters;
    private long position;

    /**
     * Creates an audit.
     *
     * @param task      that is audited, for messages: job, topic and partition of its input.
     * @param operators names, for the step that appends, those that the values pass on their way to it.
     * @param counters  of the task.
     */
    public TaskAudit(final String task, final UnaryOperator<String> operators, final TaskCounters counters) {
        this.counters = counters;
        this.task = task;
        this.operators = operators;
    }

    /**
     * Takes note of the record that is processed next.
     *
     * @param newPosition in the input.
     */
    public void position(final long newPosition) {
        position = newPosition;
    }

    void addAudited() {
        counters.addAuditedOutput();
    }

    String place(final String step) {
        return "operator=" + step + " (" + operators.apply(step) + ") " + task + " position=" + position;
    }
}
