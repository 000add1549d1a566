package io.millrace.log;

import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordMemory;
import io.millrace.log.segment.Segment;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Space in the log for several records that become visible together or not at all: one claim, one reading of the clock,
 * one commit. Reusable: one object per appender is enough. Readers stop at a batch until it is finished, so finish it soon, on
 * the thread that claimed it.
 *
 * <p>The records are ordinary ones that follow each other. The word at the start of the claim holds the negative length of
 * all of it; behind it the records are written with the lengths they will keep, only the first one's is held back.
 * Storing that length, last, makes all of them visible in one step. A crash before it leaves one claim that was never
 * committed, of the whole length, whatever was written into it: recovery makes it padding. A crash after it leaves all
 * records.
 *
 * <pre>
 *              claimed          written            committed
 *   offset 0   -total           -total             length of record 1
 *          8   0                header 1, payload  header 1, payload
 *        ...   0                length 2, ...      length 2, ...
 *        ...   0                0                  padding over what was not used
 * </pre>
 */
public final class BatchClaim {
    static {
        // Somebody may make a claim before a store.
        JdkAccess.open();
    }

    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private boolean isOpen;
    private RecordWriter writer;
    private Segment segment;
    private long position;
    private long firstSequence;
    private long logTimeNs;
    private int totalLength;
    private int nextOffset;
    private int firstLength;
    private int lastOffset;
    private int keyLength;
    private int count;

    /** Creates a claim that holds nothing yet. */
    public BatchClaim() {}

    /**
     * Tells how much of a batch a record takes: the lengths of all its records add up to what is claimed.
     *
     * @param keyLength   in bytes, 0 to 65,535.
     * @param valueLength in bytes, 0 or more.
     * @return bytes, a multiple of 8.
     */
    public static int recordLength(final int keyLength, final int valueLength) {
        return RecordDescriptor.align(RecordDescriptor.HEADER_LENGTH + keyLength + valueLength);
    }

    void wrap(
            final RecordWriter newWriter,
            final Segment newSegment,
            final long newPosition,
            final int newTotalLength,
            final long newFirstSequence,
            final long newLogTimeNs) {
        isOpen = true;
        // The same as the last time, most often, and collectors keep books of references that are stored.
        if (writer != newWriter) {
            writer = newWriter;
        }
        if (segment != newSegment) {
            segment = newSegment;
        }
        position = newPosition;
        totalLength = newTotalLength;
        firstSequence = newFirstSequence;
        logTimeNs = newLogTimeNs;
        nextOffset = 0;
        firstLength = 0;
        keyLength = 0;
        count = 0;
    }

    Segment segment() {
        return segment;
    }

    long firstSequence() {
        return firstSequence;
    }

    int firstLength() {
        return firstLength;
    }

    int totalLength() {
        return totalLength;
    }

    boolean isOpen() {
        return isOpen;
    }

    /**
     * Tells whether one more record has room: it fills the batch exactly, or leaves at least the 40 bytes that padding
     * takes.
     *
     * @param newKeyLength in bytes.
     * @param valueLength  in bytes.
     * @return true when {@link #next} would take it.
     */
    public boolean hasRoomFor(final int newKeyLength, final int valueLength) {
        final long length = (long) RecordDescriptor.HEADER_LENGTH + newKeyLength + valueLength;
        final int remaining = remaining();
        if (length > remaining) {
            return false;
        }
        final int rest = remaining - RecordDescriptor.align((int) length);
        return rest == 0 || rest >= RecordDescriptor.HEADER_LENGTH;
    }

    /**
     * Begins the next record: writes its header, and moves {@link #buffer()} to its payload.
     *
     * @param kind         one of {@link io.millrace.log.record.RecordKind} but padding.
     * @param eventTimeNs  when the event happened, ns since the epoch.
     * @param newKeyLength of the key in bytes, 0 for none, at most 65,535.
     * @param valueLength  of the value in bytes, 0 for none.
     * @return position that the record will have.
     * @throws IllegalArgumentException when it has no room, see {@link #hasRoomFor(int, int)}, or cannot be appended.
     * @throws IllegalStateException    when nothing is claimed.
     * @throws io.millrace.log.error.MillraceException CLAIM_REVOKED when it is the first record and the batch was revoked,
     *                                                 see {@link #commit()}; abort it then.
     */
    public long next(final byte kind, final long eventTimeNs, final int newKeyLength, final int valueLength) {
        checkOpen();
        RecordWriter.checkArguments(kind, newKeyLength, valueLength);
        if (newKeyLength > RecordDescriptor.MAX_KEY_LENGTH || !hasRoomFor(newKeyLength, valueLength)) {
            throw new IllegalArgumentException("no room in the batch: keyLength=" + newKeyLength + " valueLength="
                    + valueLength + " remaining=" + remaining() + "; fill it exactly or leave at least "
                    + RecordDescriptor.HEADER_LENGTH + " bytes");
        }
        final int length = RecordDescriptor.HEADER_LENGTH + newKeyLength + valueLength;
        final int offset = startOffset() + nextOffset;
        final long address = segment.address(offset);
        final int producerId = writer.producerId();
        final long sequence = producerId == 0 ? firstSequence : firstSequence + count;
        if (count == 0) {
            if (!RecordMemory.putFirstHeader(
                    address, kind, newKeyLength, producerId, eventTimeNs, logTimeNs, sequence)) {
                throw writer.revoked(position);
            }
            firstLength = length;
        } else {
            RecordMemory.putHeader(address, kind, newKeyLength, producerId, eventTimeNs, logTimeNs, sequence);
            RecordMemory.putLength(address, length);
            // Still hidden like this one: a loss of power keeps both or neither.
            RecordMemory.putMore(segment.address(lastOffset));
        }
        lastOffset = offset;
        buffer.wrap(address + RecordDescriptor.HEADER_LENGTH, newKeyLength + valueLength);
        keyLength = newKeyLength;
        nextOffset += RecordDescriptor.align(length);
        count++;
        return segment.basePosition() + offset;
    }

