package io.millrace.log.segment;

import io.millrace.log.codec.SegmentHeaderDecoder;
import io.millrace.log.codec.SegmentHeaderEncoder;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Layout of a segment file, and the words about a header that cannot be trusted.
 *
 * <pre>
 *     0  int64  magic, the bytes "MILLRACE"
 *     8  int32  format version
 *    12  int32  segment length, a power of two
 *    16  int64  base position: the position of byte 0 of this file in its partition
 *    24  int32  topic id
 *    28  int32  partition
 *    32  int32  CRC32C of bytes 0 to 31
 *    36         zeros
 *    40  16 bytes  boot id: the run of the machine in which it was last opened for appending; not covered by the CRC
 *    56         zeros up to 64
 *    64         time index once the segment is full, see SegmentIndex; zeros up to 4096
 *  4096         records, see RecordDescriptor; zeros behind the last one
 * </pre>
 *
 * All numbers are little-endian. Where fewer than {@link io.millrace.log.record.RecordDescriptor#HEADER_LENGTH} bytes
 * remain at the end no record and no padding is written: the next record is the first of the next segment.
 */
public final class SegmentDescriptor {
    /** The bytes {@code MILLRACE}, read as a little-endian number. */
    public static final long MAGIC = 0x454341524C4C494DL;

    /** The version that this code writes, and the only one that it reads. */
    public static final int FORMAT_VERSION = 1;

    /** Bytes at the start of a segment that hold no records. */
    public static final int HEADER_LENGTH = 4096;

    /** Shortest segment in bytes. */
    public static final int MIN_LENGTH = 64 * 1024;

    /** Longest segment in bytes. */
    public static final int MAX_LENGTH = 1024 * 1024 * 1024;

    /** Offset of the boot id. */
    static final int BOOT_ID_OFFSET = 40;

    private static final int CRC_OFFSET = SegmentHeaderEncoder.headerCrcEncodingOffset();

    private SegmentDescriptor() {}

    /**
     * Checks a segment length.
     *
     * @param length in bytes.
     * @return the length.
     * @throws IllegalArgumentException when it is not a power of two in the allowed range.
     */
    public static int checkLength(final int length) {
        if (length < MIN_LENGTH || length > MAX_LENGTH || Integer.bitCount(length) != 1) {
            throw new IllegalArgumentException("segment length must be a power of two from " + MIN_LENGTH + " to "
                    + MAX_LENGTH + " bytes: " + length);
        }
        return length;
    }

    /**
     * Writes a header into a zeroed buffer.
     *
     * @param target of at least {@link #HEADER_LENGTH} bytes.
     * @param length of the segment.
     * @param base   position of the segment in its partition.
     * @param owner  of the segment.
     */
    static void encode(final ByteBuffer target, final int length, final long base, final PartitionId owner) {
        final UnsafeBuffer buffer = new UnsafeBuffer(target);
        final SegmentHeaderEncoder encoder = new SegmentHeaderEncoder().wrap(buffer, 0);
        encoder.magic(MAGIC)
                .formatVersion(FORMAT_VERSION)
                .segmentLength(length)
                .basePosition(base)
                .topicId(owner.topicId())
                .partition(owner.partition());
        encoder.headerCrc(crc(buffer));
    }

    /**
     * Refuses a header that is not the expected one.
     *
     * @param file     for the message.
     * @param source   start of the segment.
     * @param length   the segment should have.
     * @param base     position it should have.
     * @param owner    it should have.
     * @throws MillraceException UNSUPPORTED_VERSION or CORRUPT, in one line.
     */
    static void check(
            final Path file, final DirectBuffer source, final int length, final long base, final PartitionId owner) {
        final SegmentHeaderDecoder decoder = new SegmentHeaderDecoder()
                .wrap(source, 0, SegmentHeaderDecoder.BLOCK_LENGTH, SegmentHeaderDecoder.SCHEMA_VERSION);
        if (decoder.magic() != MAGIC) {
            throw corrupt(file, "magic", MAGIC, decoder.magic());
        }
        // A version whose checksum does not fit is no version.
        if (decoder.formatVersion() != FORMAT_VERSION && crc(source) == decoder.headerCrc()) {
            throw new MillraceException(
                    ErrorCode.UNSUPPORTED_VERSION,
                    "segment has an unknown format version: file=" + file + " version=" + decoder.formatVersion()
                            + " known=" + FORMAT_VERSION + "; open it with the release that wrote it, or a later one");
        }
        checkField(file, "checksum", crc(source), decoder.headerCrc());
        checkField(file, "segment length", length, decoder.segmentLength());
        checkField(file, "base position", base, decoder.basePosition());
        checkField(file, "topic id", owner.topicId(), decoder.topicId());
        checkField(file, "partition", owner.partition(), decoder.partition());
    }

    private static void checkField(final Path file, final String field, final long expected, final long actual) {
        if (expected != actual) {
            throw corrupt(file, field, expected, actual);
        }
    }

    private static MillraceException corrupt(
            final Path file, final String field, final long expected, final long actual) {
        return new MillraceException(
                ErrorCode.CORRUPT,
                "segment header is damaged: file=" + file + " field=" + field + " expected="
                        + Long.toHexString(expected) + " actual=" + Long.toHexString(actual)
                        + "; restore the file from a copy");
    }

    private static int crc(final DirectBuffer buffer) {
        final CRC32C crc = new CRC32C();
        for (int i = 0; i < CRC_OFFSET; i++) {
            crc.update(buffer.getByte(i));
        }
        return (int) crc.getValue();
    }
}
