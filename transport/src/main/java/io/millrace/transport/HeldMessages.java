package io.millrace.transport;

import io.millrace.log.record.RecordDescriptor;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/**
 * Messages of a live feed that a partition is not ready for yet, one after the other without a hole. Copied, so that they may wait until
 * what the node delivers has come so far. What does not fit is not kept: another run of messages begins later.
 *
 * <p>An entry is {@code from} and {@code position} of 8 bytes each, the length of the frames as 8 bytes, and the frames, padded to 8.
 */
final class HeldMessages {
    /** Most bytes that one partition keeps. */
    static final int CAPACITY = 128 * 1024;

    private static final int FROM_INDEX = 0;
    private static final int POSITION_INDEX = Long.BYTES;
    private static final int LENGTH_INDEX = 2 * Long.BYTES;
    private static final int FRAMES_INDEX = 3 * Long.BYTES;

    private final ExpandableArrayBuffer bytes = new ExpandableArrayBuffer();
    private int head;
    private int tail;
    private long endPosition;

    boolean isEmpty() {
        return head == tail;
    }

    /** Whether a message goes on where the last one that is kept ended. */
    boolean isContinuedBy(final long fromPosition) {
        return head < tail && endPosition == fromPosition;
    }

    /** Keeps a message; one that does not go on where the last one ended takes the place of all. False when there is no room. */
    boolean add(
            final long fromPosition,
            final long position,
            final DirectBuffer frames,
            final int offset,
            final int length) {
        if (!isContinuedBy(fromPosition)) {
            clear();
        }
        final int entryLength = FRAMES_INDEX + RecordDescriptor.align(length);
        if (tail + entryLength > CAPACITY) {
            clear();
            return false;
        }
        bytes.putLong(tail + FROM_INDEX, fromPosition);
        bytes.putLong(tail + POSITION_INDEX, position);
        bytes.putLong(tail + LENGTH_INDEX, length);
        bytes.putBytes(tail + FRAMES_INDEX, frames, offset, length);
        tail += entryLength;
        endPosition = position + RecordDescriptor.align(length);
        return true;
    }

    long fromPosition() {
        return bytes.getLong(head + FROM_INDEX);
    }

    long position() {
        return bytes.getLong(head + POSITION_INDEX);
    }

    DirectBuffer frames() {
        return bytes;
    }

    int framesOffset() {
        return head + FRAMES_INDEX;
    }

    int framesLength() {
        return (int) bytes.getLong(head + LENGTH_INDEX);
    }

    /** Forgets the first message. */
    void remove() {
        head += FRAMES_INDEX + RecordDescriptor.align(framesLength());
        if (head == tail) {
            clear();
        }
    }

    void clear() {
        head = 0;
        tail = 0;
    }
}
