package io.millrace.node;

import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.error.PositionGoneException;

/** How far a group or a queue is behind the end of a partition. */
final class Lag {
    /** What is shorter than this may be nothing but what the log itself has put there; a look tells. */
    private static final long LOOK_LENGTH = 4_096;

    private Lag() {}

    /** Bytes from a position to the tail; 0 where no record lies between. */
    static long length(final LogPartition partition, final long position, final long tail) {
        final long length = Math.max(0, tail - position);
        return length > LOOK_LENGTH || hasRecord(partition, position) ? length : 0;
    }

    private static boolean hasRecord(final LogPartition partition, final long position) {
        try (LogReader reader = partition.reader()) {
            reader.seek(position);
            return reader.poll(record -> {}, 1) > 0;
        } catch (final PositionGoneException ex) {
            return true;
        }
    }
}
