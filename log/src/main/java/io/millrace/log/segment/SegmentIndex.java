package io.millrace.log.segment;

import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The sparse time index of one segment. It is kept in the header page of a segment that is full, so that it comes and goes
 * with the file; a segment without a valid one is walked instead.
 *
 * <p>The clock of a partition at a position is the greatest log time of all records before it, so it never goes back,
 * though log times of several appenders may. The index cuts the segment into {@link #SLOT_COUNT} slots of equal length. For
 * each it names the first record or padding that starts in the slot and the clock there. All records before that one are
 * older than a time that is greater than this clock.
 *
 * <pre>
 *    64  int32  CRC32C of bytes 68 to 3167; 0 in a segment that has no index
 *    68  int32  version, 1
 *    72  int64  clock at the end of the segment
 *    80  int64  number of records, hidden kinds left out
 *    88  int64  position up to which the records here were compared with later ones of the same key; 0: never
 *    96  256 times { int64 clock, int32 offset }: of slot 0, 1, ...
 *               an offset of 0: no record starts in the slot
 *  3168         zeros up to 4096
 * </pre>
 *
 * Little-endian. Times are ns since the epoch; a clock before the first record is the least int64.
 */
public final class SegmentIndex {
    /** Slots of equal length in a segment. */
    public static final int SLOT_COUNT = 256;

    /** The clock where no record has been. */
    public static final long NO_CLOCK = Long.MIN_VALUE;

    static final int START = 64;
    static final int VERSION = 1;
    static final int VERSION_OFFSET = START + 4;
    static final int CLOCK_OFFSET = START + 8;
    static final int RECORD_COUNT_OFFSET = START + 16;
    static final int COMPACTED_TO_OFFSET = START + 24;
    static final int SLOTS_OFFSET = START + 32;
    static final int SLOT_LENGTH = 12;
    static final int END = SLOTS_OFFSET + SLOT_COUNT * SLOT_LENGTH;

    static {
        if (END > SegmentDescriptor.HEADER_LENGTH) {
            throw new ExceptionInInitializerError("the index does not fit the header page: " + END);
        }
    }

    private final int slotShift;
    private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[END]);
    private final CRC32C crc = new CRC32C();
    private long clock = NO_CLOCK;
    private long recordCount;

    /**
     * Creates an empty index.
     *
     * @param segmentLength in bytes.
     */
    public SegmentIndex(final int segmentLength) {
        this.slotShift = Integer.numberOfTrailingZeros(segmentLength / SLOT_COUNT);
    }

    /**
     * Starts the index of another segment.
     *
     * @param clockBefore clock of the partition where the segment starts.
     */
    public void reset(final long clockBefore) {
        Arrays.fill(bytes.byteArray(), (byte) 0);
        clock = clockBefore;
        recordCount = 0;
    }

    /**
     * Takes the next record or padding of the segment.
     *
     * @param buffer of the segment.
     * @param offset of the record.
     */
    public void add(final DirectBuffer buffer, final int offset) {
        addGap(offset);
        if (!RecordKind.isHidden(RecordDescriptor.kind(buffer, offset))) {
            skip(buffer, offset);
            recordCount++;
        }
    }

    /**
     * Takes the next padding of a segment that is being written anew.
     *
     * @param offset of the padding.
     */
    void addGap(final int offset) {
        final int slot = slotOffset(offset >> slotShift);
        if (bytes.getInt(slot + Long.BYTES) == 0) {
            bytes.putLong(slot, clock);
            bytes.putInt(slot + Long.BYTES, offset);
        }
    }

    /**
     * Takes a record that is not in the segment any more: the clock was moved by it all the same.
     *
     * @param buffer of the record.
     * @param offset of the record.
     */
    void skip(final DirectBuffer buffer, final int offset) {
        if (!RecordKind.isHidden(RecordDescriptor.kind(buffer, offset))) {
            clock = Math.max(clock, RecordDescriptor.logTimeNs(buffer, offset));
        }
    }

    /** Tells the clock before the first record of the segment, when the index is complete. */
    long clockBefore() {
        for (int i = 0; i < SLOT_COUNT; i++) {
            final int slot = slotOffset(i);
            if (bytes.getInt(slot + Long.BYTES) != 0) {
                return bytes.getLong(slot);
            }
        }
        return NO_CLOCK;
    }

    /** Tells up to where the records were compared with later ones of the same key, 0 for never. */
    long compactedTo() {
        return bytes.getLong(COMPACTED_TO_OFFSET);
    }

    /** Sets up to where the records were compared with later ones. */
    void compactedTo(final long position) {
        bytes.putLong(COMPACTED_TO_OFFSET, position);
    }

    /** Puts the index where it belongs in the header page of a segment that is being written. */
    void copyTo(final MutableDirectBuffer header) {
        complete();
        header.putBytes(START, bytes, START, END - START);
    }

    private void complete() {
        bytes.putInt(VERSION_OFFSET, VERSION);
        bytes.putLong(CLOCK_OFFSET, clock);
        bytes.putLong(RECORD_COUNT_OFFSET, recordCount);
        bytes.putInt(START, checksum());
    }

    /**
     * Tells the clock behind what was added.
     *
     * @return ns since the epoch, or {@link #NO_CLOCK}.
     */
    public long clock() {
        return clock;
    }

    /**
     * Writes the index into the header page of its segment, unless it is there already.
     *
     * @param segment mapped for writing, full.
     */
    public void store(final Segment segment) {
        complete();
        final UnsafeBuffer target = segment.buffer();
        if (!isIn(target)) {
            // The checksum last and in one store: who reads meanwhile finds that it does not fit.
            target.putIntRelease(START, 0);
            target.putBytes(VERSION_OFFSET, bytes, VERSION_OFFSET, END - VERSION_OFFSET);
            target.putIntRelease(START, bytes.getInt(START));
        }
    }

    private boolean isIn(final UnsafeBuffer target) {
        int offset = START;
        while (offset < END && target.getInt(offset) == bytes.getInt(offset)) {
            offset += Integer.BYTES;
        }
        return offset == END;
    }

    /**
     * Tells whether a segment has an index, be it damaged or not.
     *
     * @param segment with a reference held by the caller.
     * @return false when it has none.
     */
    public static boolean isPresent(final Segment segment) {
        return segment.buffer().getIntVolatile(START) != 0;
    }

    /**
     * Reads the index of a segment.
     *
     * @param segment with a reference held by the caller.
     * @return false when it has none, or one that is damaged; reset this object then before it is used further.
     */
    public boolean load(final Segment segment) {
        final int expected = segment.buffer().getIntVolatile(START);
        if (expected == 0) {
            return false;
        }
        segment.buffer().getBytes(0, bytes, 0, END);
        clock = bytes.getLong(CLOCK_OFFSET);
        recordCount = bytes.getLong(RECORD_COUNT_OFFSET);
        return checksum() == expected && bytes.getInt(VERSION_OFFSET) == VERSION;
    }

    /**
     * Finds where to start looking for a time.
     *
     * @param timeNs ns since the epoch.
     * @return offset of a record or padding before which all records are older than the time; of the last such place known.
     */
    public int startOf(final long timeNs) {
        int start = SegmentDescriptor.HEADER_LENGTH;
        for (int i = 0; i < SLOT_COUNT; i++) {
            final int slot = slotOffset(i);
            final int offset = bytes.getInt(slot + Long.BYTES);
            if (offset != 0) {
                if (bytes.getLong(slot) >= timeNs) {
                    return start;
                }
                start = offset;
            }
        }
        return start;
    }

    /**
     * Finds where to start looking for a place.
     *
     * @param offset in the segment, in bytes.
     * @return offset of the last record or padding known that does not start behind it; of the first one where none is known.
     */
    public int startBefore(final int offset) {
        for (int i = Math.min(offset >> slotShift, SLOT_COUNT - 1); i >= 0; i--) {
            final int start = bytes.getInt(slotOffset(i) + Long.BYTES);
            if (start != 0 && start <= offset) {
                return start;
            }
        }
        return SegmentDescriptor.HEADER_LENGTH;
    }

    private int checksum() {
        crc.reset();
        crc.update(bytes.byteArray(), VERSION_OFFSET, END - VERSION_OFFSET);
        final int value = (int) crc.getValue();
        return value == 0 ? -1 : value;
    }

    private static int slotOffset(final int slot) {
        return SLOTS_OFFSET + slot * SLOT_LENGTH;
    }

    @Override
    public String toString() {
        return "SegmentIndex{clock=" + clock + ", recordCount=" + recordCount + '}';
    }
}
