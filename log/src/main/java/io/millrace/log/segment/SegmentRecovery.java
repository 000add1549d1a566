package io.millrace.log.segment;

import static io.millrace.log.record.RecordDescriptor.HEADER_LENGTH;

import io.millrace.log.record.RecordChecksum;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordHandler;
import io.millrace.log.record.RecordKind;
import io.millrace.log.record.RecordMemory;
import java.util.ArrayList;
import java.util.List;
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
 * <p>In the last segment the checksums that are filled are verified too, and those that are not are filled everywhere. In
 * the segments before it only headers are read, so that opening does not read all the data there is.
 *
 * <p>Damage, which no crash leaves, is reported and left as it is. The walk goes on at the next record whose checksum is
 * right; in a last segment without one, at its end, so that appends go on in the next segment.
 */
public final class SegmentRecovery {
    private final SegmentFiles files;
    private final RecordHandler handler;
    private final RecordFlyweight flyweight = new RecordFlyweight();
    private final RecordChecksum checksum = new RecordChecksum();

    private final SegmentSearch search = new SegmentSearch();
    private final List<String> damages = new ArrayList<>();
    private final SegmentIndex index;

    private boolean isIntact;
    private boolean cutsUnfinished;
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
        return isEmpty(segment, SegmentDescriptor.HEADER_LENGTH, segment.length());
    }

    /** Tells whether a range, whose ends are multiples of 8, is all zeros. */
    static boolean isEmpty(final Segment segment, final int from, final int end) {
        return firstNonZero(segment.buffer(), from, end) == end;
    }

    /**
     * Tells how many bytes from an offset on are not all zeros.
     *
     * @param segment to look at.
     * @param from    offset of the first byte, a multiple of 8.
     * @return bytes up to the last that is not zero, 0 when there is none.
     */
    public static int usedLength(final Segment segment, final int from) {
        final UnsafeBuffer buffer = segment.buffer();
        if (firstNonZero(buffer, from, segment.length()) == segment.length()) {
            return 0;
        }
        int end = segment.length();
        while (buffer.getLong(end - Long.BYTES) == 0) {
            end -= Long.BYTES;
        }
        return end - from;
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
     * Says what becomes of a claim at the tail that was never committed. One appender alone, as a mirror has, leaves at most one, with
     * nothing behind it; what belongs there is appended at the same place again.
     *
     * @param cuts true to make the place free, false to make it padding.
     */
    public void cutsUnfinished(final boolean cuts) {
        cutsUnfinished = cuts;
    }

    /**
     * Walks one segment and repairs it. It gets its time index when it is full and all of it was walked.
     *
     * @param segment mapped for writing, used by nobody else yet.
     * @param from    offset of the first record to look at, or of the place where it will be.
     * @param isLast  true when no later segment holds anything.
     * @return offset of the first free byte: the segment's length when it is full, or when nothing can be found behind
     *         damage.
     */
    public int recover(final Segment segment, final int from, final boolean isLast) {
        return walk(segment, from, segment.length(), isLast, true);
    }

    /**
     * Walks over what is known to be there, without changing it. Another thing than a record is damage.
     *
     * @param segment mapped for writing, used by nobody else yet.
     * @param from    offset of the first record to look at.
     * @param end     offset behind the last.
     */
    public void read(final Segment segment, final int from, final int end) {
        walk(segment, from, end, false, false);
    }

    private int walk(
            final Segment segment, final int from, final int end, final boolean isLast, final boolean repairs) {
        final UnsafeBuffer buffer = segment.buffer();
        final long base = segment.basePosition();
        int offset = from;
        isIntact = true;
        index.reset(index.clock());
        while (end - offset >= HEADER_LENGTH) {
            final int length = buffer.getIntVolatile(offset);
            if (length > 0 && SegmentSearch.isPlausible(buffer, offset, length)) {
                if (isLast && !isValid(segment, offset, length)) {
                    offset = passDamagedRecord(segment, offset, length, end);
                } else {
                    if (repairs && RecordDescriptor.kind(buffer, offset) != RecordKind.PADDING) {
                        checksum.fill(buffer, offset, length, base + offset);
                    }
                    visit(segment, offset, length);
                    index.add(buffer, offset);
                    offset += RecordDescriptor.align(length);
                }
            } else if (length <= 0 && repairs && isLast && cutsUnfinished) {
                final int next = search.nextIntact(buffer, offset + RecordDescriptor.ALIGNMENT, base);
                if (next >= end) {
                    clear(segment, offset);
                    return offset;
                }
                // The one appender leaves nothing behind what it has not finished.
                offset = passDamage(segment, offset, end);
            } else if (repairs && isClaim(buffer, offset, end)) {
                offset = pad(segment, offset, RecordDescriptor.align(-length));
            } else if (length == 0 && repairs) {
                final int next = firstNonZero(buffer, offset, end);
                if (next == end && isLast) {
                    return offset;
                }
                offset = next - offset < HEADER_LENGTH
                        ? passDamage(segment, offset, end)
                        : pad(segment, offset, next - offset);
            } else {
                offset = passDamage(segment, offset, end);
            }
        }
        if (from == SegmentDescriptor.HEADER_LENGTH && end == segment.length() && isIntact) {
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

    /** From the end on, so that a crash leaves the length, by which the rest is found again. */
    private static void clear(final Segment segment, final int offset) {
        final UnsafeBuffer buffer = segment.buffer();
        for (int at = offset + usedLength(segment, offset) - Long.BYTES; at >= offset; at -= Long.BYTES) {
            buffer.putLong(at, 0);
        }
    }

    private boolean isValid(final Segment segment, final int offset, final int length) {
        final UnsafeBuffer buffer = segment.buffer();
        return RecordDescriptor.kind(buffer, offset) == RecordKind.PADDING
                || checksum.isValid(buffer, offset, length, segment.basePosition() + offset);
    }

    /** Goes on behind a record with a wrong checksum, if its length leads to where something may stand, or nothing yet. */
    private int passDamagedRecord(final Segment segment, final int offset, final int length, final int end) {
        final UnsafeBuffer buffer = segment.buffer();
        final int next = offset + RecordDescriptor.align(length);
        final int word = end - next < HEADER_LENGTH ? 0 : buffer.getInt(next);
        final boolean mayStandThere =
                word == 0 || isClaim(buffer, next, end) || SegmentSearch.isPlausible(buffer, next, word);
        // A whole record that would be jumped over proves the length wrong.
        if (mayStandThere
                && search.nextIntact(buffer, offset + RecordDescriptor.ALIGNMENT, segment.basePosition()) >= next) {
            report(segment, offset, "record checksum mismatch", next);
            index.add(buffer, offset);
            return next;
        }
        return passDamage(segment, offset, end);
    }

    /** Length and slot of a claim are stored in one step, so that no crash leaves anything else in the slot. */
    private static boolean isClaim(final UnsafeBuffer buffer, final int offset, final int end) {
        return end - offset >= HEADER_LENGTH && RecordMemory.isClaim(buffer.getLong(offset), end - offset);
    }

    /** Leaves damaged bytes as they are; returns where the next whole record is, or the end. */
    private int passDamage(final Segment segment, final int offset, final int end) {
        final UnsafeBuffer buffer = segment.buffer();
        final long base = segment.basePosition();
        final int next = Math.min(end, search.nextIntact(buffer, offset + RecordDescriptor.ALIGNMENT, base));
        isIntact = false;
        report(segment, offset, "a record header is damaged", next);
        return next;
    }

    private void report(final Segment segment, final int offset, final String what, final int next) {
        final UnsafeBuffer buffer = segment.buffer();
        final long base = segment.basePosition();
        damages.add(
                what + ": " + files.owner() + " position=" + (base + offset) + " file=" + files.path(base) + " offset="
                        + offset + " length=" + buffer.getInt(offset) + " kind=" + RecordDescriptor.kind(buffer, offset)
                        + " next position=" + (base + next) + "; it is left as it is");
    }

    /**
     * Lists the damage found.
     *
     * @return one line each, which grows with each segment that is walked.
     */
    public List<String> damages() {
        return damages;
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
