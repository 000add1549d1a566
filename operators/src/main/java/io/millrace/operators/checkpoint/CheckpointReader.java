package io.millrace.operators.checkpoint;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.state.RestoredBlocks;
import java.util.ArrayList;
import java.util.List;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads one checkpoint with all that it builds on, and believes nothing that its checksum does not confirm. The blocks stay
 * where they are, in the mapping of the log, until this reader is closed. Used by one thread.
 */
public final class CheckpointReader implements AutoCloseable {
    private static final int POLL_LIMIT = 1024;

    private final LogPartition partition;
    private final List<CheckpointEntry> chain;
    private final CheckpointEntry newest;
    private final RestoredBlocks blocks = new RestoredBlocks(true);
    private final CheckpointDescriptor descriptor = new CheckpointDescriptor();
    private final UnsafeBuffer frame;

    // One for each segment: a reader keeps the segment mapped that it stands in.
    private final List<LogReader> readers = new ArrayList<>();
    private final long[] records;
    private int current;
    private int frameBytes;
    private int damaged;
    private String damage;

    /**
     * Creates a reader.
     *
     * @param partition of the checkpoint topic.
     * @param chain     as {@link CheckpointCatalog#chainOf} gives it.
     */
    public CheckpointReader(final LogPartition partition, final List<CheckpointEntry> chain) {
        this.partition = partition;
        this.chain = chain;
        this.newest = chain.get(chain.size() - 1);
        this.records = new long[chain.size()];
        this.frame = new UnsafeBuffer(new byte[Math.max(0, newest.frameLength())]);
    }

    /**
     * Reads and checks everything.
     *
     * @return what is damaged, in a few words; null when all is whole.
     */
    public String read() {
        long position = chain.get(0).beginPosition();
        try {
            while (position < newest.endPosition() && damage == null) {
                position = readSegment(position);
            }
        } catch (final MillraceException e) {
            if (e.code() != ErrorCode.CORRUPT) {
                throw e;
            }
            damage = e.getMessage();
        }
        damaged = current;
        return damage == null ? incomplete() : damage;
    }

    private long readSegment(final long position) {
        final LogReader reader = partition.reader();
        readers.add(reader);
        reader.seek(position);
        final long segmentEnd = (position & -partition.segmentLength()) + partition.segmentLength();
        // Where no header fits any more, a reader would go on to the next segment and let go of this one's mapping.
        final long lastStart = segmentEnd - RecordDescriptor.HEADER_LENGTH;
        final long end = Math.min(lastStart + 1, newest.endPosition());
        while (reader.poll(this::onRecord, POLL_LIMIT, end) > 0 && damage == null) {
            // On to the end.
        }
        return segmentEnd;
    }

    private void onRecord(final RecordFlyweight record) {
        if (damage != null) {
            return;
        }
        final DirectBuffer buffer = record.buffer();
        final int offset = record.valueOffset();
        final int length = record.valueLength();
        final int index = indexAt(record.position());
        if (index < 0) {
            // Left behind by a checkpoint that was never finished.
            return;
        }
        if (record.kind() != RecordKind.DATA
                || !descriptor.isWhole(buffer, offset, length)
                || CheckpointDescriptor.number(buffer, offset)
                        != chain.get(index).number()) {
            damage = "the record at position " + record.position() + " of " + partition.topic() + " is damaged";
            return;
        }
        final byte kind = CheckpointDescriptor.kind(buffer, offset);
        if (kind == CheckpointDescriptor.BLOCK) {
            records[index]++;
            block(buffer, offset, length);
        } else if (kind == CheckpointDescriptor.FRAME) {
            records[index]++;
            if (index == chain.size() - 1) {
                frame(buffer, offset, length);
            }
        }
    }

    // Records come in the order of the chain.
    private int indexAt(final long position) {
        while (position >= chain.get(current).endPosition()) {
            current++;
        }
        return position >= chain.get(current).beginPosition() ? current : -1;
    }

    private void block(final DirectBuffer buffer, final int offset, final int length) {
        blocks.put(
                buffer.getLong(offset + CheckpointDescriptor.TABLE_OFFSET, LITTLE_ENDIAN),
                buffer.getInt(offset + CheckpointDescriptor.PAGE_OFFSET, LITTLE_ENDIAN),
                buffer.getInt(offset + CheckpointDescriptor.BLOCK_OFFSET, LITTLE_ENDIAN),
                buffer,
                offset + CheckpointDescriptor.BLOCK_BYTES_OFFSET,
                length - CheckpointDescriptor.BLOCK_BYTES_OFFSET);
    }

    private void frame(final DirectBuffer buffer, final int offset, final int length) {
        final int bytes = length - CheckpointDescriptor.FRAME_BYTES_OFFSET;
        final int index = buffer.getInt(offset + CheckpointDescriptor.FRAME_INDEX_OFFSET, LITTLE_ENDIAN);
        if (index != frameBytes || bytes > frame.capacity() - index) {
            damage = "its frame has a gap at byte " + frameBytes;
            return;
        }
        frame.putBytes(index, buffer, offset + CheckpointDescriptor.FRAME_BYTES_OFFSET, bytes);
        frameBytes += bytes;
    }

    private String incomplete() {
        for (int i = 0; i < records.length; i++) {
            if (records[i] != chain.get(i).records()) {
                damaged = i;
                return "records of checkpoint " + chain.get(i).number() + " are missing: " + records[i] + " of "
                        + chain.get(i).records();
            }
        }
        damaged = records.length - 1;
        return frameBytes == frame.capacity() ? null : "its frame ends at byte " + frameBytes;
    }

    /**
     * Tells which checkpoint of the chain is damaged, after {@link #read} has found damage.
     *
     * @return number; none of this or a later number of the chain can be used.
     */
    public long damagedNumber() {
        return chain.get(Math.min(damaged, chain.size() - 1)).number();
    }

    /**
     * The small things of the checkpoint.
     *
     * @return frame, all of it; valid when {@link #read} found no damage.
     */
    public DirectBuffer frame() {
        return frame;
    }

    /**
     * The blocks of the tables.
     *
     * @return blocks, valid until this reader is closed.
     */
    public RestoredBlocks blocks() {
        return blocks;
    }

    @Override
    public void close() {
        CloseHelper.closeAll(readers);
    }
}
