package io.millrace.examples.nexmark;

import java.io.Writer;

/**
 * Counts the rows of a result and adds up a hash of each, so that two results can be compared whatever their order: a row that is lost,
 * doubled or altered changes the sum. Used by one thread.
 */
public final class RowSum {
    // Of FNV-1a.
    private static final long BASIS = 0xCBF29CE484222325L;
    private static final long PRIME = 0x100000001B3L;

    private long count;
    private long checksum;
    private long hash = BASIS;

    /** Creates one of no rows. */
    public RowSum() {}

    /**
     * Adds a row.
     *
     * @param row a line, without an end of line.
     */
    public void add(final CharSequence row) {
        for (int i = 0; i < row.length(); i++) {
            put(row.charAt(i));
        }
        end();
    }

    /** Takes rows as they are written to a file. */
    Writer writer() {
        return new Writer() {
            @Override
            public void write(final char[] chars, final int offset, final int length) {
                for (int i = offset; i < offset + length; i++) {
                    if (chars[i] == '\n') {
                        end();
                    } else {
                        put(chars[i]);
                    }
                }
            }

            @Override
            public void flush() {
                // Holds nothing back.
            }

            @Override
            public void close() {
                // Holds nothing.
            }
        };
    }

    private void put(final char character) {
        hash = (hash ^ character) * PRIME;
    }

    private void end() {
        count++;
        checksum += mix(hash);
        hash = BASIS;
    }

    /** The mixer of SplitMix64: what is added up must not keep the order that hashes of like rows have. */
    private static long mix(final long value) {
        long mixed = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }

    /**
     * Rows so far.
     *
     * @return their number.
     */
    public long count() {
        return count;
    }

    /**
     * The sum of their hashes.
     *
     * @return any 64 bits.
     */
    public long checksum() {
        return checksum;
    }
}
