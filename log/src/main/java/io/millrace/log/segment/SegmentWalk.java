package io.millrace.log.segment;

import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Steps from record to record in a live segment. */
public final class SegmentWalk {
    private SegmentWalk() {}

    /**
     * Finds the first record or padding at or behind an offset, as far as records are committed.
     *
     * @param segment with a reference held by the caller.
     * @param from    offset of a record or of the place where one will be.
     * @param target  offset to reach.
     * @return offset of a record that starts at or behind the target; less than the target when only that much is
     *         committed, or a header there cannot be true; the segment's length when the segment is full and ends before the target.
     */
    public static int seek(final Segment segment, final int from, final int target) {
        final UnsafeBuffer buffer = segment.buffer();
        final int end = segment.length();
        int offset = from;
        while (offset < target) {
            if (end - offset < RecordDescriptor.HEADER_LENGTH) {
                return end;
            }
            final int length = buffer.getIntVolatile(offset);
            if (isNoRecord(length, buffer.capacity() - offset)) {
                return offset;
            }
            offset += RecordDescriptor.align(length);
        }
        return offset;
    }

    /**
     * Finds the first record at or behind an offset that is not older than a time, as far as records are committed.
     *
     * @param segment with a reference held by the caller.
     * @param from    offset of a record or of the place where one will be.
     * @param timeNs  log time to reach, ns since the epoch.
     * @return offset of that record; of the first place that is not committed, or whose header cannot be true, when there
     *         is none; or where the segment's records end, see {@link #isEnd(DirectBuffer, int)}.
     */
    public static int seekTime(final Segment segment, final int from, final long timeNs) {
        final UnsafeBuffer buffer = segment.buffer();
        int offset = from;
        while (!isEnd(buffer, offset)) {
            final int length = buffer.getIntVolatile(offset);
            final boolean isFound = isNoRecord(length, buffer.capacity() - offset)
                    || !RecordKind.isHidden(RecordDescriptor.kind(buffer, offset))
                            && RecordDescriptor.logTimeNs(buffer, offset) >= timeNs;
            if (isFound) {
                return offset;
            }
            offset += RecordDescriptor.align(length);
        }
        return offset;
    }

    /**
     * Tells whether a length is none that a record can have: not committed, or damaged.
     *
     * @param length that stands where a record begins, or will.
     * @param room   bytes from there to the end of the segment.
     * @return true when it is less than that of a header, or leads out of the segment.
     */
    public static boolean isNoRecord(final int length, final int room) {
        return length < RecordDescriptor.HEADER_LENGTH || length > room;
    }

    /**
     * Finds the end of what is committed without a gap.
     *
     * @param segment with a reference held by the caller.
     * @param from    offset of a record or of the place where one will be.
     * @return offset of the first place that is not committed, or the segment's length when all of it is.
     */
    public static int committedEnd(final Segment segment, final int from) {
        return seek(segment, from, segment.length());
    }

    /**
     * Tells whether the remaining bytes of a segment are too few for a record.
     *
     * @param buffer of the segment.
     * @param offset in it.
     * @return true when the next record is in the next segment.
     */
    public static boolean isEnd(final DirectBuffer buffer, final int offset) {
        return buffer.capacity() - offset < RecordDescriptor.HEADER_LENGTH;
    }
}
