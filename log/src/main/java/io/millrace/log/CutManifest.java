package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A durable cut: how much of each partition was on disk at one moment. The bytes of one of the two files that
 * {@link CutFiles} writes in turn.
 *
 * <pre>
 *     0  int64  magic, the bytes "MILLCUT1"
 *     8  int32  CRC32C of bytes 12 to the end of the last entry
 *    12  int32  version, 1
 *    16  int64  generation: one more with each cut
 *    24  16 bytes  boot id: the run of the machine that wrote it; 0: unknown
 *    40  int32  flags; bit 0: the store was closed in order
 *    44  int32  number of entries
 *    48  entries, ascending by topic id and partition:
 *        {
 *           0  int32  topic id
 *           4  int32  partition
 *           8  int64  base position of the first segment
 *          16  int64  position: all bytes before it are on disk
 *          24  int64  clock there: greatest log time of all records before it
 *        }
 * </pre>
 *
 * Little-endian. What follows the last entry is left of an older, longer cut and means nothing. Not for use by several
 * threads while it is being filled.
 */
final class CutManifest {
    static final long MAGIC = 0x315455434C4C494DL;
    static final int VERSION = 1;
    static final int CRC_OFFSET = 8;
    static final int VERSION_OFFSET = 12;
    static final int GENERATION_OFFSET = 16;
    static final int BOOT_ID_OFFSET = 24;
    static final int BOOT_ID_LENGTH = 16;
    static final int FLAGS_OFFSET = 40;
    static final int COUNT_OFFSET = 44;
    static final int HEADER_LENGTH = 48;
    static final int PARTITION_OFFSET = 4;
    static final int BEGIN_OFFSET = 8;
    static final int POSITION_OFFSET = 16;
    static final int CLOCK_OFFSET = 24;
    static final int ENTRY_LENGTH = 32;
    static final int NOT_FOUND = -1;

    private static final int CLEAN_FLAG = 1;

    private final CRC32C crc = new CRC32C();
    private ByteBuffer bytes;

    /** Creates a cut without entries, to be begun. */
    CutManifest() {
        this(allocate(HEADER_LENGTH));
    }

    private CutManifest(final ByteBuffer bytes) {
        this.bytes = bytes;
    }

