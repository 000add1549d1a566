package io.millrace.node;

import io.millrace.broker.MessageQueue;
import io.millrace.log.Durability;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogTopic;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.PositionGoneException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordHandler;
import io.millrace.log.record.RecordKind;
import org.agrona.CloseHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The readers of one queue: one per partition that goes on from message to message, and one that looks up a message which is sent. The
 * node's agent thread.
 */
final class QueueReaders implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(QueueReaders.class);
    private static final long NOWHERE = -1;
    private static final int SKIP_LIMIT = 256;

    private final LogTopic topic;
    private final LogReader[] next;
    private final LogReader[] lookUp;
    private final long[] chosenTo;
    private final long[] damagedPositions;
    private long foundPosition;
    private long foundNextPosition;

    QueueReaders(final LogTopic topic, final MessageQueue queue) {
        this.topic = topic;
        final int count = queue.partitions().size();
        next = new LogReader[count];
        lookUp = new LogReader[count];
        chosenTo = new long[count];
        damagedPositions = new long[count];
        for (int i = 0; i < count; i++) {
            next[i] = topic.partition(i).reader();
            lookUp[i] = topic.partition(i).reader();
            chosenTo[i] = NOWHERE;
            damagedPositions[i] = NOWHERE;
        }
    }

    /** Goes back to the cursor, if what was chosen last was not delivered. */
    void begin(final int partition, final long cursor) {
        if (chosenTo[partition] != cursor) {
            seek(partition, Math.max(cursor, topic.partition(partition).beginPosition()));
            chosenTo[partition] = cursor;
        }
    }

    /** Over segments that cannot be opened. */
    private void seek(final int partition, final long position) {
        final LogPartition log = topic.partition(partition);
        long target = position;
        boolean isThere = false;
        while (!isThere) {
            try {
                next[partition].seek(target);
                isThere = true;
            } catch (final PositionGoneException ex) {
                next[partition].seekToBegin();
                isThere = true;
            } catch (final MillraceException ex) {
                final long tail = log.tailPosition();
                if (ex.code() != ErrorCode.CORRUPT || target >= tail) {
                    throw ex;
                }
                report(partition, target, ex);
                target = Math.min((target & -log.segmentLength()) + log.segmentLength(), tail);
            }
        }
    }

    /** Finds the next message that was never delivered; {@link #position()} and {@link #nextPosition()} tell where. */
    boolean choose(final int partition) {
        final LogPartition log = topic.partition(partition);
        final long endPosition = topic.spec().durability() == Durability.POWER ? log.durablePosition() : Long.MAX_VALUE;
        foundPosition = NOWHERE;
        try {
            for (int i = 0; i < SKIP_LIMIT && foundPosition == NOWHERE; i++) {
                if (next[partition].poll(this::onNext, 1, endPosition) == 0) {
                    return false;
                }
            }
        } catch (final PositionGoneException ex) {
            next[partition].seekToBegin();
            return false;
        } catch (final MillraceException ex) {
            return passDamage(partition, ex);
        }
        if (foundPosition != NOWHERE) {
            chosenTo[partition] = foundNextPosition;
        }
        return foundPosition != NOWHERE;
    }

    /** Nobody can deliver what is damaged; what lies behind it can be. */
    private boolean passDamage(final int partition, final MillraceException ex) {
        if (ex.code() != ErrorCode.CORRUPT) {
            throw ex;
        }
        report(partition, next[partition].position(), ex);
        try {
            next[partition].seekBehindDamage();
        } catch (final PositionGoneException gone) {
            next[partition].seekToBegin();
        }
        return false;
    }

    private void report(final int partition, final long position, final MillraceException ex) {
        if (damagedPositions[partition] != position) {
            damagedPositions[partition] = position;
            LOGGER.error("a queue does not deliver what is damaged: {}", ex.getMessage());
        }
    }

    long position() {
        return foundPosition;
    }

    long nextPosition() {
        return foundNextPosition;
    }

    /** Whether retention has removed what lies at a position. */
    boolean isGone(final int partition, final long position) {
        return position < topic.partition(partition).beginPosition();
    }

    /** Hands out the record at a position; false when it is gone, or damaged. */
    boolean read(final int partition, final long position, final RecordHandler handler) {
        final LogReader reader = lookUp[partition];
        try {
            if (reader.position() != position) {
                reader.seek(position);
            }
            // Where it is damaged, the reader may come to another one.
            return reader.poll(handler, 1, position + 1) > 0;
        } catch (final PositionGoneException ex) {
            return false;
        } catch (final MillraceException ex) {
            if (ex.code() != ErrorCode.CORRUPT) {
                throw ex;
            }
            report(partition, position, ex);
            return false;
        }
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(next);
        CloseHelper.quietCloseAll(lookUp);
    }

    private void onNext(final RecordFlyweight record) {
        if (record.kind() == RecordKind.DATA || record.kind() == RecordKind.TOMBSTONE) {
            foundPosition = record.position();
            foundNextPosition = record.nextPosition();
        }
    }
}
