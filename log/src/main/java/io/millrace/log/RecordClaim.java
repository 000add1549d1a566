package io.millrace.log;

import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.segment.Segment;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Space in the log that belongs to the caller until it is committed or aborted. Reusable: one object per appender is
 * enough. Readers stop at a claim until it is finished, so finish it soon, on the thread that made it. One that is open
 * for too long is revoked: it becomes padding, and its commit fails.
 */
public final class RecordClaim {
    static {
        // Somebody may make a claim before a store.
        JdkAccess.open();
    }

    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private boolean isOpen;
    private RecordWriter writer;
    private Segment segment;
    private long position;
    private long sequence;
    private int keyLength;

    /** Creates a claim that holds nothing yet. */
    public RecordClaim() {}

    void wrap(
            final RecordWriter newWriter,
            final Segment newSegment,
            final long newPosition,
            final long newSequence,
            final int newKeyLength,
            final int newValueLength) {
        isOpen = true;
        // The same as the last time, most often, and collectors keep books of references that are stored.
        if (writer != newWriter) {
            writer = newWriter;
        }
        if (segment != newSegment) {
            segment = newSegment;
        }
        position = newPosition;
        sequence = newSequence;
        keyLength = newKeyLength;
        // A view of its own, so that a value written too long fails a bounds check instead of hitting a neighbour.
        final int payloadOffset = (int) (newPosition - newSegment.basePosition()) + RecordDescriptor.HEADER_LENGTH;
        buffer.wrap(newSegment.address(payloadOffset), newKeyLength + newValueLength);
    }

    Segment segment() {
        return segment;
    }

    long sequence() {
        return sequence;
    }

    int payloadLength() {
        return buffer.capacity();
    }

    boolean isOpen() {
        return isOpen;
    }

    /**
     * The claimed payload, key first, then value; nothing outside it can be reached. Its bytes are not zeroed.
     *
     * @return buffer of exactly the claimed length; empty once the claim is finished.
     */
    public MutableDirectBuffer buffer() {
        return buffer;
    }

    /**
     * Tells where the key starts in {@link #buffer()}.
     *
     * @return offset of the key.
     */
    public int keyOffset() {
        return 0;
    }

    /**
     * Tells the key's length.
     *
     * @return bytes.
     */
    public int keyLength() {
        return keyLength;
    }

    /**
     * Tells where the value starts in {@link #buffer()}.
     *
     * @return offset of the value.
     */
    public int valueOffset() {
        return keyLength;
    }

    /**
     * Tells the value's length.
     *
     * @return bytes.
     */
    public int valueLength() {
        return buffer.capacity() - keyLength;
    }

    /**
     * Tells where the record will be in its partition.
     *
     * @return byte position.
     */
    public long position() {
        return position;
    }

    /**
     * Makes the record visible to all readers.
     *
     * @throws IllegalStateException when nothing is claimed, or the store was closed and did not wait any longer.
     * @throws io.millrace.log.error.MillraceException CLAIM_REVOKED when the claim was open for longer than
     *                                                 {@link LogContext#claimTimeoutNs()}: the record is not there, and
     *                                                 its sequence is free.
     */
    public void commit() {
        finishing().commit(this);
    }

    /**
     * Gives the space up: it becomes padding, which readers skip.
     *
     * @throws IllegalStateException when nothing is claimed, or the store was closed and did not wait any longer.
     */
    public void abort() {
        finishing().abort(this);
    }

    private RecordWriter finishing() {
        if (!isOpen) {
            throw new IllegalStateException("nothing is claimed: claim before each commit or abort");
        }
        isOpen = false;
        return writer;
    }

    /** Called by the writer when the record's length has been published. */
    void reset() {
        buffer.wrap(0, 0);
    }

    @Override
    public String toString() {
        return "RecordClaim{position=" + position + ", length=" + buffer.capacity() + ", open=" + isOpen() + '}';
    }
}
