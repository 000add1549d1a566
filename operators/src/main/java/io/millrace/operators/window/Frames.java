package io.millrace.operators.window;

import io.millrace.operators.aggregate.Aggregator;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The open windows or panes of an operator, ordered by time. There are only as many as out-of-orderness, grace and overlap
 * span, so one is found by a short scan from the newest. A table that is no longer needed gives its memory back and is kept
 * for a later frame: in steady state nothing is allocated.
 */
final class Frames implements Stateful {
    /** Tables of more bytes than this have outgrown the caches. */
    static final long LOOK_AHEAD_BYTES = 1 << 20;

    private static final int INITIAL_FRAMES = 4;

    private final Aggregator<?, ?> aggregator;
    private final StateMemory memory;
    private final String owner;
    private final boolean tracksChanges;
    private final ArrayDeque<Frame> free = new ArrayDeque<>();
    private Frame[] frames = new Frame[INITIAL_FRAMES];
    private int count;

    Frames(
            final Aggregator<?, ?> aggregator,
            final StateMemory memory,
            final String owner,
            final boolean tracksChanges) {
        this.aggregator = aggregator;
        this.memory = memory;
        this.owner = owner;
        this.tracksChanges = tracksChanges;
    }

    int count() {
        return count;
    }

    /** The frame with a number, in the order of time from 0. */
    Frame get(final int index) {
        return frames[index];
    }

    /** The frame that holds a time, null if it is not open. */
    Frame find(final long eventTimeNs) {
        for (int i = count - 1; i >= 0; i--) {
            final Frame frame = frames[i];
            if (frame.startNs <= eventTimeNs) {
                return eventTimeNs < frame.endNs ? frame : null;
            }
        }
        return null;
    }

    /** Number of the first frame that begins at or behind a time; {@link #count} if none does. */
    int firstFrom(final long timeNs) {
        int i = count;
        while (i > 0 && frames[i - 1].startNs >= timeNs) {
            i--;
        }
        return i;
    }

    Frame open(final long startNs, final long endNs) {
        if (count == frames.length) {
            frames = Arrays.copyOf(frames, count * 2);
        }
        final int index = firstFrom(startNs);
        System.arraycopy(frames, index, frames, index + 1, count - index);
        final Frame frame = free.isEmpty() ? newFrame() : free.pop();
        frame.startNs = startNs;
        frame.endNs = endNs;
        frames[index] = frame;
        count++;
        return frame;
    }

    private Frame newFrame() {
        return new Frame(aggregator.newTable(memory, owner), tracksChanges ? new KeyedTable(memory, owner, 0) : null);
    }

    void removeFirst() {
        final Frame frame = frames[0];
        count--;
        System.arraycopy(frames, 1, frames, 0, count);
        frames[count] = null;
        frame.clear();
        memory.trim();
        free.push(frame);
    }

    void clear() {
        while (count > 0) {
            removeFirst();
        }
    }

    @Override
    public void snapshot(final StateWriter out) {
        out.writeInt(count);
        for (int i = 0; i < count; i++) {
            final Frame frame = frames[i];
            out.writeLong(frame.startNs);
            out.writeLong(frame.endNs);
            frame.table.snapshot(out);
            if (tracksChanges) {
                frame.changed.snapshot(out);
            }
        }
    }

    @Override
    public void restore(final StateReader in) {
        clear();
        final int restored = in.readCount(Integer.MAX_VALUE, "the number of windows");
        for (int i = 0; i < restored; i++) {
            final long startNs = in.readLong();
            final Frame frame = open(startNs, in.readLong());
            frame.table.restore(in);
            if (tracksChanges) {
                frame.changed.restore(in);
            }
        }
    }
}
