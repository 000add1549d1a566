package io.millrace.operators.task;

import io.millrace.log.LogPartition;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.output.OutputAppender;
import io.millrace.operators.state.RestoredBlocks;
import io.millrace.operators.state.StateReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;

/**
 * Holds a frame against the log and the topology, and restores it. There are two kinds of no: a frame that the log has not
 * kept up with is left aside for an older one; a topology that does not fit is refused, since with an older frame it would
 * fit no better.
 */
final class FrameCheck {
    private static final int MAX_COUNT = 1 << 16;
    private static final String REPLAY =
            "replay into a new version: give the job another name and take over at a position, see docs/time-travel.md";

    private final TaskId id;
    private final TaskDriver driver;
    private final List<OutputAppender> outputs;
    private final TaskCounters counters;
    private final TaskLayout layout;
    private final LogPartition input;

    private final Map<String, long[]> sequences = new HashMap<>();
    private final Map<String, Slice> states = new HashMap<>();
    private DirectBuffer frame;
    private Slice driverState;
    private long position;
    private long late;
    private long repeated;
    private long skipped;
    private String topology;

    FrameCheck(
            final TaskId id,
            final TaskDriver driver,
            final List<OutputAppender> outputs,
            final TaskCounters counters,
            final TaskLayout layout,
            final LogPartition input) {
        this.id = id;
        this.driver = driver;
        this.outputs = outputs;
        this.counters = counters;
        this.layout = layout;
        this.input = input;
    }

    /**
     * Reads a frame and compares it.
     *
     * @param newFrame whole, as its checksums say.
     * @return why the log does not fit, so that an older checkpoint is needed; null if it can be restored.
     * @throws MillraceException CONFIGURATION when the topology does not fit, with what to do.
     */
    String check(final DirectBuffer newFrame) {
        frame = newFrame;
        sequences.clear();
        states.clear();
        final StateReader in = new StateReader(frame, 0, frame.capacity());
        final int version = in.readInt();
        if (version != TaskFrame.VERSION) {
            throw new MillraceException(
                    ErrorCode.UNSUPPORTED_VERSION,
                    "a checkpoint of task " + id + " has version " + version + " of its layout, this Millrace knows "
                            + TaskFrame.VERSION + "; run the version that wrote it");
        }
        position = in.readLong();
        topology = in.readString();
        checkInput(in.readString());
        late = in.readLong();
        repeated = in.readLong();
        skipped = in.readLong();
        readOutputs(in);
        driverState = slice(in, "");
        readStates(in);
        final String problem = againstTheLog();
        if (problem == null && !topology.equals(layout.topology())) {
            checkStoppedInOrder();
        }
        return problem;
    }

    private void checkInput(final String written) {
        if (!written.equals(layout.input())) {
            throw refusal("reads another input than when its checkpoint was taken: was <" + written + ">, is <"
                    + layout.input() + ">; restore the exchange as it was, or " + REPLAY);
        }
    }

    private void readOutputs(final StateReader in) {
        final int count = in.readCount(MAX_COUNT, "the number of outputs");
        for (int i = 0; i < count; i++) {
            final String topic = in.readString();
            final boolean isExchange = in.readBoolean();
            final long[] next = new long[in.readCount(MAX_COUNT, "the number of partitions")];
            for (int partition = 0; partition < next.length; partition++) {
                next[partition] = in.readLong();
            }
            sequences.put(topic, next);
            if (isExchange && !layout.exchanges().contains(topic) && !isReset(topic)) {
                throw refusal("wrote to exchange " + topic
                        + " when its checkpoint was taken, and the topology has no such"
                        + " exchange any more: what is in it, and the state behind it, would be lost; give the exchange its"
                        + " name back, or drop it with JobContext.resetState(\"" + exchangeName(topic) + "\"), or "
                        + REPLAY);
            }
        }
    }

    // An exchange is the topic job.exchange, and is known to users by its second half.
    private boolean isReset(final String topic) {
        return layout.resets().contains(exchangeName(topic));
    }

    private String exchangeName(final String topic) {
        return topic.substring(id.job().length() + 1);
    }

    private Slice slice(final StateReader in, final String stateLayout) {
        final int offset = in.readBytes();
        return new Slice(stateLayout, offset, in.bytesLength());
    }

