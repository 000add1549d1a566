package io.millrace.log.segment;

import static io.millrace.log.record.RecordDescriptor.ALIGNMENT;
import static io.millrace.log.record.RecordDescriptor.HEADER_LENGTH;

import io.millrace.log.record.RecordChecksum;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import io.millrace.log.record.RecordMemory;
import org.agrona.DirectBuffer;

/**
 * Finds the way on behind bytes that are not what was written. A record tells by its checksum that it is one, that all of it
 * is there, and that it stands where it was written. One thread.
 */
public final class SegmentSearch {
    /** No offset. */
    public static final int UNCERTAIN = -1;

    private final RecordChecksum checksum = new RecordChecksum();

    /** Creates a search. */
    public SegmentSearch() {}

    /**
     * Tells whether a header can be true.
     *
     * @param buffer of the segment.
     * @param offset of the record.
     * @param length that stands there, positive.
     * @return false when the record would not end in the segment, or no record looks like this.
     */
    public static boolean isPlausible(final DirectBuffer buffer, final int offset, final int length) {
        if (length < HEADER_LENGTH || length > buffer.capacity() - offset) {
            return false;
        }
        final byte kind = RecordDescriptor.kind(buffer, offset);
        return kind == RecordKind.PADDING
                || RecordKind.isKnown(kind) && RecordDescriptor.keyLength(buffer, offset) <= length - HEADER_LENGTH;
    }

    /**
     * Tells whether a whole record stands at a place: its checksum is filled and right. Padding has none, so it proves
     * nothing.
     *
     * @param buffer   of the segment.
     * @param offset   of the place.
     * @param position of the place in the partition.
     * @return true when the record there is the one that was written there.
     */
    public boolean isIntact(final DirectBuffer buffer, final int offset, final long position) {
        if (buffer.capacity() - offset < HEADER_LENGTH) {
            return false;
        }
        final int length = buffer.getInt(offset);
        return isPlausible(buffer, offset, length)
                && RecordDescriptor.kind(buffer, offset) != RecordKind.PADDING
                && buffer.getInt(offset + RecordDescriptor.CRC_OFFSET) != RecordChecksum.UNFILLED
                && checksum.isValid(buffer, offset, length, position);
    }

    /**
     * Finds the next whole record.
     *
     * @param buffer of the segment.
     * @param from   offset to start at, a multiple of 8.
     * @param base   position of the segment.
     * @return offset of the record; the segment's length when there is none.
     */
    public int nextIntact(final DirectBuffer buffer, final int from, final long base) {
        return nextIntact(buffer, from, buffer.capacity(), base);
    }

    /**
     * Finds the next whole record before an offset.
     *
     * @param buffer of the segment.
     * @param from   offset to start at, a multiple of 8.
     * @param to     offset before which it begins.
     * @param base   position of the segment.
     * @return offset of the record; {@code to} when there is none.
     */
    public int nextIntact(final DirectBuffer buffer, final int from, final int to, final long base) {
        final int last = Math.min(to, buffer.capacity() - HEADER_LENGTH + 1);
        for (int offset = from; offset < last; offset += ALIGNMENT) {
            if (isIntact(buffer, offset, base + offset)) {
                return offset;
            }
        }
        return to;
    }

    /**
     * Finds the next whole record in a segment that somebody else may append to, unless there may be one before it whose
     * checksum is not filled yet, or that is not committed: bytes that look like either end the search.
     *
     * @param buffer of the segment.
     * @param from   offset to start at, a multiple of 8.
     * @param base   position of the segment.
     * @return offset of the record; the segment's length when there is none and nothing that may become one;
     *         {@link #UNCERTAIN} when nobody can tell yet.
     */
    public int nextCertain(final DirectBuffer buffer, final int from, final long base) {
        final int end = buffer.capacity();
        for (int offset = from; end - offset >= HEADER_LENGTH; offset += ALIGNMENT) {
            if (isIntact(buffer, offset, base + offset)) {
                return offset;
            }
            final long word = buffer.getLong(offset);
            final int length = (int) word;
            final int slot = (int) (word >>> Integer.SIZE);
            if (length < 0
                    ? RecordMemory.isClaim(word, end - offset)
                    : slot == RecordChecksum.UNFILLED && mayBeUnfilled(buffer, offset, length)) {
                return UNCERTAIN;
            }
            // It may have been committed between the two looks.
            if (length > 0 && isIntact(buffer, offset, base + offset)) {
                return offset;
            }
        }
        return end;
    }

    // Padding never gets a checksum, and holds nothing that could be passed over.
    private static boolean mayBeUnfilled(final DirectBuffer buffer, final int offset, final int length) {
        return isPlausible(buffer, offset, length)
                && RecordDescriptor.kind(buffer, offset) != RecordKind.PADDING
                && (buffer.getByte(offset + RecordDescriptor.FLAGS_OFFSET) & ~RecordDescriptor.MORE_FLAG) == 0;
    }

    /**
     * Finds how far records follow each other without a doubt. After a loss of power a sector may be old, new or torn: only
     * what its checksum proves counts, and a batch counts as a whole.
     *
     * @param buffer of the segment.
     * @param from   offset to start at: of a record, or of the place where one was to be.
     * @param base   position of the segment.
     * @return offset behind the last record or padding that counts; the segment's length when all of it does.
     */
    public int provenEnd(final DirectBuffer buffer, final int from, final long base) {
        int offset = from;
        int proven = from;
        while (!SegmentWalk.isEnd(buffer, offset)) {
            final int length = buffer.getInt(offset);
            if (isIntact(buffer, offset, base + offset)) {
                offset += RecordDescriptor.align(length);
                proven = RecordDescriptor.hasMore(buffer, offset - RecordDescriptor.align(length)) ? proven : offset;
            } else if (isPlausible(buffer, offset, length)
                    && RecordDescriptor.kind(buffer, offset) == RecordKind.PADDING
                    && proven == offset) {
                // It holds nothing, so nothing can be wrong with it. Inside a batch there is none.
                offset += RecordDescriptor.align(length);
                proven = offset;
            } else {
                return proven;
            }
        }
        return proven == offset ? buffer.capacity() : proven;
    }
}
