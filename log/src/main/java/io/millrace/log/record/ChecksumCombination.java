package io.millrace.log.record;

/**
 * Tells the CRC32C of two runs of bytes, one behind the other, from the CRC32C of each: no byte is read again. Any thread.
 *
 * <p>A CRC is the rest of a division of polynomials over GF(2), and {@code n} bytes behind a run multiply its polynomial by
 * {@code x^(8n)}. So the CRC of the whole is the CRC of the first run times {@code x^(8n)}, plus (exclusive or) the CRC of
 * the second. That the register starts with ones and is inverted at the end cancels out, as both do so.
 *
 * <p>To multiply by a constant is linear, so it is a table look-up per part of the 32 bits: eight of them, of four bits
 * each, independent of each other. There is a table for each value of each byte of {@code n}; a length takes one
 * multiplication for each of its bytes that is not zero, so one up to 255 bytes and two up to 65,535. The tables take 384
 * KiB, of which a program touches 512 bytes for each length that it meets.
 */
public final class ChecksumCombination {
    /** Longest second run: three bytes of length, more than any record has. */
    public static final int MAX_LENGTH = (1 << 24) - 1;

    /** The polynomial of CRC32C, its bits mirrored: the lowest stands for the highest power. */
    private static final int POLYNOMIAL = 0x82F63B78;

    private static final int LEVELS = 3;
    private static final int VALUES = 256;
    private static final int PARTS = 8;
    private static final int PART_VALUES = 16;
    private static final int TABLE_LENGTH = PARTS * PART_VALUES;

    /** By level, value of the length's byte there, part of the CRC, value of the part. */
    private static final int[] TABLES = new int[LEVELS * VALUES * TABLE_LENGTH];

    static {
        for (int level = 0; level < LEVELS; level++) {
            fillTable(table(level, 0), 0, 0, true);
            for (int value = 1; value < VALUES; value++) {
                fillTable(table(level, value), level, table(level, value - 1), false);
            }
        }
    }

    private ChecksumCombination() {}

    private static int table(final int level, final int value) {
        return (level * VALUES + value) * TABLE_LENGTH;
    }

    /** One step of the level further than another table; or a table that multiplies by one. */
    private static void fillTable(final int table, final int level, final int before, final boolean isOne) {
        for (int part = 0; part < PARTS; part++) {
            for (int value = 1; value < PART_VALUES; value++) {
                final int crc = value << (part * 4);
                TABLES[table + part * PART_VALUES + value] = isOne ? crc : step(level, multiply(before, crc));
            }
        }
    }

    /** Multiplies by {@code x^8} at the lowest level, by what 256 steps of the level below make above it. */
    private static int step(final int level, final int crc) {
        if (level == 0) {
            int result = crc;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                result = result >>> 1 ^ ((result & 1) == 0 ? 0 : POLYNOMIAL);
            }
            return result;
        }
        return step(level - 1, multiply(table(level - 1, VALUES - 1), crc));
    }

    private static int multiply(final int table, final int crc) {
        final int[] tables = TABLES;
        return tables[table + (crc & 0xF)]
                ^ tables[table + 16 + (crc >>> 4 & 0xF)]
                ^ tables[table + 32 + (crc >>> 8 & 0xF)]
                ^ tables[table + 48 + (crc >>> 12 & 0xF)]
                ^ tables[table + 64 + (crc >>> 16 & 0xF)]
                ^ tables[table + 80 + (crc >>> 20 & 0xF)]
                ^ tables[table + 96 + (crc >>> 24 & 0xF)]
                ^ tables[table + 112 + (crc >>> 28)];
    }

    /**
     * Combines the CRCs of two runs of bytes.
     *
     * @param first        CRC32C of the first run.
     * @param second       CRC32C of the second run.
     * @param secondLength of the second run in bytes, 0 to {@link #MAX_LENGTH}.
     * @return CRC32C of both, one behind the other.
     */
    public static int combine(final int first, final int second, final int secondLength) {
        int crc = first;
        final int low = secondLength & 0xFF;
        if (low != 0) {
            crc = multiply(table(0, low), crc);
        }
        if (secondLength > 0xFF) {
            crc = multiply(table(1, secondLength >>> 8 & 0xFF), crc);
            crc = multiply(table(2, secondLength >>> 16), crc);
        }
        return crc ^ second;
    }
}
