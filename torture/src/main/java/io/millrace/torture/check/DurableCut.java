package io.millrace.torture.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * What the newest durable cut of a store says of its partitions.
 *
 * @param isClosed  whether the store was closed in order, so that its positions are the tails.
 * @param positions begin and position of each partition.
 */
record DurableCut(boolean isClosed, TreeMap<Partition, Extent> positions) {
    private static final byte[] MAGIC = "MILLCUT1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_LENGTH = 48;
    private static final int ENTRY_LENGTH = 32;

    /** Names a partition. */
    record Partition(int topicId, int number) implements Comparable<Partition> {
        @Override
        public int compareTo(final Partition other) {
            return topicId != other.topicId
                    ? Integer.compare(topicId, other.topicId)
                    : Integer.compare(number, other.number);
        }
    }

    /** Base position of the first segment, and where a record starts or will. */
    record Extent(long begin, long position) {}

    /** The newest whole one of the two files. */
    static DurableCut newest(final Path store) throws IOException {
        ByteBuffer newest = null;
        for (final String name : new String[] {"cut.0", "cut.1"}) {
            final Path file = store.resolve(name);
            if (Files.exists(file)) {
                final byte[] bytes = Files.readAllBytes(file);
                if (isWhole(bytes) && (newest == null || generation(bytes) > newest.getLong(16))) {
                    newest = wrap(bytes);
                }
            }
        }
        if (newest == null) {
            throw new DamagedStoreException(store, "there is no whole durable cut");
        }
        return of(newest);
    }

    private static ByteBuffer wrap(final byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long generation(final byte[] bytes) {
        return wrap(bytes).getLong(16);
    }

    private static boolean isWhole(final byte[] bytes) {
        if (bytes.length < HEADER_LENGTH || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            return false;
        }
        final ByteBuffer buffer = wrap(bytes);
        final int entries = buffer.getInt(44);
        if (buffer.getInt(12) != 1 || entries < 0 || entries > (bytes.length - HEADER_LENGTH) / ENTRY_LENGTH) {
            return false;
        }
        final CRC32C crc = new CRC32C();
        crc.update(bytes, 12, HEADER_LENGTH - 12 + entries * ENTRY_LENGTH);
        return (int) crc.getValue() == buffer.getInt(8);
    }

    private static DurableCut of(final ByteBuffer buffer) {
        final TreeMap<Partition, Extent> positions = new TreeMap<>();
        for (int i = 0; i < buffer.getInt(44); i++) {
            final int entry = HEADER_LENGTH + i * ENTRY_LENGTH;
            positions.put(
                    new Partition(buffer.getInt(entry), buffer.getInt(entry + 4)),
                    new Extent(buffer.getLong(entry + 8), buffer.getLong(entry + 16)));
        }
        return new DurableCut((buffer.getInt(40) & 1) != 0, positions);
    }
}
