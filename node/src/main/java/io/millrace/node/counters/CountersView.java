package io.millrace.node.counters;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.status.CountersReader;

/** What the counters of a node say now. The values are of one moment within a few microseconds, not of one instant. */
public final class CountersView {
    private final DirectBuffer header;
    private final CountersReader reader;

    CountersView(final DirectBuffer header, final CountersReader reader) {
        this.header = header;
        this.reader = reader;
    }

    /** Takes one counter. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * A counter.
         *
         * @param type  of the counter
         * @param label what it counts
         * @param value that it has
         */
        void onCounter(CounterType type, String label, long value);
    }

    /**
     * The node's process.
     *
     * @return process id
     */
    public long pid() {
        return header.getLong(CountersDescriptor.PID_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * When the node started.
     *
     * @return milliseconds since the epoch
     */
    public long startMs() {
        return header.getLong(CountersDescriptor.START_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * When the values were brought up to date.
     *
     * @return milliseconds since the epoch
     */
    public long sampleMs() {
        return header.getLong(CountersDescriptor.SAMPLE_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Whether the node was closed in order.
     *
     * @return true once nothing changes here any more
     */
    public boolean isClosed() {
        return header.getLong(CountersDescriptor.STATE_OFFSET, LITTLE_ENDIAN) == CountersDescriptor.CLOSED;
    }

    /**
     * Whether the node runs but serves nobody any more.
     *
     * @return true for such a node
     */
    public boolean isFailed() {
        return header.getLong(CountersDescriptor.STATE_OFFSET, LITTLE_ENDIAN) == CountersDescriptor.FAILED;
    }

    /**
     * Hands out all counters, in the order in which they were added; those of kinds that this version does not know are left
     * out.
     *
     * @param visitor that takes them
     */
    public void forEach(final Visitor visitor) {
        reader.forEach((counterId, typeId, keyBuffer, label) -> {
            final CounterType type = CounterType.of(typeId);
            if (type != null) {
                visitor.onCounter(type, label, reader.getCounterValue(counterId));
            }
        });
    }
}
