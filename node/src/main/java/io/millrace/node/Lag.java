package io.millrace.node;

import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.PositionGoneException;

/**
 * How far a group or a queue is behind the end of a partition.
 *
 * @param tail   where the partition ends; 0 where its topic is gone.
 * @param length bytes up to there; 0 where no record lies between, or the topic is gone.
 * @param nextNs log time of the record that is next, in ns since the epoch; {@link #NOTHING}, {@link #GONE} or {@link #NO_TOPIC}.
 */
record Lag(long tail, long length, long nextNs) {
    /** No record is next: what the log itself has put behind the last one comes to nobody. */
    static final long NOTHING = -1;

    /** The record that was next has been removed. */
    static final long GONE = -2;

    /** The topic is gone. */
    static final long NO_TOPIC = -3;

    /** What is shorter than this may be nothing but what the log itself has put there; a look tells. */
    private static final long LOOK_LENGTH = 4_096;

    /** Finds all of it by one look at what is next. */
    static Lag of(final LogStore store, final String topic, final int partition, final long position) {
        if (!store.hasTopic(topic)) {
            return new Lag(0, 0, NO_TOPIC);
        }
        final LogPartition log = store.topic(topic).partition(partition);
        final long tail = log.tailPosition();
        final long nextNs = nextNs(log, position);
        final long length = Math.max(0, tail - position);
        return new Lag(tail, length > LOOK_LENGTH || nextNs != NOTHING ? length : 0, nextNs);
    }

    /** The length alone, which takes a look only where little is left. */
    static long length(final LogStore store, final String topic, final int partition, final long position) {
        if (!store.hasTopic(topic)) {
            return 0;
        }
        final LogPartition log = store.topic(topic).partition(partition);
        final long length = Math.max(0, log.tailPosition() - position);
        return length > LOOK_LENGTH || length > 0 && nextNs(log, position) != NOTHING ? length : 0;
    }

    private static long nextNs(final LogPartition partition, final long position) {
        final long[] nextNs = {NOTHING};
        try (LogReader reader = partition.reader()) {
            reader.seek(position);
            reader.poll(record -> nextNs[0] = record.logTimeNs(), 1);
        } catch (final PositionGoneException ex) {
            return GONE;
        } catch (final MillraceException ex) {
            // How long something has waited that is damaged, nobody knows; whoever reads it is told.
            if (ex.code() != ErrorCode.CORRUPT) {
                throw ex;
            }
        }
        return nextNs[0];
    }
}
