package io.millrace.streams.plan;

import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.task.SkippedRecord;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.agrona.concurrent.IdleStrategy;

/**
 * What all tasks of a job share.
 *
 * @param idleStrategy makes the strategy by which a task waits for space in an output.
 * @param onSkipped    told of each record left out, on the task's thread.
 * @param stateBudget  bytes that the keyed state of the job may take.
 * @param isTestMode   true to catch flyweights that are used after their call.
 * @param isAudit      true to compare outputs that the log holds already with those that a replay makes.
 * @param parts        makes operators and doors to topics.
 * @param resets       names of operators whose kept state is dropped where it does not fit.
 * @param housekeeping runs what takes a while, such as the removal of segments that no checkpoint needs.
 * @param replicas     of each task, 1 or more.
 */
public record TaskOptions(
        Supplier<IdleStrategy> idleStrategy,
        Consumer<SkippedRecord> onSkipped,
        MemoryBudget stateBudget,
        boolean isTestMode,
        boolean isAudit,
        TaskParts parts,
        Set<String> resets,
        Executor housekeeping,
        int replicas) {}
