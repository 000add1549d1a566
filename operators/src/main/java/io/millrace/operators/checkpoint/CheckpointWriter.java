package io.millrace.operators.checkpoint;

import static io.millrace.operators.checkpoint.CheckpointDescriptor.BASE_NUMBER_OFFSET;
import static io.millrace.operators.checkpoint.CheckpointDescriptor.BEGIN;
import static io.millrace.operators.checkpoint.CheckpointDescriptor.BEGIN_LENGTH;
import static io.millrace.operators.checkpoint.CheckpointDescriptor.BLOCK;
import static io.millrace.operators.checkpoint.CheckpointDescriptor.BLOCK_BYTES_OFFSET;
import static io.millrace.operators.checkpoint.CheckpointDescriptor.BLOCK_OFFSET;
import static io.millrace.operators.checkpoint.CheckpointDescriptor.COUNT_OFFSET;
import static io.millrace.operators.checkpoint.CheckpointDescriptor.CRC_OFFSET;
import static io.millrace.operators.checkpoint.CheckpointDescriptor.END;
import static io.millrace.operators.checkpoint.CheckpointDescriptor.END_LENGTH;
import static io.millrace.operators.checkpoint.CheckpointDescriptor.FRAME;
import static io.millrace.operators.checkpoint.CheckpointDescriptor.FRAME_BYTES_OFFSET;
import static io.millrace.operators.checkpoint.CheckpointDescriptor.FRAME_INDEX_OFFSET;
import static io.millrace.operators.checkpoint.CheckpointDescriptor.FRAME_LENGTH_OFFSET;
import static io.millrace.operators.checkpoint.CheckpointDescriptor.INPUT_POSITION_OFFSET;
import static io.millrace.operators.checkpoint.CheckpointDescriptor.KIND_OFFSET;
import static io.millrace.operators.checkpoint.CheckpointDescriptor.NUMBER_OFFSET;
import static io.millrace.operators.checkpoint.CheckpointDescriptor.PAGE_OFFSET;
import static io.millrace.operators.checkpoint.CheckpointDescriptor.RESERVED_OFFSET;
import static io.millrace.operators.checkpoint.CheckpointDescriptor.TABLE_OFFSET;
import static io.millrace.operators.checkpoint.CheckpointDescriptor.VERSION;
import static io.millrace.operators.checkpoint.CheckpointDescriptor.VERSION_OFFSET;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.millrace.log.LogAppender;
import io.millrace.log.LogPartition;
import io.millrace.log.RecordClaim;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.state.BlockSink;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.IdleStrategy;

/**
 * Appends the records of checkpoints, one checkpoint after the other, straight into the log. Whatever makes an append
 * impossible is remembered, and nothing more is written: blocks come in the middle of look-ups, where nobody could deal with an
 * error. While the log has no segment ready, it waits. Allocates nothing. Used by the task's thread.
 */
public final class CheckpointWriter implements BlockSink {
    private static final int MAX_FRAME_BYTES = 32 * 1024;

    private final LogAppender appender;
    private final IdleStrategy idleStrategy;
    private final int maxFrameBytes;
    private final RecordClaim claim = new RecordClaim();
    private final CheckpointDescriptor descriptor = new CheckpointDescriptor();

    private long number;
    private long baseNumber;
    private long inputPosition;
    private int frameLength;
    private long beginPosition;
    private long records;
    private long bytes;
    private long outcome;

    /**
     * Creates a writer.
     *
     * @param partition    of the checkpoint topic that belongs to the task.
     * @param idleStrategy that waits while the log has no space ready.
     */
    public CheckpointWriter(final LogPartition partition, final IdleStrategy idleStrategy) {
        this.appender = partition.appender();
        this.idleStrategy = idleStrategy;
        this.maxFrameBytes = Math.min(
                MAX_FRAME_BYTES,
                RecordDescriptor.maxRecordLength(partition.segmentLength())
                        - RecordDescriptor.HEADER_LENGTH
                        - FRAME_BYTES_OFFSET);
    }