    private void readStates(final StateReader in) {
        final int count = in.readCount(MAX_COUNT, "the number of operators");
        for (int i = 0; i < count; i++) {
            final String name = in.readString();
            states.put(name, slice(in, in.readString()));
        }
        for (final NamedState each : layout.states()) {
            final Slice written = states.get(each.name());
            if (written != null
                    && !written.layout.equals(each.layout())
                    && !layout.resets().contains(each.name())) {
                throw refusal("keeps state in operator " + each.name() + " in another way than its checkpoint: was <"
                        + written.layout + ">, is <" + each.layout() + ">; " + whatToDo(each.name()));
            }
        }
        for (final String name : states.keySet()) {
            if (!isKnown(name) && !layout.resets().contains(name)) {
                throw refusal("has a checkpoint with the state of operator " + name
                        + ", which the topology does not have any more; " + whatToDo(name));
            }
        }
    }

    private boolean isKnown(final String name) {
        for (final NamedState each : layout.states()) {
            if (each.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static String whatToDo(final String name) {
        return "make the operator what it was, or drop its state with JobContext.resetState(\"" + name + "\"), or "
                + REPLAY;
    }

    private String againstTheLog() {
        if (position > input.tailPosition()) {
            return "its position " + position + " lies behind the end " + input.tailPosition() + " of the input";
        }
        if (position < input.beginPosition()) {
            return "what comes behind its position " + position + " was removed from the input, which begins at "
                    + input.beginPosition();
        }
        for (final OutputAppender output : outputs) {
            final long[] next = sequences.get(output.topic());
            for (int i = 0; next != null && i < next.length; i++) {
                final long held = i < output.partitionCount() ? output.sequenceEnd(i) : 0;
                if (next[i] > held) {
                    return "it knows of " + next[i] + " records of the task in topic " + output.topic() + " partition "
                            + i + ", where the log holds " + held;
                }
            }
        }
        return null;
    }

    /**
     * Other steps make other outputs, and the numbers of those that the log holds already would be given to them. Where the
     * checkpoint has the number of the last one, there is none to be made again.
     */
    private void checkStoppedInOrder() {
        for (final OutputAppender output : outputs) {
            final long[] next = sequences.get(output.topic());
            for (int i = 0; next != null && i < next.length; i++) {
                if (next[i] != output.sequenceEnd(i)) {
                    throw refusal("was not closed in order before the topology was changed: topic " + output.topic()
                            + " partition " + i + " holds " + output.sequenceEnd(i)
                            + " of its records, and its checkpoint knows of " + next[i]
                            + "; start the job once with the topology as it was and close it, then change it");
                }
            }
        }
    }

    private MillraceException refusal(final String what) {
        return new MillraceException(ErrorCode.CONFIGURATION, "task " + id + " " + what);
    }

    /** Tells whether the steps are others than those that wrote the frame. */
    boolean isTopologyChanged() {
        return !topology.equals(layout.topology());
    }

    /**
     * Takes over what was checked.
     *
     * @param blocks of the tables.
     * @return position at which the task goes on.
     * @throws MillraceException CORRUPT when an operator cannot read what it has written.
     */
    long restore(final RestoredBlocks blocks) {
        counters.restore(late, repeated, skipped);
        for (final OutputAppender output : outputs) {
            final long[] next = sequences.get(output.topic());
            for (int i = 0; i < output.partitionCount(); i++) {
                // An output that is new goes on behind what an earlier topology of the name may have put there.
                output.nextSequence(i, next == null ? output.sequenceEnd(i) : next[i]);
            }
        }
        driver.restore(new StateReader(frame, driverState.offset, driverState.length));
        for (final NamedState each : layout.states()) {
            final Slice written = states.get(each.name());
            if (written != null && written.layout.equals(each.layout())) {
                restore(each, written, blocks);
            }
        }
        if (isTopologyChanged()) {
            driver.askForNextWatermark();
        }
        return position;
    }

    private void restore(final NamedState each, final Slice written, final RestoredBlocks blocks) {
        try {
            each.state().restore(StateReader.checkpoint(frame, written.offset, written.length, blocks));
        } catch (final RuntimeException e) {
            throw new MillraceException(
                    e instanceof MillraceException known ? known.code() : ErrorCode.CORRUPT,
                    "the state of operator " + each.name() + " cannot be restored: task=" + id + ": " + e.getMessage(),
                    e);
        }
    }

    private record Slice(String layout, int offset, int length) {}
}