    /**
     * Adds a record whose bytes lie elsewhere.
     *
     * @param kind         one of {@link io.millrace.log.record.RecordKind} but padding.
     * @param eventTimeNs  when the event happened, ns since the epoch.
     * @param key          buffer that holds the key, may be null when there is none.
     * @param keyOffset    of the key in its buffer.
     * @param newKeyLength of the key in bytes, 0 for none, at most 65,535.
     * @param value        buffer that holds the value, may be null when there is none.
     * @param valueOffset  of the value in its buffer.
     * @param valueLength  of the value in bytes, 0 for none.
     * @return position that the record will have.
     * @throws IllegalArgumentException as {@link #next} does.
     * @throws IllegalStateException    when nothing is claimed.
     * @throws io.millrace.log.error.MillraceException as {@link #next} does.
     */
    public long append(
            final byte kind,
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int newKeyLength,
            final DirectBuffer value,
            final int valueOffset,
            final int valueLength) {
        // Before the header is written: a record that is begun cannot be taken back.
        RecordWriter.checkSources(key, keyOffset, newKeyLength, value, valueOffset, valueLength);
        final long result = next(kind, eventTimeNs, newKeyLength, valueLength);
        final long keyAddress = buffer.addressOffset();
        if (newKeyLength > 0) {
            RecordMemory.copy(keyAddress, key, keyOffset, newKeyLength);
        }
        if (valueLength > 0) {
            RecordMemory.copy(keyAddress + newKeyLength, value, valueOffset, valueLength);
        }
        return result;
    }

    /**
     * The payload of the record begun last, key first, then value; nothing outside it can be reached. Its bytes are not
     * zeroed.
     *
     * @return buffer of exactly the record's payload; empty before the first record and once the claim is finished.
     */
    public MutableDirectBuffer buffer() {
        return buffer;
    }

    /**
     * Tells where the key of the record begun last starts in {@link #buffer()}.
     *
     * @return offset of the key.
     */
    public int keyOffset() {
        return 0;
    }

    /**
     * Tells where the value of the record begun last starts in {@link #buffer()}.
     *
     * @return offset of the value.
     */
    public int valueOffset() {
        return keyLength;
    }

    /**
     * Counts the records begun so far.
     *
     * @return number of records.
     */
    public int count() {
        return count;
    }

    /**
     * Tells how much of the claim is left.
     *
     * @return bytes, headers of records to come included.
     */
    public int remaining() {
        return totalLength - nextOffset;
    }

    /**
     * Tells where the batch, and so its first record, will be in its partition.
     *
     * @return byte position.
     */
    public long position() {
        return position;
    }

    /**
     * Makes all records visible to all readers in one step. What is left of the claim becomes padding; a batch without a
     * record is all padding.
     *
     * @throws IllegalStateException when nothing is claimed, or the store was closed and did not wait any longer.
     * @throws io.millrace.log.error.MillraceException CLAIM_REVOKED when the batch was open for longer than
     *                                                 {@link LogContext#claimTimeoutNs()}: none of its records is there,
     *                                                 and their sequences are free.
     */
    public void commit() {
        final RecordWriter owner = finishing();
        if (count == 0) {
            owner.abort(this);
        } else {
            padRest();
            owner.commit(this);
        }
    }

    /** Still behind the first record's length, so nobody sees it yet. */
    private void padRest() {
        final int rest = remaining();
        if (rest > 0) {
            final long address = segment.address(startOffset() + nextOffset);
            RecordMemory.putPadding(address);
            RecordMemory.putLength(address, rest);
        }
    }

    /**
     * Gives the space up: it becomes padding, which readers skip, and no record of it is ever seen.
     *
     * @throws IllegalStateException when nothing is claimed, or the store was closed and did not wait any longer.
     */
    public void abort() {
        finishing().abort(this);
    }

    private RecordWriter finishing() {
        checkOpen();
        isOpen = false;
        return writer;
    }

    private void checkOpen() {
        if (!isOpen) {
            throw new IllegalStateException("nothing is claimed: claim before each commit or abort");
        }
    }

    private int startOffset() {
        return (int) (position - segment.basePosition());
    }

    /** Called by the writer when the batch has been published. */
    void reset() {
        nextOffset = totalLength;
        buffer.wrap(0, 0);
    }

    @Override
    public String toString() {
        return "BatchClaim{position=" + position + ", totalLength=" + totalLength + ", count=" + count + ", open="
                + isOpen() + '}';
    }
}
