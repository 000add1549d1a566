package io.millrace.transport;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.transport.ingress.PublishFrame;
import io.millrace.transport.protocol.Checksum;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.nio.ByteBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a publisher keeps until the node has acknowledged it: {@code Publish} messages as they travel, in a ring off the heap that is
 * allocated once. One thread.
 *
 * <p>A record is written here and nowhere else; sending is one copy from here into Aeron's term buffer, and sending again is the same
 * call. Three positions run around the ring, each behind the next:
 *
 * <pre>
 *   head ........... send ............... tail
 *     | in flight      | not sent            |
 *     |                |      open: the last message, to which records may still be added
 * </pre>
 *
 * A message never lies across the end of the ring: what is left there is skipped. Room is given back by whole messages, in order.
 *
 * <p>In front of each message stands what has to be known of it when it is acknowledged, so that nothing of the message itself is read
 * again, which may have left the processor's caches by then:
 *
 * <pre>
 *   int32  length of the message, or {@link #SKIP}
 *   int32  how many records it holds
 *   int32  partition of all of them, or {@link #MIXED}
 *   int32  unused
 *   int64  sequence of the last one; those before it in the message are the numbers before it, unless it is {@link #MIXED}
 * </pre>
 */
final class PublishWindow {
    private static final int COUNT_INDEX = 4;
    private static final int PARTITION_INDEX = 8;
    private static final int LAST_SEQUENCE_INDEX = 16;
    private static final int SLOT_HEADER_LENGTH = 24;
    private static final int SKIP = -1;
    private static final int MIXED = -1;
    private static final long NONE = -1L;

    private final int capacity;
    private final int maxRecordCount;
    private final UnsafeBuffer buffer;
    private final Checksum checksum = new Checksum();
    private final PublishFrame openFrame = new PublishFrame();
    private final PublishFrame frame = new PublishFrame();
    private long head;
    private long send;
    private long tail;
    private long open = NONE;
    private long resendEnd;
    private int releasedCount;
    private int releasedLength;
    private int recordCount;

    PublishWindow(final int capacity, final int maxRecordCount) {
        this.capacity = capacity;
        this.maxRecordCount = maxRecordCount;
        this.buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(capacity));
    }

    /** The longest key and value, together, that a window of a capacity can hold. */
    static int maxRecordLength(final int capacity) {
        return capacity
                - SLOT_HEADER_LENGTH
                - ProtocolDescriptor.PUBLISH_LENGTH
                - ProtocolDescriptor.PUBLISHED_RECORD_LENGTH;
    }

    /** Whether a record can be added to the message that is open. */
    boolean fitsOpen(final int payloadLength, final int maxBatchLength) {
        if (open == NONE) {
            return false;
        }
        final int length = openFrame.length() + ProtocolDescriptor.PUBLISHED_RECORD_LENGTH + payloadLength;
        return length <= maxBatchLength
                && openFrame.count() < ProtocolDescriptor.MAX_PUBLISHED_RECORDS
                && offset(open) + SLOT_HEADER_LENGTH + length <= capacity
                && open + slotLength(length) - head <= capacity;
    }

    /**
     * Makes room for a record: in the open message, or in a new one, which is open from then on.
     *
     * @return whether there is room; then the payload goes to {@link #payloadOffset()}
     */
    boolean reserve(final int payloadLength, final int maxBatchLength) {
        if (recordCount >= maxRecordCount) {
            return false;
        }
        if (fitsOpen(payloadLength, maxBatchLength)) {
            return true;
        }
        open = NONE;
        final int needed = slotLength(
                ProtocolDescriptor.PUBLISH_LENGTH + ProtocolDescriptor.PUBLISHED_RECORD_LENGTH + payloadLength);
        if (head == tail) {
            // Nothing is kept: all of the ring is one piece.
            restart();
        }
        final int room = capacity - offset(tail);
        final long begin = needed <= room ? tail : tail + room;
        if (begin + needed - head > capacity) {
            return false;
        }
        if (begin != tail) {
            buffer.putInt(offset(tail), SKIP, LITTLE_ENDIAN);
        }
        tail = begin;
        open = begin;
        openFrame.begin(buffer, offset(begin) + SLOT_HEADER_LENGTH);
        return true;
    }

    MutableDirectBuffer buffer() {
        return buffer;
    }

    /** Where the payload goes that room was made for. */
    int payloadOffset() {
        return openFrame.nextPayloadOffset();
    }

    /** Adds the record whose payload was written. */
    void add(
            final int partition,
            final byte kind,
            final long sequence,
            final long eventTimeNs,
            final int keyLength,
            final int payloadLength) {
        openFrame.add(partition, kind, sequence, eventTimeNs, keyLength, payloadLength, checksum);
        final int slot = offset(open);
        final int count = openFrame.count();
        if (count == 1) {
            buffer.putInt(slot + PARTITION_INDEX, partition, LITTLE_ENDIAN);
        } else if (buffer.getInt(slot + PARTITION_INDEX, LITTLE_ENDIAN) != partition) {
            buffer.putInt(slot + PARTITION_INDEX, MIXED, LITTLE_ENDIAN);
        }
        buffer.putInt(slot, openFrame.length(), LITTLE_ENDIAN);
        buffer.putInt(slot + COUNT_INDEX, count, LITTLE_ENDIAN);
        buffer.putLong(slot + LAST_SEQUENCE_INDEX, sequence, LITTLE_ENDIAN);
        tail = open + slotLength(openFrame.length());
        recordCount++;
    }

    /** How long the open message is so far, 0 when there is none. */
    int openLength() {
        return open == NONE ? 0 : openFrame.length();
    }

    /** Whether anything was sent that is not acknowledged. */
    boolean hasInFlight() {
        return send != head;
    }

    /** Whether anything waits to be sent. */
    boolean hasUnsent() {
        return send != tail;
    }

    /** How many records are kept. */
    int recordCount() {
        return recordCount;
    }

    /**
     * Sends what waits, in order, until all is sent or Aeron takes no more.
     *
     * @param sender        that takes each message
     * @param includesOpen  whether the open message goes, too; then nothing more is added to it
     * @param heldSequences what the log held of each partition when the session began: not sent again
     * @return positive when all is sent, else the {@link Outcome} of the message that was not
     */
    long send(final Sender sender, final boolean includesOpen, final long[] heldSequences) {
        while (send != tail && (send != open || includesOpen)) {
            final int offset = offset(send);
            final int length = buffer.getInt(offset, LITTLE_ENDIAN);
            if (length == SKIP) {
                send += capacity - offset;
                continue;
            }
            frame.wrap(buffer, offset + SLOT_HEADER_LENGTH, length);
            if (send >= resendEnd || !isHeld(offset, heldSequences)) {
                final long result = sender.send(frame);
                if (result <= 0) {
                    return result;
                }
            }
            if (send == open) {
                open = NONE;
            }
            send += slotLength(length);
        }
        return 1;
    }

    /** Gives back what was sent and is acknowledged. */
    void release(final long[] acknowledgedSequences) {
        while (head != send) {
            final int offset = offset(head);
            final int length = buffer.getInt(offset, LITTLE_ENDIAN);
            if (length == SKIP) {
                head += capacity - offset;
                continue;
            }
            final int count = buffer.getInt(offset + COUNT_INDEX, LITTLE_ENDIAN);
            final int acknowledged = acknowledgedCount(offset, length, count, acknowledgedSequences);
            recordCount -= acknowledged - releasedCount;
            releasedCount = acknowledged;
            if (acknowledged < count) {
                return;
            }
            releasedCount = 0;
            releasedLength = 0;
            head += slotLength(length);
        }
    }

    /** How many records of the first message are acknowledged, from its first one on. */
    private int acknowledgedCount(
            final int slot, final int length, final int count, final long[] acknowledgedSequences) {
        final int partition = buffer.getInt(slot + PARTITION_INDEX, LITTLE_ENDIAN);
        if (partition == MIXED) {
            return acknowledgedOfMixed(slot, length, acknowledgedSequences);
        }
        final long behind =
                buffer.getLong(slot + LAST_SEQUENCE_INDEX, LITTLE_ENDIAN) - acknowledgedSequences[partition];
        return (int) Math.max(releasedCount, count - Math.max(0, behind));
    }

    private int acknowledgedOfMixed(final int slot, final int length, final long[] acknowledgedSequences) {
        frame.wrap(buffer, slot + SLOT_HEADER_LENGTH, length);
        final int end = frame.offset() + length;
        int acknowledged = releasedCount;
        int record = frame.firstRecord() + releasedLength;
        while (record < end && frame.sequence(record) <= acknowledgedSequences[frame.partition(record)]) {
            acknowledged++;
            record = frame.nextRecord(record);
        }
        releasedLength = record - frame.firstRecord();
        return acknowledged;
    }

    /** Lets all that is kept be sent again. */
    void rewind() {
        send = head;
        resendEnd = tail;
    }

    @Override
    public String toString() {
        return "PublishWindow{records=" + recordCount + " of " + maxRecordCount + ", bytes=" + (tail - head) + " of "
                + capacity + '}';
    }

    private boolean isHeld(final int slot, final long[] heldSequences) {
        final int partition = buffer.getInt(slot + PARTITION_INDEX, LITTLE_ENDIAN);
        if (partition != MIXED) {
            return buffer.getLong(slot + LAST_SEQUENCE_INDEX, LITTLE_ENDIAN) <= heldSequences[partition];
        }
        final int end = frame.offset() + frame.length();
        for (int record = frame.firstRecord(); record < end; record = frame.nextRecord(record)) {
            if (frame.sequence(record) > heldSequences[frame.partition(record)]) {
                return false;
            }
        }
        return true;
    }

    private void restart() {
        final int offset = offset(tail);
        tail += offset == 0 ? 0 : capacity - offset;
        head = tail;
        send = tail;
    }

    private int offset(final long position) {
        return (int) (position & (capacity - 1));
    }

    private static int slotLength(final int messageLength) {
        return RecordDescriptor.align(SLOT_HEADER_LENGTH + messageLength);
    }

    /** Takes messages on their way. */
    @FunctionalInterface
    interface Sender {
        /** Sends a message: positive when it is on its way, else an {@link Outcome}. */
        long send(PublishFrame message);
    }
}
