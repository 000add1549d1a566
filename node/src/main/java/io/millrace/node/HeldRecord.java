package io.millrace.node;

import io.millrace.log.record.RecordFlyweight;
import io.millrace.transport.egress.EgressProxy;
import io.millrace.transport.protocol.ProtocolDescriptor;
import org.agrona.ExpandableArrayBuffer;

/**
 * The one record that was read and that the publication has not taken, or not whole: one that is longer than a message leaves in pieces.
 * While it is held, nothing more is read; the log keeps the rest.
 */
final class HeldRecord {
    private final ExpandableArrayBuffer bytes = new ExpandableArrayBuffer();
    private int length;
    private int sentLength;
    private int partition;
    private long position;
    private long fromPosition;

    boolean isEmpty() {
        return length == 0;
    }

    int partition() {
        return partition;
    }

    /** Sends a record, or holds it when it does not leave now; whether it has left. */
    boolean sendOrHold(
            final RecordFlyweight record,
            final int ofPartition,
            final long from,
            final EgressProxy egress,
            final int handle) {
        final int recordLength = record.length();
        if (recordLength <= egress.maxFramesLength()
                && egress.deliver(
                                handle,
                                ofPartition,
                                from,
                                record.position(),
                                ProtocolDescriptor.FLAGS_WHOLE,
                                record.buffer(),
                                record.offset(),
                                recordLength)
                        > 0) {
            return true;
        }
        hold(record, ofPartition, from);
        return send(egress, handle);
    }

    /** Holds a record without trying to send it. */
    void hold(final RecordFlyweight record, final int ofPartition, final long from) {
        length = record.length();
        bytes.putBytes(0, record.buffer(), record.offset(), length);
        sentLength = 0;
        partition = ofPartition;
        position = record.position();
        fromPosition = from;
    }

    /** Goes on with what is held; whether nothing is any more. */
    boolean send(final EgressProxy egress, final int handle) {
        while (sentLength < length) {
            final int pieceLength = Math.min(egress.maxFramesLength(), length - sentLength);
            final int first = sentLength == 0 ? ProtocolDescriptor.FLAG_FIRST : 0;
            final int last = sentLength + pieceLength == length ? ProtocolDescriptor.FLAG_LAST : 0;
            final long result = egress.deliver(
                    handle, partition, fromPosition, position, first | last, bytes, sentLength, pieceLength);
            if (result <= 0) {
                return false;
            }
            sentLength += pieceLength;
        }
        length = 0;
        return true;
    }

    /** Forgets what is held, even when some of it has left. */
    void drop() {
        length = 0;
    }
}
