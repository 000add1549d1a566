package io.millrace.log.segment;

import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import io.millrace.log.storage.StorageFile;
import java.io.IOException;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes a full segment anew without the records that are not wanted any more. Those that stay keep their offsets, byte for
 * byte; each gap between them is one padding. The pages in the middle of a gap are not written, so the file takes as much
 * of the disk as what stays. One thread.
 *
 * <p>The old file is not changed: who has it mapped goes on reading it. The index of the new one keeps the clocks of the old
 * one, though the records that moved the clock may be gone, since a partition's clock never goes back.
 */
public final class SegmentRewriter {
    private static final int NO_GAP = -1;

    private final SegmentFiles files;
    private final SegmentScan scan;
    private final SegmentIndex index;
    private final UnsafeBuffer padding = new UnsafeBuffer(new byte[RecordDescriptor.HEADER_LENGTH]);

    private SparseWriter writer;
    private int gapStart;
    private long liveLength;

    /** Says which records stay. */
    public interface Selection {
        /**
         * Decides about one record; asked for each but padding, in order.
         *
         * @param buffer   of the segment.
         * @param offset   of the record.
         * @param position of the record in its partition.
         * @return true when it stays.
         */
        boolean isLive(DirectBuffer buffer, int offset, long position);
    }

    /**
     * Creates a rewriter for one partition.
     *
     * @param files of the partition.
     */
    public SegmentRewriter(final SegmentFiles files) {
        this.files = files;
        this.scan = new SegmentScan(files);
        this.index = new SegmentIndex(files.segmentLength());
        padding.putByte(RecordDescriptor.KIND_OFFSET, RecordKind.PADDING);
    }

    /**
     * Tells up to where the records of a segment were compared with later ones, when it was last compacted.
     *
     * @param segment with a reference held by the caller.
     * @return position, 0 for never.
     */
    public long compactedTo(final Segment segment) {
        return index.load(segment) ? index.compactedTo() : 0;
    }

    /**
     * Writes a replacement of a segment beside it, forced and complete, to be put in its place by
     * {@link SegmentFiles#replace(long)}; none when all records stay, and then the segment itself is marked.
     *
     * @param segment     full, with all its checksums and its index, a reference held by the caller; mapped for writing.
     * @param selection   says which records stay.
     * @param compactedTo position up to which the selection knows all records.
     * @return true when there is a replacement.
     * @throws IOException when it cannot be written; nothing is left behind then, as far as the storage lets it.
     * @throws io.millrace.log.error.MillraceException CORRUPT when a record is damaged.
     */
    public boolean rewrite(final Segment segment, final Selection selection, final long compactedTo)
            throws IOException {
        final long clockBefore = clockBefore(segment);
        if (isAllLive(segment, selection)) {
            if (index.load(segment)) {
                index.compactedTo(compactedTo);
                index.store(segment);
            }
            return false;
        }
        final long base = segment.basePosition();
        boolean isComplete = false;
        try (StorageFile file = files.createReplacement(base)) {
            writer = new SparseWriter(file);
            // The header page is put last, since the index is known then; it is the only place out of order.
            final SparseWriter headerWriter = new SparseWriter(file);
            copyLive(segment, selection, clockBefore);
            putLastByte(segment);
            writer.flush();
            putHeader(headerWriter, segment, compactedTo);
            headerWriter.flush();
            file.force();
            isComplete = true;
        } finally {
            writer = null;
            if (!isComplete) {
                files.dropReplacement(base);
            }
        }
        return true;
    }

    /**
     * Counts what stayed in the last segment that was looked at.
     *
     * @return bytes of its records, padding left out.
     */
    public long liveLength() {
        return liveLength;
    }

    /**
     * Counts what is in a segment.
     *
     * @param segment full, a reference held by the caller.
     * @return bytes of its records, padding left out.
     */
    public long liveLength(final Segment segment) {
        isAllLive(segment, (buffer, offset, position) -> true);
        return liveLength;
    }

    /** The first slot that names a record names the clock before it: nothing lies before that record in the segment. */
    private long clockBefore(final Segment segment) {
        return index.load(segment) ? index.clockBefore() : SegmentIndex.NO_CLOCK;
    }

    private boolean isAllLive(final Segment segment, final Selection selection) {
        final UnsafeBuffer buffer = segment.buffer();
        int offset = SegmentDescriptor.HEADER_LENGTH;
        boolean isAllLive = true;
        liveLength = 0;
        while (!SegmentWalk.isEnd(buffer, offset)) {
            final int alignedLength = RecordDescriptor.align(scan.length(segment, offset));
            if (RecordDescriptor.kind(buffer, offset) != RecordKind.PADDING) {
                final boolean isLive = selection.isLive(buffer, offset, segment.basePosition() + offset);
                liveLength += isLive ? alignedLength : 0;
                isAllLive &= isLive;
            }
            offset += alignedLength;
        }
        return isAllLive;
    }

    private void copyLive(final Segment segment, final Selection selection, final long clockBefore) throws IOException {
        final UnsafeBuffer buffer = segment.buffer();
        int offset = SegmentDescriptor.HEADER_LENGTH;
        gapStart = NO_GAP;
        index.reset(clockBefore);
        while (!SegmentWalk.isEnd(buffer, offset)) {
            final int alignedLength = RecordDescriptor.align(scan.length(segment, offset));
            final boolean isRecord = RecordDescriptor.kind(buffer, offset) != RecordKind.PADDING;
            if (isRecord && selection.isLive(buffer, offset, segment.basePosition() + offset)) {
                endGap(offset);
                index.add(buffer, offset);
                writer.put(offset, buffer, offset, alignedLength);
            } else {
                beginGap(offset);
                if (isRecord) {
                    index.skip(buffer, offset);
                }
            }
            offset += alignedLength;
        }
        endGap(offset);
    }

    private void beginGap(final int offset) {
        if (gapStart == NO_GAP) {
            gapStart = offset;
            index.addGap(offset);
        }
    }

    private void endGap(final int offset) throws IOException {
        if (gapStart != NO_GAP) {
            padding.putInt(RecordDescriptor.LENGTH_OFFSET, offset - gapStart);
            writer.put(gapStart, padding, 0, RecordDescriptor.HEADER_LENGTH);
            gapStart = NO_GAP;
        }
    }

    /** The file gets its full length, whatever it ends with. */
    private void putLastByte(final Segment segment) throws IOException {
        final int last = segment.length() - 1;
        writer.put(last, segment.buffer(), last, 1);
    }

    private void putHeader(final SparseWriter target, final Segment segment, final long compactedTo)
            throws IOException {
        final UnsafeBuffer header = new UnsafeBuffer(new byte[SegmentDescriptor.HEADER_LENGTH]);
        header.putBytes(0, segment.buffer(), 0, SegmentIndex.START);
        index.compactedTo(compactedTo);
        index.copyTo(header);
        target.put(0, header, 0, SegmentDescriptor.HEADER_LENGTH);
    }
}
