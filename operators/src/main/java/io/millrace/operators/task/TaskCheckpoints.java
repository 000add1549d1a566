package io.millrace.operators.task;

import io.millrace.log.LogPartition;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.record.Outcome;
import io.millrace.operators.checkpoint.CheckpointEntry;
import io.millrace.operators.checkpoint.CheckpointWriter;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.core.TaskStoppedException;
import io.millrace.operators.output.OutputAppender;
import io.millrace.operators.state.StateMemory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one task: takes them between records, removes those that nobody needs any more, and what of an exchange
 * no restart can come back to.
 *
 * <p>A checkpoint is written while the task goes on ({@link StateMemory#beginCheckpoint} says how). A crash at any step leaves
 * either its last record, and then all before it is there as well, or a checkpoint that does not count. A new generation
 * begins when the changed blocks have become as many as all, and after a start. The one before it is kept until the new one is
 * complete, and what is older goes only when the new one would survive a loss of power: whatever happens, there are two to
 * come back to.
 *
 * <p>Used by the task's thread.
 */
public final class TaskCheckpoints {
    private static final Logger LOGGER = LoggerFactory.getLogger(TaskCheckpoints.class);

    private final TaskId id;
    private final LogPartition partition;
    private final LogPartition input;
    private final boolean isInputExchange;
    private final StateMemory memory;
    private final TaskFrame frame;
    private final CheckpointWriter writer;
    private final Executor housekeeping;
    private final List<OutputAppender> outputs;
    private final FrameCheck check;
    private final Map<Long, String> leftAside = new HashMap<>();
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();

    private long start = TaskRange.BEGINNING;
    private LongSupplier truncationLimit = () -> Long.MAX_VALUE;
    private CheckpointEntry generation;
    private Retirement retirement;
    private Retirement nextRetirement;
    private long lastNumber;
    private long fullBytes;
    private long changedBytes;
    private long begunPosition = -1;
    private long triedPosition = -1;
    private boolean isRunning;
    private boolean isToBeCompleted;
    private boolean isFull;
    private volatile long position = -1;

    /**
     * Creates the checkpoints of a task that was just made.
     *
     * @param id              of the task.
     * @param partition       of the checkpoint topic.
     * @param input           that the task reads.
     * @param isInputExchange true when the task is the only reader of its input, which may be truncated therefore.
     * @param driver          of the task.
     * @param outputs         of the task.
     * @param memory          of the task.
     * @param counters        of the task.
     * @param layout          of the task.
     * @param idleStrategy    that waits while the log has no space ready.
     * @param housekeeping    runs what takes a while, such as the removal of segments.
     */
    public TaskCheckpoints(
            final TaskId id,
            final LogPartition partition,
            final LogPartition input,
            final boolean isInputExchange,
            final TaskDriver driver,
            final List<OutputAppender> outputs,
            final StateMemory memory,
            final TaskCounters counters,
            final TaskLayout layout,
            final IdleStrategy idleStrategy,
            final Executor housekeeping) {
        this.id = id;
        this.partition = partition;
        this.input = input;
        this.isInputExchange = isInputExchange;
        this.memory = memory;
        this.housekeeping = housekeeping;
        this.frame = new TaskFrame(id, driver, outputs, counters, layout);
        this.writer = new CheckpointWriter(partition, idleStrategy);
        this.check = new FrameCheck(id, driver, outputs, counters, layout, input);
        this.outputs = List.copyOf(outputs);
    }

    /**
     * Names a checkpoint that is not to be restored, although it is whole. Before the task is made.
     *
     * @param checkpoint number of it.
     * @param reason     why not, for the line that says so.
     */
    public void leaveAside(final long checkpoint, final String reason) {
        leftAside.put(checkpoint, reason);
    }

    /**
     * Sets where the task begins when no checkpoint can be used. Before the task is made.
     *
     * @param newStart position in the input, written down where it stays; {@link TaskRange#BEGINNING} for the beginning.
     * @return this.
     */
    public TaskCheckpoints startingAt(final long newStart) {
        start = newStart;
        return this;
    }

    /**
     * Restores the newest checkpoint that can be used. Called once, before the first record.
     *
     * @return from where the task goes on.
     * @throws UnusableCheckpointException             when an operator cannot restore what it has written.
     * @throws io.millrace.log.error.MillraceException CONFIGURATION when the topology does not fit the checkpoint; STATE_BUDGET
     *                                                 when the state does not fit the budget; POSITION_GONE when neither
     *                                                 a checkpoint nor the beginning of the input is left.
     */
    Restored restore() {
        final TaskRecovery recovery = new TaskRecovery(id, partition, input, outputs, check, start, leftAside);
        final Restored restored = recovery.restore();
        generation = recovery.generation();
        lastNumber = recovery.lastNumber();
        if (restored.checkpoint() > 0) {
            position = restored.position();
            begunPosition = restored.position();
            triedPosition = restored.position();
            if (check.isTopologyChanged()) {
                // From here on the outputs are those of other steps, so nobody may come back to where they were not.
                LOGGER.info("task {} goes on with a changed topology at position {}", id, position);
                begin(position);
                complete();
            }
        } else if (start == TaskRange.BEGINNING && input.isTruncated()) {
            // What was before is removed. From outputs alone the next start could not tell where this one has begun.
            begin(restored.position());
            complete();
        }
        return restored;
    }

    /** Keeps what lies behind a position of the input, which somebody else still reads; asked by any thread. */
    void limitTruncation(final LongSupplier limit) {
        truncationLimit = limit;
    }

    /**
     * Goes on where another replica has stopped, with a full checkpoint: which blocks were changed since the last one is known
     * there only. One that had begun does not count, as after a crash.
     *
     * @param other that takes none any more.
     */
    void takeOver(final TaskCheckpoints other) {
        generation = other.generation;
        retirement = other.retirement;
        nextRetirement = other.nextRetirement;
        lastNumber = other.lastNumber;
        position = other.position;
        fullBytes = 0;
        changedBytes = 0;
    }

    /**
     * Begins a checkpoint, unless there is nothing new since the last one.
     *
     * @param newPosition where the task will read next.
     * @return true if one has begun.
     */
    boolean beginIfNew(final long newPosition) {
        if (isRunning || newPosition == begunPosition) {
            return false;
        }
        begin(newPosition);
        return true;
    }

    private void begin(final long newPosition) {
        isFull = generation == null || memory.mustBeFull() || changedBytes >= fullBytes;
        memory.beginCheckpoint(writer, isFull);
        final int length;
        try {
            length = frame.write(buffer, newPosition);
        } catch (final RuntimeException e) {
            memory.abortCheckpoint();
            throw e;
        }
        lastNumber++;
        isRunning = true;
        begunPosition = newPosition;
        triedPosition = newPosition;
        writer.begin(lastNumber, isFull ? lastNumber : generation.number(), newPosition, buffer, length);
    }

    /**
     * Goes on with the checkpoint that has begun, if there is one. Blocks are copied much faster than the store prepares room for
     * them. So while the next segment of the checkpoint topic falls behind none is copied here: what is left of the room is for
     * blocks that a record is about to change, since that record waits for them.
     *
     * @param limit at most so many blocks are copied, greater than 0.
     * @return true while there is more to do.
     * @throws TaskStoppedException when the store has failed or is closed, or the thread was interrupted while it waited.
     */
    boolean work(final int limit) {
        if (isRunning) {
            if (isToBeCompleted || !partition.isPreparationLate()) {
                memory.copyBlocks(limit);
            }
            if (writer.outcome() < 0) {
                abort();
            } else if (!memory.hasPendingBlocks()) {
                end();
            }
        } else if (retirement != null && partition.durablePosition() >= retirement.durableAt) {
            retire();
        }
        return isRunning;
    }

    /** Goes on until the checkpoint that has begun is complete. */
    void complete() {
        isToBeCompleted = true;
        try {
            while (work(Integer.MAX_VALUE)) {
                // On to the end.
            }
        } finally {
            isToBeCompleted = false;
        }
    }

    private void end() {
        final CheckpointEntry entry = writer.end();
        if (entry == null) {
            abort();
            return;
        }
        isRunning = false;
        if (isFull) {
            if (generation != null) {
                retireLater(
                        new Retirement(generation.beginPosition(), generation.inputPosition(), entry.endPosition()));
            }
            generation = entry;
            fullBytes = writer.bytes();
            changedBytes = 0;
        } else {
            changedBytes += writer.bytes();
        }
        position = entry.inputPosition();
    }

    /** One that waits for the disk already is not replaced: full checkpoints may follow each other faster than the disk does. */
    private void retireLater(final Retirement latest) {
        if (retirement == null) {
            retirement = latest;
        } else {
            nextRetirement = latest;
        }
    }

    private void abort() {
        isRunning = false;
        begunPosition = position;
        memory.abortCheckpoint();
        if (writer.outcome() == Outcome.BACK_PRESSURED) {
            throw new TaskStoppedException(
                    ErrorCode.INTERRUPTED,
                    "a checkpoint was interrupted while it waited for space: task=" + id + " topic=" + partition.topic()
                            + "; the one before counts",
                    null);
        }
        final String message = "cannot take a checkpoint: task=" + id + " topic=" + partition.topic() + " outcome="
                + Outcome.name(writer.outcome());
        if (writer.outcome() != Outcome.STORAGE_FULL) {
            throw new TaskStoppedException(ErrorCode.STORAGE_FAILED, message, null);
        }
        // The one before is still there. Should outputs find no space either, they stop the job.
        LOGGER.warn("{}; free space on the store's disk, the next one is tried later", message);
    }

    private void retire() {
        final Retirement due = retirement;
        retirement = nextRetirement;
        nextRetirement = null;
        housekeeping.execute(() -> {
            try {
                partition.truncateBefore(due.checkpointPosition);
                if (isInputExchange) {
                    input.truncateBefore(Math.min(due.inputPosition, truncationLimit.getAsLong()));
                }
            } catch (final RuntimeException e) {
                LOGGER.warn("cannot remove what no checkpoint of task {} needs any more: {}", id, e.getMessage());
            }
        });
    }

    /**
     * Tells whether one has begun and is not complete.
     *
     * @return true between the two.
     */
    boolean isRunning() {
        return isRunning;
    }

    /**
     * Where the newest complete checkpoint was taken. May be called from any thread.
     *
     * @return position in the input; -1 for none.
     */
    long position() {
        return position;
    }

    /** Position in the input at which a checkpoint was last begun, whatever became of it; -1 for none. */
    long triedPosition() {
        return triedPosition;
    }

    private record Retirement(long checkpointPosition, long inputPosition, long durableAt) {}
}
