package io.millrace.operators.checkpoint;

/**
 * A complete checkpoint in a partition of the checkpoint topic: its last record is there, and as many as it says before it.
 *
 * @param number        of the checkpoint; the largest is the newest.
 * @param baseNumber    of the full checkpoint that it builds on; its own if it is full.
 * @param inputPosition where the task stood in its input.
 * @param frameLength   bytes of its frame.
 * @param records       number of records between the first and the last.
 * @param beginPosition of its first record.
 * @param endPosition   behind its last record.
 */
public record CheckpointEntry(
        long number,
        long baseNumber,
        long inputPosition,
        int frameLength,
        long records,
        long beginPosition,
        long endPosition) {
    /**
     * Tells a checkpoint that needs no other.
     *
     * @return true when it has all blocks.
     */
    public boolean isFull() {
        return number == baseNumber;
    }

    @Override
    public String toString() {
        return "checkpoint " + number + " of position " + inputPosition;
    }
}