    private static ByteBuffer allocate(final int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reads a cut.
     *
     * @param file   for the message.
     * @param source content of the file.
     * @return the cut, or null when it is not whole.
     * @throws MillraceException UNSUPPORTED_VERSION when it is whole and of a version that is not known.
     */
    static CutManifest decode(final Path file, final byte[] source) {
        if (source.length < HEADER_LENGTH) {
            return null;
        }
        final CutManifest manifest = new CutManifest(ByteBuffer.wrap(source).order(ByteOrder.LITTLE_ENDIAN));
        final ByteBuffer bytes = manifest.bytes;
        final int count = bytes.getInt(COUNT_OFFSET);
        if (bytes.getLong(0) != MAGIC
                || count < 0
                || count > (source.length - HEADER_LENGTH) / ENTRY_LENGTH
                || bytes.getInt(CRC_OFFSET) != manifest.checksum()) {
            return null;
        }
        final int version = bytes.getInt(VERSION_OFFSET);
        if (version != VERSION) {
            throw new MillraceException(
                    ErrorCode.UNSUPPORTED_VERSION,
                    "durable cut has an unknown version: file=" + file + " version=" + version + " known=" + VERSION
                            + "; open the store with the release that wrote it, or a later one");
        }
        return manifest;
    }

    /** Starts a new cut in this object; entries follow by {@link #add}, then {@link #finish}. */
    void begin(final long generation, final byte[] bootId, final int capacity) {
        final int length = HEADER_LENGTH + capacity * ENTRY_LENGTH;
        if (bytes.capacity() < length) {
            bytes = allocate(length);
        }
        bytes.clear();
        bytes.putLong(0, MAGIC)
                .putInt(VERSION_OFFSET, VERSION)
                .putLong(GENERATION_OFFSET, generation)
                .putInt(FLAGS_OFFSET, 0)
                .putInt(COUNT_OFFSET, 0);
        for (int i = 0; i < BOOT_ID_LENGTH; i++) {
            bytes.put(BOOT_ID_OFFSET + i, bootId[i]);
        }
    }

    /** Adds a partition. They come in ascending order of topic id, then partition. */
    void add(final int topicId, final int partition, final long begin, final long position, final long clock) {
        final int count = count();
        if (count > 0 && compare(count - 1, topicId, partition) >= 0) {
            throw new IllegalArgumentException("not in order: topicId=" + topicId + " partition=" + partition);
        }
        final int offset = HEADER_LENGTH + count * ENTRY_LENGTH;
        bytes.putInt(offset, topicId)
                .putInt(offset + PARTITION_OFFSET, partition)
                .putLong(offset + BEGIN_OFFSET, begin)
                .putLong(offset + POSITION_OFFSET, position)
                .putLong(offset + CLOCK_OFFSET, clock)
                .putInt(COUNT_OFFSET, count + 1);
    }

    /** Completes the cut; returns its bytes, to be written as a whole. */
    ByteBuffer finish(final boolean isClean) {
        bytes.putInt(FLAGS_OFFSET, isClean ? CLEAN_FLAG : 0);
        bytes.putInt(CRC_OFFSET, checksum());
        bytes.clear().limit(HEADER_LENGTH + count() * ENTRY_LENGTH);
        return bytes;
    }

    private int checksum() {
        crc.reset();
        crc.update(bytes.array(), VERSION_OFFSET, HEADER_LENGTH - VERSION_OFFSET + count() * ENTRY_LENGTH);
        return (int) crc.getValue();
    }

    long generation() {
        return bytes.getLong(GENERATION_OFFSET);
    }

    boolean isClean() {
        return (bytes.getInt(FLAGS_OFFSET) & CLEAN_FLAG) != 0;
    }

    int count() {
        return bytes.getInt(COUNT_OFFSET);
    }

    /** Tells whether it was written in the given run of the machine; never when that is unknown. */
    boolean isOfBoot(final byte[] bootId) {
        final byte[] own = Arrays.copyOfRange(bytes.array(), BOOT_ID_OFFSET, BOOT_ID_OFFSET + BOOT_ID_LENGTH);
        return Arrays.equals(own, bootId) && !Arrays.equals(own, new byte[BOOT_ID_LENGTH]);
    }

    /** Finds the entry of a partition, {@link #NOT_FOUND} when it has none. */
    int find(final int topicId, final int partition) {
        int low = 0;
        int high = count() - 1;
        while (low <= high) {
            final int middle = (low + high) >>> 1;
            final int order = compare(middle, topicId, partition);
            if (order == 0) {
                return middle;
            } else if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return NOT_FOUND;
    }

    private int compare(final int entry, final int topicId, final int partition) {
        final int order = Integer.compare(topicId(entry), topicId);
        return order == 0 ? Integer.compare(partition(entry), partition) : order;
    }

    int topicId(final int entry) {
        return bytes.getInt(HEADER_LENGTH + entry * ENTRY_LENGTH);
    }

    int partition(final int entry) {
        return bytes.getInt(HEADER_LENGTH + entry * ENTRY_LENGTH + PARTITION_OFFSET);
    }

    long begin(final int entry) {
        return bytes.getLong(HEADER_LENGTH + entry * ENTRY_LENGTH + BEGIN_OFFSET);
    }

    long position(final int entry) {
        return bytes.getLong(HEADER_LENGTH + entry * ENTRY_LENGTH + POSITION_OFFSET);
    }

    long clock(final int entry) {
        return bytes.getLong(HEADER_LENGTH + entry * ENTRY_LENGTH + CLOCK_OFFSET);
    }

    @Override
    public String toString() {
        return "CutManifest{generation=" + generation() + ", clean=" + isClean() + ", count=" + count() + '}';
    }
}
