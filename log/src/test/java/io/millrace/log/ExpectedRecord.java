package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.RecordFlyweight;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A record that a test has appended, or is about to. All bytes of its value follow from its number, the record that it
 * was made from, and its length, so that it need not be kept to be compared.
 */
final class ExpectedRecord {
    static final int MIN_VALUE_LENGTH = 24;
    static final long NO_SOURCE = -1;

    /** What a record was made from is named by its position, which is a multiple of 8, and its partition. */
    static final int SOURCE_PARTITIONS = 8;

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long position;
    private final long number;
    private final int keyLength;
    private final int valueLength;
    private final long sourcePosition;
    private final int producerId;
    private final long sequence;
    private boolean isCommitted;
    private boolean isContinued;

    ExpectedRecord(
            final long position,
            final long number,
            final int keyLength,
            final int valueLength,
            final long sourcePosition,
            final int producerId,
            final long sequence) {
        this.position = position;
        this.number = number;
        this.keyLength = keyLength;
        this.valueLength = valueLength;
        this.sourcePosition = sourcePosition;
        this.producerId = producerId;
        this.sequence = sequence;
    }

    long position() {
        return position;
    }

    long sourcePosition() {
        return sourcePosition;
    }

    int producerId() {
        return producerId;
    }

    long sequence() {
        return sequence;
    }

    boolean isCommitted() {
        return isCommitted;
    }

    ExpectedRecord committed() {
        isCommitted = true;
        return this;
    }

    /** Says that the next record belongs to the same batch. */
    ExpectedRecord continued() {
        isContinued = true;
        return this;
    }

    boolean isContinued() {
        return isContinued;
    }

    /** Writes key and value as they are to be found. */
    static void fill(
            final MutableDirectBuffer target,
            final int offset,
            final int keyLength,
            final int valueLength,
            final long number,
            final long sourcePosition) {
        for (int i = 0; i < keyLength; i++) {
            target.putByte(offset + i, keyByte(number, i));
        }
        final int start = offset + keyLength;
        target.putLong(start, number);
        target.putLong(start + 8, sourcePosition);
        int i = 16;
        for (; i + Long.BYTES <= valueLength; i += Long.BYTES) {
            target.putLong(start + i, word(number, i));
        }
        for (; i < valueLength; i++) {
            target.putByte(start + i, (byte) word(number, i));
        }
    }

    private static byte keyByte(final long number, final int i) {
        return (byte) (number + i);
    }

    private static long word(final long number, final int i) {
        return (number + i + 1) * GOLDEN;
    }

    /** Fails unless a record is this one, in all its bytes. */
    void check(final RecordFlyweight record) {
        if (!isSame(record)) {
            assertThat(record.toString()).isEqualTo(toString());
            throw new AssertionError("the bytes of a record differ: " + this + " actual=" + record);
        }
    }

    /** Whether a record is this one, in all its bytes. */
    boolean isSame(final RecordFlyweight record) {
        return record.position() == position
                && record.keyLength() == keyLength
                && record.valueLength() == valueLength
                && record.producerId() == producerId
                && record.sequence() == sequence
                && isSame(record.buffer(), record.keyOffset());
    }

    private boolean isSame(final DirectBuffer buffer, final int offset) {
        for (int i = 0; i < keyLength; i++) {
            if (buffer.getByte(offset + i) != keyByte(number, i)) {
                return false;
            }
        }
        final int start = offset + keyLength;
        if (buffer.getLong(start) != number || buffer.getLong(start + 8) != sourcePosition) {
            return false;
        }
        int i = 16;
        for (; i + Long.BYTES <= valueLength; i += Long.BYTES) {
            if (buffer.getLong(start + i) != word(number, i)) {
                return false;
            }
        }
        for (; i < valueLength; i++) {
            if (buffer.getByte(start + i) != (byte) word(number, i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return "ExpectedRecord{position=" + position + ", number=" + number + ", keyLength=" + keyLength
                + ", valueLength=" + valueLength + ", sourcePosition=" + sourcePosition + ", producerId=" + producerId
                + ", sequence=" + sequence + ", committed=" + isCommitted + '}';
    }
}
