package io.millrace.torture.check;

import java.util.Arrays;

/** Where the records of a partition lie, and what is in them. */
final class LoggedPartition {
    private long[] positions = new long[1024];
    private int[] checksums = new int[1024];
    private int[] clients = new int[1024];
    private long[] sequences = new long[1024];
    private int count;

    void add(final long position, final int checksum, final int client, final long sequence) {
        if (count == positions.length) {
            positions = Arrays.copyOf(positions, count * 2);
            checksums = Arrays.copyOf(checksums, count * 2);
            clients = Arrays.copyOf(clients, count * 2);
            sequences = Arrays.copyOf(sequences, count * 2);
        }
        positions[count] = position;
        checksums[count] = checksum;
        clients[count] = client;
        sequences[count++] = sequence;
    }

    /** Which record lies at a position; negative when none does. */
    int indexOf(final long position) {
        return Arrays.binarySearch(positions, 0, count, position);
    }

    /** Which record is the first at or behind a position; the number of records when none is. */
    int indexFrom(final long position) {
        final int index = indexOf(position);
        return index < 0 ? -index - 1 : index;
    }

    long position(final int index) {
        return positions[index];
    }

    int checksum(final int index) {
        return checksums[index];
    }

    /** Whether a record is what somebody says it is. */
    boolean isSame(final int index, final HistoryEntry seen) {
        return checksums[index] == seen.checksum()
                && clients[index] == seen.client()
                && sequences[index] == seen.sequence();
    }

    String describe(final int index) {
        return "position=" + positions[index] + " publisher=" + clients[index] + " sequence=" + sequences[index];
    }

    int count() {
        return count;
    }
}
