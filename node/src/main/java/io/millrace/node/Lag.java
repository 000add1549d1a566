package io.millrace.node;

import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.error.PositionGoneException;

/** How far a group or a queue is behind the end of a partition. */
final class Lag {
    /** What is shorter than this may be nothing but what the log itself has put there; a look tells. */
    private static final long LOOK_LENGTH = 4_096;

    private Lag() {}

    /** Where a partition ends; 0 where its topic is gone. */
    static long tail(final LogStore store, final String topic, final int partition) {
        return store.hasTopic(topic) ? store.topic(topic).partition(partition).tailPosition() : 0;
    }

    /** Bytes from a position to the end of a partition; 0 where no record lies between, or the topic is gone. */
    static long length(final LogStore store, final String topic, final int partition, final long position) {
        final long length = Math.max(0, tail(store, topic, partition) - position);
        return length > LOOK_LENGTH
                        || length > 0 && hasRecord(store.topic(topic).partition(partition), position)
                ? length
                : 0;
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
