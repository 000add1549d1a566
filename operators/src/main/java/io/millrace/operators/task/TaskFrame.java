package io.millrace.operators.task;

import io.millrace.log.error.ErrorCode;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.core.TaskStoppedException;
import io.millrace.operators.output.OutputAppender;
import io.millrace.operators.state.StateWriter;
import java.util.List;
import org.agrona.MutableDirectBuffer;

/**
 * The small things of a checkpoint: all that a task knows between two records, but for the blocks of its tables.
 *
 * <pre>
 *   int32  version of this layout, {@value #VERSION}
 *   int64  position in the input
 *   string topology      string input, see {@link TaskLayout}
 *   int64  late records  int64 repeated records  int64 skipped records
 *   int32  number of output topics, for each:
 *            string topic | boolean whether it is an exchange | int32 partitions, for each: int64 sequence of the next record
 *   bytes  driver: clock, watermark, requests of the operators
 *   int32  number of operators that keep something, for each:
 *            string name | string layout | bytes what it keeps
 * </pre>
 *
 * <p>Strings and bytes have their length in an int32 before them.
 */
final class TaskFrame {
    static final int VERSION = 4;

    private final TaskId id;
    private final TaskDriver driver;
    private final List<OutputAppender> outputs;
    private final TaskCounters counters;
    private final TaskLayout layout;

    TaskFrame(
            final TaskId id,
            final TaskDriver driver,
            final List<OutputAppender> outputs,
            final TaskCounters counters,
            final TaskLayout layout) {
        this.id = id;
        this.driver = driver;
        this.outputs = outputs;
        this.counters = counters;
        this.layout = layout;
    }

    /** Writes the frame from the beginning of a buffer that grows; gives its length in bytes. */
    int write(final MutableDirectBuffer buffer, final long position) {
        final StateWriter out = StateWriter.checkpoint(buffer, 0);
        out.writeInt(VERSION);
        out.writeLong(position);
        out.writeString(layout.topology());
        out.writeString(layout.input());
        out.writeLong(counters.lateRecords());
        out.writeLong(counters.repeatedRecords());
        out.writeLong(counters.skippedRecords());
        out.writeInt(outputs.size());
        for (final OutputAppender output : outputs) {
            out.writeString(output.topic());
            out.writeBoolean(layout.exchanges().contains(output.topic()));
            out.writeInt(output.partitionCount());
            for (int partition = 0; partition < output.partitionCount(); partition++) {
                out.writeLong(output.nextSequence(partition));
            }
        }
        final StateWriter ofDriver = inner(out);
        driver.snapshot(ofDriver);
        out.claimBytes(ofDriver.length());
        out.writeInt(layout.states().size());
        for (final NamedState each : layout.states()) {
            out.writeString(each.name());
            out.writeString(each.layout());
            writeState(out, each);
        }
        return out.length();
    }

    private void writeState(final StateWriter out, final NamedState each) {
        final StateWriter ofOperator = inner(out);
        try {
            each.state().snapshot(ofOperator);
        } catch (final RuntimeException e) {
            throw new TaskStoppedException(
                    ErrorCode.USER_FUNCTION,
                    "the state of operator " + each.name() + " cannot be written for a checkpoint: task=" + id + ": "
                            + e + "; a codec has to write every value that the operator keeps",
                    e);
        }
        out.claimBytes(ofOperator.length());
    }

    // Writes behind the length that is still to come; claiming that length leaves what was written.
    private static StateWriter inner(final StateWriter out) {
        return StateWriter.checkpoint(out.buffer(), out.length() + Integer.BYTES);
    }
}