    /**
     * Begins a checkpoint with its frame; blocks may follow.
     *
     * @param newNumber        of the checkpoint.
     * @param newBaseNumber    of the full checkpoint that it builds on; its own if it is full.
     * @param newInputPosition where the task stands.
     * @param frame            buffer that holds the frame, from 0.
     * @param length           of the frame in bytes.
     */
    public void begin(
            final long newNumber,
            final long newBaseNumber,
            final long newInputPosition,
            final DirectBuffer frame,
            final int length) {
        number = newNumber;
        baseNumber = newBaseNumber;
        inputPosition = newInputPosition;
        frameLength = length;
        outcome = 0;
        bytes = 0;
        if (claim(BEGIN, BEGIN_LENGTH)) {
            final MutableDirectBuffer buffer = claim.buffer();
            final int offset = claim.valueOffset();
            buffer.putLong(offset + BASE_NUMBER_OFFSET, baseNumber, LITTLE_ENDIAN);
            buffer.putLong(offset + INPUT_POSITION_OFFSET, inputPosition, LITTLE_ENDIAN);
            buffer.putLong(offset + FRAME_LENGTH_OFFSET, frameLength, LITTLE_ENDIAN);
            beginPosition = claim.position();
            commit();
        }
        records = 0;
        for (int index = 0; index < length; index += maxFrameBytes) {
            frame(frame, index, Math.min(maxFrameBytes, length - index));
        }
    }

    private void frame(final DirectBuffer frame, final int index, final int length) {
        if (claim(FRAME, FRAME_BYTES_OFFSET + length)) {
            final MutableDirectBuffer buffer = claim.buffer();
            final int offset = claim.valueOffset();
            buffer.putLong(offset + FRAME_INDEX_OFFSET, index, LITTLE_ENDIAN);
            buffer.putBytes(offset + FRAME_BYTES_OFFSET, frame, index, length);
            commit();
        }
    }

    @Override
    public void onBlock(
            final long table,
            final int page,
            final int block,
            final DirectBuffer source,
            final int sourceOffset,
            final int length) {
        if (claim(BLOCK, BLOCK_BYTES_OFFSET + length)) {
            final MutableDirectBuffer buffer = claim.buffer();
            final int offset = claim.valueOffset();
            buffer.putLong(offset + TABLE_OFFSET, table, LITTLE_ENDIAN);
            buffer.putInt(offset + PAGE_OFFSET, page, LITTLE_ENDIAN);
            buffer.putInt(offset + BLOCK_OFFSET, block, LITTLE_ENDIAN);
            buffer.putBytes(offset + BLOCK_BYTES_OFFSET, source, sourceOffset, length);
            commit();
        }
    }

    /**
     * Ends the checkpoint.
     *
     * @return what it is in the log; null when a record could not be appended, see {@link #outcome()}.
     */
    public CheckpointEntry end() {
        if (!claim(END, END_LENGTH)) {
            return null;
        }
        claim.buffer().putLong(claim.valueOffset() + COUNT_OFFSET, records, LITTLE_ENDIAN);
        final long between = records;
        final long endPosition = claim.position() + RecordDescriptor.align(RecordDescriptor.HEADER_LENGTH + END_LENGTH);
        commit();
        return new CheckpointEntry(number, baseNumber, inputPosition, frameLength, between, beginPosition, endPosition);
    }

    private boolean claim(final byte kind, final int length) {
        if (outcome < 0) {
            return false;
        }
        idleStrategy.reset();
        long result = appender.claim(claim, RecordKind.DATA, 0, 0, length);
        while (result == Outcome.BACK_PRESSURED && !Thread.currentThread().isInterrupted()) {
            idleStrategy.idle();
            result = appender.claim(claim, RecordKind.DATA, 0, 0, length);
        }
        if (result < 0) {
            outcome = result;
            return false;
        }
        final int offset = claim.valueOffset();
        claim.buffer().putByte(offset + KIND_OFFSET, kind);
        claim.buffer().putByte(offset + VERSION_OFFSET, VERSION);
        claim.buffer().putShort(offset + RESERVED_OFFSET, (short) 0, LITTLE_ENDIAN);
        claim.buffer().putLong(offset + NUMBER_OFFSET, number, LITTLE_ENDIAN);
        return true;
    }

    private void commit() {
        final MutableDirectBuffer buffer = claim.buffer();
        final int length = claim.valueLength();
        buffer.putInt(
                claim.valueOffset() + CRC_OFFSET,
                descriptor.checksum(buffer, claim.valueOffset(), length),
                LITTLE_ENDIAN);
        claim.commit();
        records++;
        bytes += length;
    }

    /**
     * How much the checkpoint has written so far.
     *
     * @return bytes of values.
     */
    public long bytes() {
        return bytes;
    }

    /**
     * What kept a record from being appended.
     *
     * @return 0 when nothing did, otherwise an outcome of {@link Outcome}; {@link Outcome#BACK_PRESSURED} when the thread was
     *         interrupted while it waited.
     */
    public long outcome() {
        return outcome;
    }
}
