package io.millrace.log.segment;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordMemory;
import io.millrace.log.storage.MappedFile;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One mapped segment: its bytes, the tail that appenders move, and the count of those who use the mapping.
 *
 * <p><b>Who may touch the memory.</b> A touch of memory that has been unmapped ends the process, so the mapping is
 * counted: whoever created the segment holds one reference, and every reader and every appender holds one for the
 * segment that it is in, taken when it enters ({@link #retain()}) and given back when it leaves. There is nothing to do
 * per record. The one who gives the last reference back unmaps; so that it is not an appender, which would be late by that, the
 * conductor holds one for the segment that is appended to, until it is the last. A user that is forgotten instead of closed never gives
 * its reference back: then nobody unmaps, and the mapping goes when the garbage collector finds the segment
 * unreachable. The scheme errs on that side only: memory may stay mapped too long, never too short. Closing the owner
 * gives back one reference, so readers and appenders that race with it stay safe without knowing of it.
 *
 * <p><b>Claims.</b> {@link #claim(int)} moves the tail by one atomic add. A claim that fits belongs to its caller, who
 * writes the negative length first and the positive length last. The one claim that crosses the end pads what remains;
 * all later ones find the tail behind the end and touch nothing. The segment that follows is published in
 * {@link #next()}.
 *
 * <p><b>A crash at each step.</b> After the add, before the negative length: the place is all zeros, and the next
 * record's length is the first byte behind it that is not. After the negative length: the place names its own size.
 * After the positive length: the record is there. Recovery tells the three apart, see {@link SegmentRecovery}.
 */
public final class Segment {
    private static final VarHandle REFERENCES;

    static {
        try {
            REFERENCES = MethodHandles.lookup().findVarHandle(Segment.class, "references", int.class);
        } catch (final ReflectiveOperationException ex) {
            throw new ExceptionInInitializerError(ex);
        }
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "the log needs a little-endian processor: order=" + ByteOrder.nativeOrder());
        }
    }

    private final long basePosition;
    private final int length;
    private final MappedFile file;
    private final UnsafeBuffer buffer;
    private final long address;
    private final SegmentTail tail;

    private volatile Segment next;
    private volatile int references = 1;

    Segment(final long basePosition, final int length, final MappedFile file) {
        this.basePosition = basePosition;
        this.length = length;
        this.file = file;
        this.buffer = new UnsafeBuffer(file.buffer());
        if (buffer.byteArray() != null) {
            throw new IllegalArgumentException("a mapped file must be memory outside the heap: " + file);
        }
        this.address = buffer.addressOffset();
        this.tail = new SegmentTail(SegmentDescriptor.HEADER_LENGTH);
    }

    /**
     * Tells where the segment starts.
     *
     * @return position of byte 0 in the partition, a multiple of the length.
     */
    public long basePosition() {
        return basePosition;
    }

    /**
     * Tells the segment's length.
     *
     * @return bytes, header included.
     */
    public int length() {
        return length;
    }

    /**
     * The mapped bytes; only for those who hold a reference.
     *
     * @return buffer over the whole file; read-only in stores opened for reading: a store into it ends the process.
     */
    public UnsafeBuffer buffer() {
        return buffer;
    }

    /**
     * Tells where a byte lies in memory, for {@link io.millrace.log.record.RecordMemory}: only for those who hold a
     * reference, and not checked.
     *
     * @param offset of the byte in the segment.
     * @return its address.
     */
    public long address(final int offset) {
        return address + offset;
    }

    /**
     * Takes a reference, so that the memory stays mapped.
     *
     * @return false when the segment has been unmapped already.
     */
    public boolean retain() {
        int current = references;
        while (current > 0) {
            if (REFERENCES.compareAndSet(this, current, current + 1)) {
                return true;
            }
            current = references;
        }
        return false;
    }

    /** Gives a reference back; the last one unmaps. */
    public void release() {
        if ((int) REFERENCES.getAndAdd(this, -1) == 1) {
            // Views that somebody kept against the rules now fail a bounds check instead of ending the process.
            buffer.wrap(0, 0);
            file.close();
        }
    }

    /**
     * Tells whether the one who asks holds the only reference, and so nobody else can come by one any more.
     *
     * @return true when the next release unmaps.
     */
    public boolean isHeldOnce() {
        return references == 1;
    }

    /**
     * Reserves space.
     *
     * @param alignedLength in bytes, a multiple of 8.
     * @return offset of the claim, or a negative number when this segment has no room.
     */
    public int claim(final int alignedLength) {
        final long offset = tail.getAndAdd(alignedLength);
        if (offset + alignedLength <= length) {
            return (int) offset;
        }
        if (offset < length) {
            pad((int) offset, (int) (length - offset));
        }
        return -1;
    }

    /**
     * Writes padding over a free place, if it is long enough to hold any.
     *
     * @param offset      of the place.
     * @param paddingLength in bytes.
     */
    void pad(final int offset, final int paddingLength) {
        if (paddingLength >= RecordDescriptor.HEADER_LENGTH) {
            begin(offset, paddingLength);
            RecordMemory.putPadding(address(offset));
            commit(offset, paddingLength);
        }
    }

    /**
     * Marks a claim as such: the first store into it, before any other.
     *
     * @param offset       of the claim.
     * @param recordLength of header and payload.
     */
    public void begin(final int offset, final int recordLength) {
        RecordMemory.begin(address(offset), recordLength);
    }

    /**
     * Publishes a claim: the last store into it. Pairs with the acquire in readers.
     *
     * @param offset       of the claim.
     * @param recordLength of header and payload.
     */
    public void commit(final int offset, final int recordLength) {
        RecordMemory.commit(address(offset), recordLength);
    }

    /**
     * Tells how far claims go.
     *
     * @return offset of the first byte that is not claimed, at most {@link #length()}.
     */
    public int tailOffset() {
        return (int) Math.min(tail.get(), length);
    }

    /**
     * Sets the tail after recovery, before anybody appends.
     *
     * @param offset of the first free byte.
     */
    public void tailOffset(final int offset) {
        tail.set(offset);
    }

    /**
     * Closes the segment for claims.
     *
     * @return the tail at that moment: no claim lies behind it.
     */
    public int seal() {
        // An add like that of a claim, so that it falls between two claims and leaves neither in doubt.
        return (int) Math.min(tail.getAndAdd(length), length);
    }

    /**
     * Finds the segment that appenders go to when this one is full.
     *
     * @return the next segment, or null while it is not ready.
     */
    public Segment next() {
        return next;
    }

    /**
     * Publishes the segment that follows.
     *
     * @param segment with the reference of the one who calls.
     */
    public void next(final Segment segment) {
        next = segment;
    }

    /**
     * Writes to every page of a range once, so that appenders do not meet the first fault of each. Before anybody appends; it
     * changes no byte all the same, since a record's length may stand there.
     *
     * @param offset    of the first page.
     * @param endOffset first byte behind the range.
     */
    void touchPages(final int offset, final int endOffset) {
        final int page = 4096;
        for (int at = offset; at < endOffset; at += page) {
            buffer.compareAndSetInt(at, 0, 0);
        }
    }

    /**
     * Stores what stands there once more in each page of a range, so that the next force writes it whatever became of an
     * earlier one. Before anybody appends.
     *
     * @param offset    of the first byte.
     * @param endOffset first byte behind the range.
     */
    public void renew(final int offset, final int endOffset) {
        final int page = 4096;
        for (int at = offset & -page; at < endOffset; at += page) {
            // An atomic add, since a plain store of what was just loaded may be left out.
            buffer.getAndAddInt(at, 0);
        }
    }

    /**
     * Makes a range of the segment survive a loss of power.
     *
     * @param offset    of the first byte.
     * @param endOffset first byte behind the range.
     * @throws IOException when the device refuses; not to be tried again.
     */
    public void force(final int offset, final int endOffset) throws IOException {
        if (offset < endOffset) {
            file.force(offset, endOffset - offset);
        }
    }

    @Override
    public String toString() {
        return "Segment{basePosition=" + basePosition + ", length=" + length + ", tail=" + tail.get() + ", references="
                + references + '}';
    }
}
