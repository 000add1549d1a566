package io.millrace.torture.check;

import io.millrace.torture.check.StoredRecord.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * One segment file of a store that was closed in order: all that the format promises of it is checked, down to the zeros behind
 * the last record.
 */
final class SegmentFile {
    static final int HEADER_LENGTH = 4096;

    private static final int RECORD_HEADER_LENGTH = 40;
    private static final int MAX_RECORD_LENGTH = 16 * 1024 * 1024;
    private static final int ALIGNMENT = 8;
    private static final int MORE = 1;
    private static final byte[] MAGIC = "MILLRACE".getBytes(StandardCharsets.US_ASCII);

    private final Path path;
    private final long base;
    private final byte[] bytes;
    private final ByteBuffer buffer;
    private int offset = HEADER_LENGTH;
    private boolean isInBatch;

    private SegmentFile(final Path path, final long base, final byte[] bytes) {
        this.path = path;
        this.base = base;
        this.bytes = bytes;
        this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static SegmentFile read(final Path path, final long base, final StoredTopic topic, final int partition)
            throws IOException {
        final long size = Files.size(path);
        if (size != topic.segmentLength()) {
            throw new DamagedStoreException(path, "segment of " + size + " bytes, not " + topic.segmentLength());
        }
        final SegmentFile segment = new SegmentFile(path, base, Files.readAllBytes(path));
        segment.checkHeader(topic, partition);
        return segment;
    }

    private void checkHeader(final StoredTopic topic, final int partition) {
        check(Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length), 0, "no segment, the magic is missing");
        final CRC32C crc = new CRC32C();
        crc.update(bytes, 0, 32);
        checkNumber(32, buffer.getInt(32), (int) crc.getValue(), "checksum of the segment header");
        checkNumber(8, buffer.getInt(8), 1, "format version");
        checkNumber(12, buffer.getInt(12), bytes.length, "segment length");
        checkNumber(16, buffer.getLong(16), base, "base position");
        checkNumber(24, buffer.getInt(24), topic.id(), "topic id");
        checkNumber(28, buffer.getInt(28), partition, "partition");
        check(buffer.getInt(36) == 0, 36, "there are no zeros in the segment header");
        check(buffer.getLong(56) == 0, 56, "there are no zeros in the segment header");
    }

    /** The next record, those of the log itself left out but for the ones that begin an epoch of a producer; null at the end. */
    StoredRecord next() {
        while (!isFull() && buffer.getInt(offset) != 0) {
            final int start = offset;
            final int length = buffer.getInt(start);
            check(length > 0, start, "record is claimed and not committed");
            if (length < RECORD_HEADER_LENGTH || length > bytes.length - start) {
                throw damaged(start, "record length " + length + " is impossible");
            }
            offset = Math.min(bytes.length, start + (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
            if (bytes[start + 8] != Kind.PADDING) {
                return record(start, length);
            }
        }
        check(!isInBatch, offset, "the last batch is not whole");
        checkZeros(offset);
        return null;
    }

    private StoredRecord record(final int start, final int length) {
        if (length > MAX_RECORD_LENGTH || length > bytes.length / 4) {
            throw damaged(start, "record length " + length + " is more than a segment of this length takes");
        }
        final int stored = buffer.getInt(start + 4);
        check(stored != 0, start, "record has no checksum");
        check(stored == checksum(base + start, bytes, start, length), start, "checksum of a record is wrong");
        final byte kind = bytes[start + 8];
        final byte flags = bytes[start + 9];
        if (kind < Kind.DATA || kind > Kind.PRODUCER || (flags & ~MORE) != 0) {
            throw damaged(start, "record is of kind " + kind + " and has the flags " + flags);
        }
        isInBatch = flags != 0;
        final int keyLength = buffer.getShort(start + 10) & 0xFFFF;
        final int valueStart = start + RECORD_HEADER_LENGTH + keyLength;
        check(valueStart <= start + length, start, "key is longer than its record");
        final byte[] key = Arrays.copyOfRange(bytes, start + RECORD_HEADER_LENGTH, valueStart);
        final byte[] value = Arrays.copyOfRange(bytes, valueStart, start + length);
        check(kind != Kind.TOMBSTONE || value.length == 0, start, "tombstone has a value");
        check(
                kind != Kind.PRODUCER || key.length == 0 && value.length == Integer.BYTES,
                start,
                "record of a producer's epoch has another shape");
        return new StoredRecord(
                base + start,
                kind,
                buffer.getInt(start + 12),
                buffer.getLong(start + 16),
                buffer.getLong(start + 24),
                buffer.getLong(start + 32),
                key,
                value);
    }

    /** The checksum of a record that stands at a place of some bytes. */
    static int checksum(final long position, final byte[] bytes, final int start, final int length) {
        final ByteBuffer seed = ByteBuffer.allocate(Long.BYTES + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        seed.putLong(position).putInt(length).flip();
        final CRC32C crc = new CRC32C();
        crc.update(seed);
        crc.update(bytes, start + 8, length - 8);
        final int value = (int) crc.getValue();
        return value == 0 ? 0xFFFFFFFF : value;
    }

    /** Whether not even the header of a record has room behind those that were read. */
    boolean isFull() {
        return bytes.length - offset < RECORD_HEADER_LENGTH;
    }

    /** Where the next record will be read, or would be. */
    long position() {
        return base + offset;
    }

    /** Checks that a segment behind the end of a partition holds nothing. */
    void checkEmpty() {
        checkZeros(HEADER_LENGTH);
    }

    private void checkZeros(final int from) {
        for (int i = from; i < bytes.length; i++) {
            check(bytes[i] == 0, i, "there is something behind the end of the records");
        }
    }

    private void checkNumber(final int at, final long actual, final long expected, final String what) {
        if (actual != expected) {
            throw damaged(at, what + " is " + actual + ", not " + expected);
        }
    }

    private void check(final boolean isRight, final int at, final String what) {
        if (!isRight) {
            throw damaged(at, what);
        }
    }

    private DamagedStoreException damaged(final int at, final String what) {
        return new DamagedStoreException(path, at, what);
    }
}
