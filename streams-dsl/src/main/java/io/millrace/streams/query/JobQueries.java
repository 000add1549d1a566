package io.millrace.streams.query;

import io.millrace.log.LogPartition;
import io.millrace.log.LogStore;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.task.CheckpointedState;
import io.millrace.operators.task.Task;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.plan.StepState;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Where a job is asked for its state. May be used by any thread. */
public final class JobQueries {
    private final Plan plan;
    private final LogStore store;
    private final List<Task> tasks;
    private final long budgetBytes;
    private final StateInboxes inboxes;
    private final Supplier<CompletableFuture<Void>> checkpoint;

    /**
     * Creates the door to a job.
     *
     * @param plan        of the job.
     * @param store       of the job.
     * @param tasks       of the job.
     * @param budgetBytes that the state in one snapshot may take.
     * @param inboxes     of the tasks.
     * @param checkpoint  takes a checkpoint of each task.
     */
    public JobQueries(
            final Plan plan,
            final LogStore store,
            final List<Task> tasks,
            final long budgetBytes,
            final StateInboxes inboxes,
            final Supplier<CompletableFuture<Void>> checkpoint) {
        this.plan = plan;
        this.store = store;
        this.tasks = List.copyOf(tasks);
        this.budgetBytes = budgetBytes;
        this.inboxes = inboxes;
        this.checkpoint = checkpoint;
    }

    /**
     * Prepares queries of a step.
     *
     * @param step     name of a step that keeps state.
     * @param keyCodec that writes its keys.
     * @param type     of its values.
     * @param <K>      type of the keys.
     * @param <V>      type of the values.
     * @return queries, for one thread at a time.
     * @throws IllegalArgumentException if there is no such step, or its keys are written in another way.
     */
    public <K, V> StateQuery<K, V> state(final String step, final Codec<K> keyCodec, final Class<? super V> type) {
        Objects.requireNonNull(keyCodec, "a query needs the codec of the keys");
        Objects.requireNonNull(type, "a query needs the type of the values");
        if (type.isPrimitive()) {
            throw new IllegalArgumentException("values of step " + step + " are objects, so their type is not " + type
                    + "; name its class, such as Long.class");
        }
        final KeptStep kept = KeptStep.of(plan, tasks, step);
        kept.checkKeys(keyCodec.describe());
        return new StateQuery<>(this, kept, keyCodec, type, "");
    }

    StateInboxes inboxes() {
        return inboxes;
    }

    CompletableFuture<Void> checkpoint() {
        return checkpoint.get();
    }

    MemoryBudget newBudget() {
        return new MemoryBudget(plan.graph().name() + ", read by a query,", budgetBytes);
    }

    /** Restores the state of a step from the newest checkpoint of a task; the caller closes it if this does not throw. */
    long restore(final KeptStep step, final Task task, final StepState state) {
        inboxes.checkOpen(task);
        final String topic = Plan.checkpointTopic(task.id().job(), task.id().stage());
        if (task.checkpointPosition() < 0 || !store.hasTopic(topic)) {
            throw new IllegalStateException("no snapshot of step " + step.name() + ": task " + task.id()
                    + " has no checkpoint yet; freshSnapshot(timeout) takes one, if the job takes any");
        }
        final LogPartition checkpoints = store.topic(topic).partition(task.id().partition());
        return CheckpointedState.restore(task.id(), checkpoints, task::checkpointPosition, state.state());
    }

    StepState newState(final KeptStep step, final Task task, final MemoryBudget budget) {
        return new StepState(plan, step.stage(), step.node(), task.id().partition(), budget);
    }
}
