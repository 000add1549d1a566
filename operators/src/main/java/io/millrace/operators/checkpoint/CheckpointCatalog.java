package io.millrace.operators.checkpoint;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Finds the checkpoints in a partition of the checkpoint topic. Looks at the first bytes of each record, and at their ends
 * whole; whether all in between is whole is for {@link CheckpointReader} to find out.
 */
public final class CheckpointCatalog {
    private static final int POLL_LIMIT = 1024;
    private static final long NONE = -1;

    private final List<CheckpointEntry> entries = new ArrayList<>();
    private final CheckpointDescriptor descriptor = new CheckpointDescriptor();
    private long lastNumber;
    private long damagedPosition = NONE;

    // The checkpoint whose records come now.
    private long number = NONE;
    private long baseNumber;
    private long inputPosition;
    private long beginPosition;
    private int frameLength;
    private long records;

    private CheckpointCatalog() {}

    /**
     * Looks through a partition.
     *
     * @param partition of the checkpoint topic.
     * @return what is there now.
     */
    public static CheckpointCatalog of(final LogPartition partition) {
        final CheckpointCatalog catalog = new CheckpointCatalog();
        try (LogReader reader = partition.reader()) {
            catalog.read(partition, reader);
        }
        return catalog;
    }

    private void read(final LogPartition partition, final LogReader reader) {
        while (true) {
            try {
                if (reader.poll(this::onRecord, POLL_LIMIT) <= 0) {
                    return;
                }
            } catch (final MillraceException e) {
                final long position = reader.position();
                if (e.code() != ErrorCode.CORRUPT || !passDamage(partition, reader)) {
                    throw e;
                }
                damaged(position);
            }
        }
    }

    /** Goes on behind what is damaged; false if nothing is there. */
    private static boolean passDamage(final LogPartition partition, final LogReader reader) {
        if (reader.seekBehindDamage()) {
            return true;
        }
        // Where the damage came about while the store is open, what is known begins with the next segment.
        final int segmentLength = partition.segmentLength();
        final long next = (reader.position() & -segmentLength) + segmentLength;
        if (next >= partition.tailPosition()) {
            return false;
        }
        reader.seek(next);
        return reader.position() >= next;
    }

    private void damaged(final long position) {
        number = NONE;
        damagedPosition = position;
    }

    private void onRecord(final RecordFlyweight record) {
        if (record.kind() != RecordKind.DATA
                || record.keyLength() != 0
                || record.valueLength() < CheckpointDescriptor.HEADER_LENGTH) {
            damaged(record.position());
            return;
        }
        final DirectBuffer buffer = record.buffer();
        final int offset = record.valueOffset();
        final byte kind = CheckpointDescriptor.kind(buffer, offset);
        final boolean isPart = kind == CheckpointDescriptor.FRAME || kind == CheckpointDescriptor.BLOCK;
        // As short as an end it is looked at whole: a damaged end that passes for another part would leave no trace.
        if (isPart && record.valueLength() > CheckpointDescriptor.END_LENGTH) {
            count(buffer, offset);
        } else if (!descriptor.isWhole(buffer, offset, record.valueLength())) {
            damaged(record.position());
        } else if (kind == CheckpointDescriptor.BEGIN) {
            begin(record, buffer, offset);
        } else if (kind == CheckpointDescriptor.END) {
            end(record, buffer, offset);
        } else {
            count(buffer, offset);
        }
    }

    private void count(final DirectBuffer buffer, final int offset) {
        records += CheckpointDescriptor.number(buffer, offset) == number ? 1 : 0;
    }

    private void begin(final RecordFlyweight record, final DirectBuffer buffer, final int offset) {
        number = CheckpointDescriptor.number(buffer, offset);
        lastNumber = Math.max(lastNumber, number);
        baseNumber = buffer.getLong(offset + CheckpointDescriptor.BASE_NUMBER_OFFSET, LITTLE_ENDIAN);
        inputPosition = buffer.getLong(offset + CheckpointDescriptor.INPUT_POSITION_OFFSET, LITTLE_ENDIAN);
        frameLength = buffer.getInt(offset + CheckpointDescriptor.FRAME_LENGTH_OFFSET, LITTLE_ENDIAN);
        beginPosition = record.position();
        records = 0;
    }

    private void end(final RecordFlyweight record, final DirectBuffer buffer, final int offset) {
        final long ended = CheckpointDescriptor.number(buffer, offset);
        lastNumber = Math.max(lastNumber, ended);
        final long count = buffer.getLong(offset + CheckpointDescriptor.COUNT_OFFSET, LITTLE_ENDIAN);
        if (ended != number || count != records) {
            damaged(record.position());
            return;
        }
        entries.add(new CheckpointEntry(
                number, baseNumber, inputPosition, frameLength, records, beginPosition, record.nextPosition()));
        number = NONE;
    }

    /**
     * The complete checkpoints.
     *
     * @return oldest first.
     */
    public List<CheckpointEntry> entries() {
        return List.copyOf(entries);
    }

    /**
     * The largest number that was ever used, as far as it is known.
     *
     * @return number; 0 when there was none.
     */
    public long lastNumber() {
        return lastNumber;
    }

    /**
     * Where something is damaged behind the newest complete checkpoint, so that a newer one may have been lost.
     *
     * @return position in the partition; -1 for nowhere.
     */
    public long damageBehindNewest() {
        final boolean isBehind = entries.isEmpty()
                || damagedPosition >= entries.get(entries.size() - 1).endPosition();
        return isBehind ? damagedPosition : NONE;
    }

    /**
     * Collects what a checkpoint needs.
     *
     * @param entry of this catalog.
     * @return the full checkpoint and those that build on it, up to the entry; null when one of them is not there.
     */
    public List<CheckpointEntry> chainOf(final CheckpointEntry entry) {
        final List<CheckpointEntry> chain = new ArrayList<>();
        long next = entry.baseNumber();
        for (final CheckpointEntry each : entries) {
            if (each.number() == next && each.baseNumber() == entry.baseNumber() && next <= entry.number()) {
                chain.add(each);
                next++;
            }
        }
        return next == entry.number() + 1 ? chain : null;
    }
}
