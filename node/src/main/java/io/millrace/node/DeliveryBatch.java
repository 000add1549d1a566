package io.millrace.node;

import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.transport.egress.EgressProxy;
import io.millrace.transport.protocol.ProtocolDescriptor;
import org.agrona.ExpandableArrayBuffer;

/**
 * Records that lie one behind the other in a partition, gathered so that they leave in one message: as many as are there and fit into a
 * datagram. Nothing waits for more to come.
 *
 * <p>What the publication does not take stays, with at most one more record behind it that was read already; nothing is read then, and
 * the log keeps the rest.
 */
final class DeliveryBatch {
    private final ExpandableArrayBuffer frames = new ExpandableArrayBuffer();
    private final HeldRecord held = new HeldRecord();
    private int length;
    private int partition;
    private long fromPosition;
    private long position;
    private long endPosition;
    private boolean isRefused;

    /** Whether nothing waits to leave. */
    boolean isEmpty() {
        return length == 0 && held.isEmpty();
    }

    /** Whether there is room for one more record, whatever it is. */
    boolean takesMore() {
        return !isRefused && held.isEmpty();
    }

    /** Whose records wait. */
    int partition() {
        return length == 0 ? held.partition() : partition;
    }

    /**
     * Takes a record; what does not go with it leaves before.
     *
     * @param from where the record before it ended, as the client was told.
     */
    void add(
            final RecordFlyweight record,
            final int ofPartition,
            final long from,
            final EgressProxy egress,
            final int handle) {
        final int recordLength = record.length();
        final int offset = RecordDescriptor.align(length);
        final boolean isBehind = length > 0 && record.position() == endPosition;
        if (length > 0
                && (!isBehind || recordLength > egress.maxBatchLength() - offset)
                && !sendFrames(egress, handle)) {
            held.hold(record, ofPartition, from);
        } else if (recordLength > egress.maxBatchLength()) {
            held.sendOrHold(record, ofPartition, from, egress, handle);
        } else {
            append(record, ofPartition, from);
        }
    }

    private void append(final RecordFlyweight record, final int ofPartition, final long from) {
        if (length == 0) {
            partition = ofPartition;
            fromPosition = from;
            position = record.position();
        }
        final int offset = RecordDescriptor.align(length);
        final int recordLength = record.length();
        frames.putBytes(offset, record.buffer(), record.offset(), recordLength);
        length = offset + recordLength;
        endPosition = record.nextPosition();
    }

    /** Sends what is gathered; whether nothing waits any more. */
    boolean send(final EgressProxy egress, final int handle) {
        return (length == 0 || sendFrames(egress, handle)) && (held.isEmpty() || held.send(egress, handle));
    }

    /** Forgets what waits, even when some of it has left. */
    void drop() {
        length = 0;
        isRefused = false;
        held.drop();
    }

    private boolean sendFrames(final EgressProxy egress, final int handle) {
        isRefused = egress.deliver(
                        handle, partition, fromPosition, position, ProtocolDescriptor.FLAGS_WHOLE, frames, 0, length)
                <= 0;
        if (!isRefused) {
            length = 0;
        }
        return !isRefused;
    }
}
