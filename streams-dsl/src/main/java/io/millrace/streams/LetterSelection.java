package io.millrace.streams;

/**
 * Which dead letters of a topic are meant.
 *
 * @param partition    of the topic of dead letters; {@link #ALL_PARTITIONS} for all.
 * @param fromPosition of the first letter in each partition, in bytes; 0 for all that are kept.
 * @param limit        at most so many: letters where they are listed, records where they are re-driven.
 */
public record LetterSelection(int partition, long fromPosition, long limit) {
    /** Letters of every partition. */
    public static final int ALL_PARTITIONS = -1;

    /** All letters. */
    public static final LetterSelection ALL = new LetterSelection(ALL_PARTITIONS, 0, Long.MAX_VALUE);

    /**
     * Checks the numbers.
     *
     * @param partition    of the topic of dead letters.
     * @param fromPosition of the first letter in each partition.
     * @param limit        at most so many.
     * @throws IllegalArgumentException when one is out of its range.
     */
    public LetterSelection {
        if (partition < ALL_PARTITIONS || fromPosition < 0 || limit < 0) {
            throw new IllegalArgumentException("no selection of dead letters: partition=" + partition + " fromPosition="
                    + fromPosition + " limit=" + limit + "; none may be negative");
        }
    }
}
