package io.millrace.log.segment;

import static io.millrace.log.record.RecordDescriptor.HEADER_LENGTH;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordChecksum;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordHandler;
import io.millrace.log.record.RecordKind;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Finds the tail of a partition after its process ended, in whatever way, and repairs what threads left unfinished.
 *
 * <p>After a kill the page cache holds every store that was made. Walking from the start of a segment, a place is one
 * of four:
 *
 * <ul>
 *   <li>a positive length: a committed record, kept as it is;
 *   <li>a negative length: a claim never committed, which names its own size: turned into padding;
 *   <li>a zero length with a byte other than zero somewhere behind it in this segment: one or several claims whose
 *       threads stopped before they wrote their lengths. Since the length is the first word of a record to be written,
 *       the next word that is not zero is the length of the next record: what lies between becomes padding;
 *   <li>zeros to the end of the segment: the tail if no later segment holds a record, else claims that were never
 *       written to, and padding again.
 * </ul>
 *
 * <p>Repairs only ever turn a place without a committed record into padding, by the same steps as a claim that is given
 * up. A crash during recovery leaves one of the four again.
 *
 * <p>A segment that is full gets its time index if it has none, or one that is wrong.
 *
 * <p>In the last segment the checksums that are filled are verified too. In those before it only headers are read, so
 * that opening does not read all the data there is.
 */
public final class SegmentRecovery {
    private final SegmentFiles files;
    private final RecordHandler handler;
    private final RecordFlyweight flyweight = new RecordFlyweight();
    private final RecordChecksum checksum = new RecordChecksum();

    private final SegmentIndex index;

    private long recordCount;
    private long paddedCount;
    private long paddedLength;

    /**
     * Prepares the recovery of one partition.
     *
     * @param files   of the partition.
     * @param handler called for each committed record but padding, in order.
     */
    public SegmentRecovery(final SegmentFiles files, final RecordHandler handler) {
        this.files = files;
        this.handler = handler;
        this.index = new SegmentIndex(files.segmentLength());
        this.index.reset(SegmentIndex.NO_CLOCK);
    }

    /**
     * Tells whether a segment holds nothing at all.
     *
     * @param segment to look at.
     * @return true when only zeros follow its header.
     */
    public static boolean isEmpty(final Segment segment) {
        final int start = SegmentDescriptor.HEADER_LENGTH;
        return firstNonZero(segment.buffer(), start, segment.length()) == segment.length();
    }

    /**
     * Sets the clock of the partition where the walk starts.
     *
     * @param clock ns since the epoch, or {@link SegmentIndex#NO_CLOCK}.
     */
    public void start(final long clock) {
        index.reset(clock);
    }

    /**
     * Walks one segment and repairs it. It gets its time index when it is full and all of it was walked.
     *
     * @param segment mapped for writing, used by nobody else yet.
     * @param from    offset of the first record to look at, or of the place where it will be.
     * @param isLast  true when no later segment holds anything.
     * @return offset of the first free byte: the segment's length when it is full.
     * @throws MillraceException CORRUPT when a header cannot be true, or, in the last segment, a checksum is not.
     */
    public int recover(final Segment segment, final int from, final boolean isLast) {
        final UnsafeBuffer buffer = segment.buffer();
        final int end = segment.length();
        int offset = from;
        index.reset(index.clock());
        while (end - offset >= HEADER_LENGTH) {
            final int length = buffer.getIntVolatile(offset);
            if (length > 0) {
                checkRecord(segment, offset, length);
                if (isLast) {
                    checkChecksum(segment, offset, length);
                }
                visit(segment, offset, length);
                index.add(buffer, offset);
                offset += RecordDescriptor.align(length);
            } else if (length < 0) {
                checkLength(segment, offset, -length);
                offset = pad(segment, offset, RecordDescriptor.align(-length));
            } else {
                final int next = firstNonZero(buffer, offset, end);
                if (next == end && isLast) {
                    return offset;
                }
                if (next - offset < HEADER_LENGTH) {
                    throw corrupt(segment, offset, "gap", next - offset);
                }
                offset = pad(segment, offset, next - offset);
            }
        }
        if (from == SegmentDescriptor.HEADER_LENGTH) {
            index.store(segment);
        }
        return end;
    }

    private void visit(final Segment segment, final int offset, final int length) {
        if (RecordDescriptor.kind(segment.buffer(), offset) != RecordKind.PADDING) {
            recordCount++;
            handler.onRecord(flyweight.wrap(segment.buffer(), offset, length, segment.basePosition() + offset));
        }
    }

    private int pad(final Segment segment, final int offset, final int length) {
        segment.pad(offset, length);
        index.add(segment.buffer(), offset);
        paddedCount++;
        paddedLength += length;
        return offset + length;
    }

    private void checkRecord(final Segment segment, final int offset, final int length) {
        checkLength(segment, offset, length);
        final byte kind = RecordDescriptor.kind(segment.buffer(), offset);
        if (!RecordKind.isKnown(kind)) {
            throw corrupt(segment, offset, "kind", kind);
        }
        final int keyLength = RecordDescriptor.keyLength(segment.buffer(), offset);
        if (kind != RecordKind.PADDING && keyLength > length - HEADER_LENGTH) {
            throw corrupt(segment, offset, "key length", keyLength);
        }
    }

    private void checkChecksum(final Segment segment, final int offset, final int length) {
        final UnsafeBuffer buffer = segment.buffer();
        final long position = segment.basePosition() + offset;
        if (RecordDescriptor.kind(buffer, offset) != RecordKind.PADDING
                && !checksum.isValid(buffer, offset, length, position)) {
            throw damaged("record checksum mismatch", segment, offset, "length", length);
        }
    }

    private void checkLength(final Segment segment, final int offset, final int length) {
        if (length < HEADER_LENGTH || length > segment.length() - offset) {
            throw corrupt(segment, offset, "length", length);
        }
    }

    private MillraceException corrupt(final Segment segment, final int offset, final String field, final long value) {
        return damaged("a record header is damaged", segment, offset, field, value);
    }

    private MillraceException damaged(
            final String what, final Segment segment, final int offset, final String field, final long value) {
        final long position = segment.basePosition() + offset;
        return new MillraceException(
                ErrorCode.CORRUPT,
                what + ": " + files.owner() + " position=" + position + " file="
                        + files.path(segment.basePosition()) + " offset=" + offset + ' ' + field + '=' + value
                        + "; the partition is intact up to this position, restore the file from a copy");
    }

    /** Finds the first aligned word of 8 bytes that is not zero, or the end. */
    private static int firstNonZero(final UnsafeBuffer buffer, final int from, final int end) {
        int offset = from;
        while (offset < end && buffer.getLong(offset) == 0) {
            offset += Long.BYTES;
        }
        return offset;
    }

    /**
     * Counts the records found.
     *
     * @return number of committed records, padding left out.
     */
    public long recordCount() {
        return recordCount;
    }

    /**
     * Counts the repairs made.
     *
     * @return number of places turned into padding.
     */
    public long paddedCount() {
        return paddedCount;
    }

    /**
     * Counts the bytes repaired.
     *
     * @return bytes turned into padding.
     */
    public long paddedLength() {
        return paddedLength;
    }
}
