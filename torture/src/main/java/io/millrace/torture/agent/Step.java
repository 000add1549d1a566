package io.millrace.torture.agent;

import static io.millrace.torture.agent.Method.log;
import static io.millrace.torture.agent.Method.operators;
import static io.millrace.torture.agent.StepCondition.ALWAYS;
import static io.millrace.torture.agent.StepCondition.IS_AWAY;
import static io.millrace.torture.agent.StepCondition.NAMES_SEGMENT;
import static io.millrace.torture.agent.StepCondition.OF_CHECKPOINTS;
import static io.millrace.torture.agent.StepCondition.OF_EXCHANGE;
import static io.millrace.torture.agent.StepCondition.RENAMES_AWAY;
import static io.millrace.torture.agent.StepCondition.RETURNS_TRUE;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The places of the product at which a process can be stopped to be killed there. Each is the beginning or the end of a
 * method.
 */
public enum Step {
    /** Between two records, before anything of a checkpoint is written. */
    CHECKPOINT_BEGIN(false, "a checkpoint is due", operators("task.TaskCheckpoints", "begin", 1)),
    /** The first record and the frame are in the log. */
    CHECKPOINT_FRAME(true, "the frame is written", operators("checkpoint.CheckpointWriter", "begin", 5)),
    /** A block of state is in the log, others may be missing. */
    CHECKPOINT_BLOCK(true, "a block is copied", operators("checkpoint.CheckpointWriter", "onBlock", 6)),
    /** All but the last record is in the log. */
    CHECKPOINT_END(false, "before the last record", operators("checkpoint.CheckpointWriter", "end", 0)),
    /** The checkpoint is complete, and the task does not know yet. */
    CHECKPOINT_ENDED(true, "after the last record", operators("checkpoint.CheckpointWriter", "end", 0)),
    /** The generation before last is about to be removed. */
    CHECKPOINT_RETIRE(false, "before old checkpoints are retired", operators("task.TaskCheckpoints", "retire", 0)),

    /** In the thread that removes segments. */
    CHECKPOINTS_TRUNCATE(
            false, "before a checkpoint topic is truncated", log("LogPartition", "truncateBefore", 1), OF_CHECKPOINTS),
    /** Old checkpoints are gone, the exchange is as long as it was. */
    CHECKPOINTS_TRUNCATED(
            true, "after a checkpoint topic was truncated", log("LogPartition", "truncateBefore", 1), OF_CHECKPOINTS),
    /** In the thread that removes segments. */
    EXCHANGE_TRUNCATE(false, "before an exchange is truncated", log("LogPartition", "truncateBefore", 1), OF_EXCHANGE),
    /** All that a truncation does is done. */
    EXCHANGE_TRUNCATED(true, "after an exchange was truncated", log("LogPartition", "truncateBefore", 1), OF_EXCHANGE),
    /** The begin of the partition has moved, its files are all there. */
    SEGMENT_REMOVE(false, "before a removed segment is renamed", log("segment.SegmentFiles", "remove", 1)),
    /** The file has a name that means nothing, which is not forced yet. */
    SEGMENT_RENAMED(true, "after a removed segment was renamed", log("storage.FileStorage", "rename", 2), RENAMES_AWAY),
    /** The new name is forced. */
    SEGMENT_UNLINK(false, "before a removed segment is unlinked", log("storage.FileStorage", "delete", 1), IS_AWAY),
    /** The file is gone. */
    SEGMENT_UNLINKED(true, "after a removed segment was unlinked", log("storage.FileStorage", "delete", 1), IS_AWAY),

    /** By the conductor's thread. */
    SEGMENT_PREPARE(false, "before the next segment is prepared", log("segment.SegmentFiles", "prepare", 1)),
    /** All its bytes are written under a temporary name. */
    SEGMENT_NAME(
            false, "before a prepared segment gets its name", log("storage.FileStorage", "rename", 2), NAMES_SEGMENT),
    /** The segment has its name, and that is not forced yet. */
    SEGMENT_NAMED(
            true, "after a prepared segment got its name", log("storage.FileStorage", "rename", 2), NAMES_SEGMENT),
    /** The segment is ready, and nobody can enter it yet. */
    SEGMENT_PREPARED(true, "after the next segment was prepared", log("segment.SegmentFiles", "prepare", 1)),
    /** An appender finds its segment full. */
    SEGMENT_ROLL(false, "before a roll", log("LogPartition", "roll", 1)),
    /** The next segment is the active one. */
    SEGMENT_ROLLED(true, "after a roll", log("LogPartition", "roll", 1), RETURNS_TRUE),
    /** All checksums of a full segment are filled. */
    SEGMENT_INDEX(false, "before a full segment gets its index", log("segment.SegmentIndex", "store", 1)),
    /** The index stands in the header of the segment. */
    SEGMENT_INDEXED(true, "after a full segment got its index", log("segment.SegmentIndex", "store", 1)),
    /** At the end of a segment, and at the tail when the store is closed. */
    PRODUCERS_WRITE(false, "before a snapshot of producers", log("PartitionProducers", "write", 3)),
    /** The snapshot of producers has its name. */
    PRODUCERS_WRITTEN(true, "after a snapshot of producers", log("PartitionProducers", "write", 3)),
    /** The store is being closed. */
    PARTITION_SEAL(false, "before a partition is sealed", log("LogPartition", "seal", 0)),
    /** Nobody can append any more, the last cut is not taken. */
    PARTITION_SEALED(true, "after a partition was sealed", log("LogPartition", "seal", 0)),

