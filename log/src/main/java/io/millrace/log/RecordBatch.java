package io.millrace.log;

import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordMemory;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Records that are gathered beside the log and appended together, by one claim and one copy. Unlike a {@link BatchClaim} it takes
 * no space in the log while it grows, so it may stay open for as long as its owner likes, and nobody has to know beforehand how
 * many records there will be. Nor do they belong together for anybody: they lie in the log as if each had been appended by itself, at
 * the same positions where nobody else appends, and a loss of power may fall between two of them.
 *
 * <p>A record is begun, its value written into the buffer that {@link #begin} returns, and then taken by {@link #end()}; one that
 * is begun and not ended is none. The memory lies outside the heap and is freed when the batch is garbage. One thread.
 */
public final class RecordBatch {
    private final ByteBuffer memory;
    private final UnsafeBuffer value = new UnsafeBuffer(0, 0);
    private final long address;
    private final int capacity;
    private int start;
    private int length;
    private int begun;
    private int count;

    /**
     * Creates an empty batch.
     *
     * @param capacity in bytes, headers included; at least 40, rounded down to a multiple of 8.
     */
    public RecordBatch(final int capacity) {
        if (capacity < RecordDescriptor.HEADER_LENGTH) {
            throw new IllegalArgumentException(
                    "a batch must hold a header of " + RecordDescriptor.HEADER_LENGTH + " bytes: " + capacity);
        }
        this.capacity = capacity & -RecordDescriptor.ALIGNMENT;
        this.memory = ByteBuffer.allocateDirect(this.capacity + RecordDescriptor.ALIGNMENT)
                .alignedSlice(RecordDescriptor.ALIGNMENT);
        this.address = new UnsafeBuffer(memory).addressOffset();
    }

    /**
     * Tells whether one more record has room.
     *
     * @param keyLength   in bytes, 0 to 65,535.
     * @param valueLength in bytes, 0 or more.
     * @return true when {@link #begin} would take it.
     */
    public boolean hasRoomFor(final int keyLength, final int valueLength) {
        // Aligned lengths only are compared, and the capacity is aligned: nothing is left over that could overflow.
        return (long) RecordDescriptor.HEADER_LENGTH + keyLength + valueLength <= capacity - length;
    }

    /**
     * Begins a record behind those that were ended; what was begun and not ended is forgotten.
     *
     * @param kind        one of {@link io.millrace.log.record.RecordKind} but padding.
     * @param eventTimeNs when the event happened, ns since the epoch.
     * @param key         buffer that holds the key, may be null when there is none.
     * @param keyOffset   of the key in its buffer.
     * @param keyLength   of the key in bytes, 0 for none, at most 65,535.
     * @param valueLength of the value in bytes, 0 for none.
     * @return buffer of exactly the value, until the next call. Its bytes are what earlier records have left there, see
     *         {@link #clearValue()}.
     * @throws IllegalArgumentException  when it has no room, see {@link #hasRoomFor}, or cannot be appended.
     * @throws IndexOutOfBoundsException when the key does not lie in its buffer.
     */
    public MutableDirectBuffer begin(
            final byte kind,
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final int valueLength) {
        RecordWriter.checkArguments(kind, keyLength, valueLength);
        if (keyLength > RecordDescriptor.MAX_KEY_LENGTH || !hasRoomFor(keyLength, valueLength)) {
            throw new IllegalArgumentException("no room in the batch: keyLength=" + keyLength + " valueLength="
                    + valueLength + " remaining=" + (capacity - length));
        }
        if (keyLength > 0) {
            key.boundsCheck(keyOffset, keyLength);
        }
        begun = RecordDescriptor.HEADER_LENGTH + keyLength + valueLength;
        final long record = address + length;
        RecordMemory.putAside(record, begun, kind, keyLength, eventTimeNs);
        final long keyAddress = record + RecordDescriptor.HEADER_LENGTH;
        if (keyLength > 0) {
            RecordMemory.copy(keyAddress, key, keyOffset, keyLength);
        }
        value.wrap(keyAddress + keyLength, valueLength);
        return value;
    }

    /** Sets the value of the record begun last to zeros, as it would find the log: for whoever leaves bytes out. */
    public void clearValue() {
        RecordMemory.clear(value.addressOffset(), value.capacity());
    }

    /**
     * Takes the record begun last.
     *
     * @throws IllegalStateException when none is begun.
     */
    public void end() {
        if (begun == 0) {
            throw new IllegalStateException("no record is begun: begin one before each end");
        }
        length += RecordDescriptor.align(begun);
        begun = 0;
        count++;
    }

    /**
     * Counts the records that it holds.
     *
     * @return number of records that were ended.
     */
    public int count() {
        return count;
    }

    /** Forgets all records. */
    public void clear() {
        start = 0;
        length = 0;
        begun = 0;
        count = 0;
    }

    /** What all records take in the log, a multiple of 8. */
    int length() {
        return length - start;
    }

    /** The length of the first record, header and payload. */
    int firstLength() {
        return RecordMemory.length(address + start);
    }

    /** Copies the first records into a claim of their length that was begun, publishes them and forgets them. */
    void publish(
            final long claim, final int records, final int producerId, final long firstSequence, final long logTimeNs) {
        final int firstLength = firstLength();
        int end = start;
        for (int i = 0; i < records; i++) {
            end += RecordMemory.complete(address + end, producerId, logTimeNs, firstSequence + i);
        }
        RecordMemory.copyBehindLength(claim, address + start, end - start);
        RecordMemory.commit(claim, firstLength);
        start = end;
        count -= records;
        if (count == 0) {
            clear();
        }
    }

    @Override
    public String toString() {
        return "RecordBatch{count=" + count + ", length=" + length() + ", capacity=" + capacity + '}';
    }
}
