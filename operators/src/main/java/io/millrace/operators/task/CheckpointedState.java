package io.millrace.operators.task;

import io.millrace.log.LogPartition;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.checkpoint.CheckpointCatalog;
import io.millrace.operators.checkpoint.CheckpointEntry;
import io.millrace.operators.checkpoint.CheckpointReader;
import io.millrace.operators.state.StateReader;
import java.util.List;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;

/**
 * Reads what one step of a task had kept when a checkpoint was taken, out of the log and beside the task, which does not
 * notice. Whoever asks does the work, with an operator and memory of its own.
 *
 * <p>The task may remove the generation that is being read, when two newer ones are complete; then it is begun again
 * with what is there.
 */
public final class CheckpointedState {
    private static final int MAX_ATTEMPTS = 10;
    private static final int MAX_COUNT = 1 << 16;

    private CheckpointedState() {}

    /**
     * Restores a step from the newest checkpoint that is whole.
     *
     * @param task        whose checkpoint it is.
     * @param checkpoints partition of the checkpoint topic that belongs to the task.
     * @param newest      no checkpoint beyond this position of the task's input is used. Asked for at each attempt: when the
     *                    generation of one position is removed, those that are left lie behind it.
     * @param step        that is restored; its operator is in nobody's chain.
     * @return position in the task's input at which the state is true.
     * @throws IllegalStateException when there is no such checkpoint, or it does not know the step.
     * @throws MillraceException     CORRUPT when the step cannot read what it has written; STATE_BUDGET when it does not
     *                               fit into the memory of the one who asks.
     */
    public static long restore(
            final TaskId task, final LogPartition checkpoints, final LongSupplier newest, final NamedState step) {
        for (int attempt = 1; ; attempt++) {
            final long position = newest.getAsLong();
            try {
                return restoreNewest(task, checkpoints, position, step);
            } catch (final MillraceException e) {
                if (e.code() != ErrorCode.POSITION_GONE || attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            } catch (final IllegalStateException e) {
                // The generation may have been removed before it was looked for.
                if (newest.getAsLong() == position || attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static long restoreNewest(
            final TaskId task, final LogPartition checkpoints, final long newest, final NamedState step) {
        final CheckpointCatalog catalog = CheckpointCatalog.of(checkpoints);
        final List<CheckpointEntry> entries = catalog.entries();
        String problem = "there is none up to position " + newest;
        for (int i = entries.size() - 1; i >= 0; i--) {
            final CheckpointEntry entry = entries.get(i);
            final List<CheckpointEntry> chain = entry.inputPosition() > newest ? null : catalog.chainOf(entry);
            if (chain == null) {
                continue;
            }
            try (CheckpointReader reader = new CheckpointReader(checkpoints, chain)) {
                problem = reader.read();
                if (problem == null) {
                    restore(task, reader, step);
                    return entry.inputPosition();
                }
            }
        }
        throw new IllegalStateException("no checkpoint of task " + task + " can be read: " + problem);
    }

    private static void restore(final TaskId task, final CheckpointReader reader, final NamedState step) {
        final DirectBuffer frame = reader.frame();
        final StateReader in = new StateReader(frame, 0, frame.capacity());
        skipToStates(task, in);
        final int count = in.readCount(MAX_COUNT, "the number of operators");
        for (int i = 0; i < count; i++) {
            final String name = in.readString();
            final String layout = in.readString();
            final int offset = in.readBytes();
            if (name.equals(step.name()) && layout.equals(step.layout())) {
                step.state().restore(StateReader.checkpoint(frame, offset, in.bytesLength(), reader.blocks()));
                return;
            }
        }
        throw new IllegalStateException("the newest checkpoint of task " + task + " does not hold the state of step "
                + step.name() + " as the step is now; ask again when the next one is taken");
    }

    // See TaskFrame.
    private static void skipToStates(final TaskId task, final StateReader in) {
        final int version = in.readInt();
        if (version != TaskFrame.VERSION) {
            throw new MillraceException(
                    ErrorCode.UNSUPPORTED_VERSION,
                    "a checkpoint of task " + task + " has version " + version + " of its layout, this Millrace knows "
                            + TaskFrame.VERSION);
        }
        in.readLong();
        in.readString();
        in.readString();
        in.readLong();
        in.readLong();
        in.readLong();
        final int outputs = in.readCount(MAX_COUNT, "the number of outputs");
        for (int i = 0; i < outputs; i++) {
            in.readString();
            in.readBoolean();
            final int partitions = in.readCount(MAX_COUNT, "the number of partitions");
            for (int partition = 0; partition < partitions; partition++) {
                in.readLong();
            }
        }
        in.readBytes();
    }
}
