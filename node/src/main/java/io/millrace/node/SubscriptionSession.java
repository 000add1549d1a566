package io.millrace.node;

import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogTopic;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordHandler;
import io.millrace.transport.egress.EgressProxy;
import io.millrace.transport.protocol.ProtocolDescriptor;
import org.agrona.CloseHelper;
import org.agrona.ExpandableArrayBuffer;

/**
 * One subscription of one client: a reader per partition, from the log's mapping straight into the client's publication.
 * The node's agent thread.
 *
 * <p>When the client does not keep up, its publication refuses; the one record that was just read is held back in a buffer
 * and nothing more is read. The log keeps the rest, so that a slow subscriber costs the node nothing else. A record that is
 * longer than a message goes the same way, and leaves in pieces.
 */
final class SubscriptionSession implements RecordHandler, AutoCloseable {
    private static final int RECORD_LIMIT = 64;

    private final int handle;
    private final String topic;
    private final LogReader[] readers;
    private final long[] deliveredPositions;
    private final ExpandableArrayBuffer held = new ExpandableArrayBuffer();
    private int heldLength;
    private int heldSentLength;
    private int heldPartition;
    private long heldPosition;
    private long heldFromPosition;
    private int partition;
    private EgressProxy egress;

    SubscriptionSession(final int handle, final LogTopic topic, final long[] startPositions) {
        this.handle = handle;
        this.topic = topic.name();
        this.readers = new LogReader[topic.partitionCount()];
        this.deliveredPositions = new long[readers.length];
        try {
            for (int i = 0; i < readers.length; i++) {
                final long start = startPositions.length == 0
                        ? ProtocolDescriptor.FROM_BEGIN
                        : startPositions[Math.min(i, startPositions.length - 1)];
                readers[i] = topic.partition(i).reader();
                seek(readers[i], topic.partition(i), start);
                deliveredPositions[i] = readers[i].position();
            }
        } catch (final RuntimeException ex) {
            close();
            throw ex;
        }
    }

    int handle() {
        return handle;
    }

    long[] positions() {
        return deliveredPositions.clone();
    }

    /** Sends what the log holds and the client takes, each partition in turn. */
    int deliver(final EgressProxy egress) {
        this.egress = egress;
        if (heldLength > 0 && !sendHeld()) {
            return 0;
        }
        int count = 0;
        for (int i = 0; i < readers.length && heldLength == 0; i++) {
            partition = partition + 1 == readers.length ? 0 : partition + 1;
            final LogReader reader = readers[partition];
            for (int n = 0; n < RECORD_LIMIT && heldLength == 0 && reader.poll(this, 1) > 0; n++) {
                count++;
            }
        }
        return count;
    }

    @Override
    public void onRecord(final RecordFlyweight record) {
        final int length = record.length();
        final long fromPosition = deliveredPositions[partition];
        deliveredPositions[partition] = record.nextPosition();
        if (length > egress.maxFramesLength() || !send(record, fromPosition, length)) {
            held.putBytes(0, record.buffer(), record.offset(), length);
            heldLength = length;
            heldSentLength = 0;
            heldPartition = partition;
            heldPosition = record.position();
            heldFromPosition = fromPosition;
            sendHeld();
        }
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(readers);
    }

    @Override
    public String toString() {
        return "topic=" + topic;
    }

    private static void seek(final LogReader reader, final LogPartition partition, final long start) {
        if (start == ProtocolDescriptor.FROM_END) {
            reader.seekToEnd();
        } else if (start > partition.tailPosition()) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "start position is beyond the end: topic=" + partition.topic() + " partition=" + partition.index()
                            + " position=" + start + " end=" + partition.tailPosition());
        } else if (start >= 0) {
            reader.seek(start);
        }
    }

    private boolean send(final RecordFlyweight record, final long fromPosition, final int length) {
        return egress.deliver(
                        handle,
                        partition,
                        fromPosition,
                        record.position(),
                        ProtocolDescriptor.FLAGS_WHOLE,
                        record.buffer(),
                        record.offset(),
                        length)
                > 0;
    }

    private boolean sendHeld() {
        while (heldSentLength < heldLength) {
            final int length = Math.min(egress.maxFramesLength(), heldLength - heldSentLength);
            final int first = heldSentLength == 0 ? ProtocolDescriptor.FLAG_FIRST : 0;
            final int last = heldSentLength + length == heldLength ? ProtocolDescriptor.FLAG_LAST : 0;
            final long result = egress.deliver(
                    handle, heldPartition, heldFromPosition, heldPosition, first | last, held, heldSentLength, length);
            if (result <= 0) {
                return false;
            }
            heldSentLength += length;
        }
        heldLength = 0;
        return true;
    }
}