    /** Nothing is marked yet. */
    CUT_BEGIN(false, "before a durable cut", log("LogForcer", "cut", 1)),
    /** A mark lies behind what is forced. */
    FORCE(false, "before bytes are forced", log("PartitionForcing", "forceNext", 0)),
    /** The bytes are on disk, and no manifest names them. */
    FORCED(true, "after bytes were forced", log("PartitionForcing", "forceNext", 0)),
    /** All that the manifest will name is on disk. */
    CUT_WRITE(false, "before a manifest is written", log("LogForcer", "write", 1)),
    /** The bytes of the manifest are written and not forced. */
    CUT_FORCE(false, "before a manifest is forced", log("CutFiles", "force", 1)),
    /** The manifest is on disk, and nobody was told. */
    CUT_FORCED(true, "after a manifest was forced", log("CutFiles", "force", 1)),
    /** What became durable is known. */
    CUT_WRITTEN(true, "after a manifest was written", log("LogForcer", "write", 1)),

    /** The store is locked and nothing is read. */
    STORE_RECOVER(false, "before a store is recovered", log("LogStore", "recover", 0)),
    /** Names of producers are not known yet. */
    PRODUCERS_READ(false, "before the producers are read", log("ProducerRegistry", "load", 0)),
    /** Names of producers are known. */
    PRODUCERS_KNOWN(true, "after the producers were read", log("ProducerRegistry", "load", 0)),
    /** The newest cut that is whole is known. */
    CUT_READ(true, "after the manifest was read", log("CutFiles", "load", 0)),
    /** The files of a partition are as they were left. */
    PARTITION_OPEN(false, "before a partition is opened", log("StoreRecovery", "open", 2)),
    /** The partition is repaired, others may not be. */
    PARTITION_OPENED(true, "after a partition was opened", log("StoreRecovery", "open", 2)),
    /** After the end of a process: the walk that pads what was not committed is about to begin. */
    TAIL_WALK(false, "before a segment is walked to its tail", log("segment.SegmentRecovery", "recover", 3)),
    /** After the end of a process: the tail is known, and what was not committed is padding. */
    TAIL_WALKED(true, "after a segment was walked to its tail", log("segment.SegmentRecovery", "recover", 3)),
    /** After a stop of the machine: the tail is known, what lies behind it is there. */
    TAIL_CUT(false, "before the tail is cut", log("PartitionOpening", "clearFrom", 1)),
    /** After a stop of the machine: what lay behind the tail is gone. */
    TAIL_CLEARED(true, "after the tail was cut", log("PartitionOpening", "clearFrom", 1)),
    /** The segment that appenders go on in is mapped. */
    TAIL_OPENED(true, "after the tail was opened", log("PartitionOpening", "openTail", 1)),
    /** All partitions are repaired, the old manifest counts. */
    CUT_RENEW(false, "before the first manifest of a run", log("LogForcer", "begin", 1)),
    /** A manifest of this run counts. */
    CUT_RENEWED(true, "after the first manifest of a run", log("LogForcer", "begin", 1)),
    /** The store may be used. */
    STORE_RECOVERED(true, "after a store was recovered", log("LogStore", "recover", 0)),

    /** Nothing of the checkpoint topic is read. */
    TASK_RESTORE(false, "before a task is restored", operators("task.TaskCheckpoints", "restore", 0)),
    /** It is known which checkpoints there are. */
    CATALOG_READ(true, "after the catalog was read", operators("checkpoint.CheckpointCatalog", "of", 1)),
    /** All bytes of a checkpoint are checked. */
    BLOCKS_READ(true, "after the blocks were read", operators("checkpoint.CheckpointReader", "read", 0)),
    /** Operators have their state back. */
    STATE_RESTORED(true, "after the state was restored", operators("task.FrameCheck", "restore", 1)),
    /** The position is known, the task stands before it. */
    TASK_RESTORED(true, "after a task was restored", operators("task.TaskCheckpoints", "restore", 0)),
    /** The first arrival is before the first record, later ones between records. */
    TASK_POLL(false, "before a task polls", operators("task.Task", "doWork", 1));

    private final boolean isExit;
    private final String description;
    private final Method method;
    private final StepCondition condition;

    Step(final boolean isExit, final String description, final Method method) {
        this(isExit, description, method, ALWAYS);
    }

    Step(final boolean isExit, final String description, final Method method, final StepCondition condition) {
        this.isExit = isExit;
        this.description = description;
        this.method = method;
        this.condition = condition;
    }

    /**
     * Finds a step.
     *
     * @param name as {@link #stepName()} gives it.
     * @return the step.
     * @throws IllegalArgumentException when there is none; the message lists all.
     */
    public static Step named(final String name) {
        for (final Step step : values()) {
            if (step.stepName().equals(name)) {
                return step;
            }
        }
        throw new IllegalArgumentException("unknown step: " + name + "; one of "
                + Arrays.stream(values()).map(Step::stepName).collect(Collectors.joining(", ")));
    }

    /**
     * The name by which it is asked for.
     *
     * @return lower case, with hyphens.
     */
    public String stepName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Says where it is.
     *
     * @return a few words.
     */
    public String description() {
        return description;
    }

    /**
     * The method of the product.
     *
     * @return where the step is, at its beginning or end.
     */
    public Method method() {
        return method;
    }

    /**
     * Tells which side of the method it is.
     *
     * @return true for the end, when it returns without an exception.
     */
    public boolean isExit() {
        return isExit;
    }

    StepCondition condition() {
        return condition;
    }
}
