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

/** What a store says of the producers of a partition at a position: the last sequence of each, -1 for none. */
final class ProducerSnapshot {
    private static final byte[] MAGIC = "MILLPROD".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_LENGTH = 48;
    private static final int ENTRY_LENGTH = 24;
    private static final String NAME = "%020d.producers";

    private ProducerSnapshot() {}

    /** Reads the snapshot of a position; null when there is none that is whole. */
    static TreeMap<Integer, Long> read(final StoredTopic topic, final int partition, final long position)
            throws IOException {
        final Path file = topic.partition(partition).resolve(String.format(NAME, position));
        if (!Files.exists(file)) {
            return null;
        }
        final byte[] bytes = Files.readAllBytes(file);
        final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (!isWhole(bytes, buffer)) {
            return null;
        }
        if (buffer.getLong(16) != position || buffer.getInt(32) != topic.id() || buffer.getInt(36) != partition) {
            throw new DamagedStoreException(file, "the snapshot of the producers is of another place");
        }
        final TreeMap<Integer, Long> lastSequences = new TreeMap<>();
        for (int i = 0; i < buffer.getInt(40); i++) {
            final int entry = HEADER_LENGTH + i * ENTRY_LENGTH;
            lastSequences.put(buffer.getInt(entry), buffer.getLong(entry + 8));
        }
        return lastSequences;
    }

    private static boolean isWhole(final byte[] bytes, final ByteBuffer buffer) {
        if (bytes.length < HEADER_LENGTH
                || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                || buffer.getInt(8) != 1
                || buffer.getInt(40) < 0
                || buffer.getInt(40) > (bytes.length - HEADER_LENGTH) / ENTRY_LENGTH) {
            return false;
        }
        final CRC32C crc = new CRC32C();
        crc.update(bytes, 16, bytes.length - 16);
        return (int) crc.getValue() == buffer.getInt(12);
    }
}
