package io.millrace.worker;

import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogTopic;
import io.millrace.log.MirrorAppender;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.PositionGoneException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordHandler;
import io.millrace.log.record.RecordKind;
import io.millrace.transport.ClientContext;
import io.millrace.transport.Subscriber;
import io.millrace.transport.SubscriberContext;
import io.millrace.transport.SubscriptionHandler;
import io.millrace.transport.protocol.TopicDescription;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.agrona.CloseHelper;

/**
 * Keeps the mirror of one source: what a subscriber hears of the node goes to the same positions of the worker's own log. One thread.
 *
 * <p>Before it goes on, at the start and after each session that was lost, it makes sure that the node still holds the record that was
 * mirrored last: a node that has lost some of a topic's records, in a loss of power, and has taken others since, is no
 * continuation of what the job has read.
 */
final class SourceMirror implements SubscriptionHandler, AutoCloseable {
    private static final int MESSAGE_LIMIT = 64;
    private static final long NONE = -1;

    private final LogTopic topic;
    private final Consumer<ClientContext<?>> node;
    private final AtomicIntegerArray ticks;
    private final AtomicLong recordCount;
    private final boolean isCompacted;
    private final MirrorAppender[] mirrors;
    private final long[] lastPositions;
    private Subscriber subscriber;
    private long checkedCount;

    SourceMirror(
            final LogTopic topic,
            final boolean isCompacted,
            final Consumer<ClientContext<?>> node,
            final AtomicIntegerArray ticks,
            final AtomicLong recordCount) {
        this.topic = topic;
        this.isCompacted = isCompacted;
        this.node = node;
        this.ticks = ticks;
        this.recordCount = recordCount;
        this.mirrors = new MirrorAppender[topic.partitionCount()];
        this.lastPositions = new long[mirrors.length];
        for (int i = 0; i < mirrors.length; i++) {
            mirrors[i] = topic.partition(i).mirror();
            lastPositions[i] = lastPosition(topic.partition(i));
        }
    }

    /** Subscribes where the mirror ends. */
    void connect() {
        compare();
        final SubscriberContext context = new SubscriberContext()
                .clientName("job worker")
                .topic(topic.name())
                .fromBegin();
        for (int i = 0; i < mirrors.length; i++) {
            context.fromPosition(i, mirrors[i].position());
        }
        node.accept(context);
        subscriber = Subscriber.connect(context);
    }

    /** Mirrors what has come. */
    int poll() {
        int count = 0;
        try {
            count = subscriber.poll(this, MESSAGE_LIMIT);
        } catch (final Pause ex) {
            // The rest is handed out again.
        } catch (final PositionGoneException ex) {
            throw new MillraceException(
                    ErrorCode.POSITION_GONE,
                    "the node has removed what the job has not read yet: " + ex.getMessage()
                            + "; let the node keep the topic for longer than a worker may be away",
                    ex);
        }
        if (subscriber.reconnectCount() != checkedCount && !check()) {
            return count;
        }
        for (int i = 0; i < mirrors.length; i++) {
            final long position = subscriber.position(i);
            if (position > mirrors[i].position() && mirrors[i].advance(position) >= 0) {
                count++;
            }
        }
        return count;
    }

    @Override
    public void onRecord(final int partition, final RecordFlyweight record) {
        if (subscriber.reconnectCount() != checkedCount) {
            throw Pause.INSTANCE;
        }
        final long outcome = mirrors[partition].append(record);
        if (outcome >= 0) {
            lastPositions[partition] = outcome;
            recordCount.lazySet(recordCount.get() + 1);
            TickRequests.onRecord(ticks, partition, record.kind() == RecordKind.TICK);
        } else if (outcome == Outcome.BACK_PRESSURED || outcome == Outcome.CLOSED) {
            throw Pause.INSTANCE;
        } else if (outcome != Outcome.DUPLICATE) {
            throw new MillraceException(
                    outcome == Outcome.STORAGE_FULL ? ErrorCode.STORAGE_FULL : ErrorCode.STORAGE_FAILED,
                    "cannot mirror a source: topic=" + topic.name() + " partition=" + partition + " outcome="
                            + Outcome.name(outcome) + "; free space on the disk of the worker's directory");
        }
    }

    /** Whether all is mirrored that the node held when it described the topic. */
    boolean hasReached(final TopicDescription described) {
        for (int i = 0; i < mirrors.length; i++) {
            final long end = described.partitions().get(i).endPosition();
            // Where a segment ends there, the next one has begun here.
            if (mirrors[i].position() < end) {
                return false;
            }
        }
        return true;
    }

    long reconnectCount() {
        return subscriber == null ? 0 : subscriber.reconnectCount();
    }

    @Override
    public void close() {
        CloseHelper.quietClose(subscriber);
        CloseHelper.quietCloseAll(mirrors);
    }

    /** False while the node cannot be asked. */
    private boolean check() {
        final long count = subscriber.reconnectCount();
        if (!subscriber.isConnected()) {
            return false;
        }
        try {
            compare();
        } catch (final MillraceException ex) {
            if (ex.code() == ErrorCode.TRANSPORT) {
                return false;
            }
            throw ex;
        }
        checkedCount = count;
        return true;
    }

    private void compare() {
        // Of a compacted topic the record may have gone meanwhile, and nothing else stands there.
        if (!isCompacted) {
            new MirrorCheck(topic, node, lastPositions).run();
        }
    }

    /** Damage is for the tasks to tell of that have not read it yet. */
    private static void readToEnd(final LogReader reader, final RecordHandler handler) {
        boolean hasMore = true;
        while (hasMore) {
            try {
                hasMore = reader.poll(handler, MESSAGE_LIMIT) > 0;
            } catch (final MillraceException ex) {
                if (ex.code() != ErrorCode.CORRUPT || !reader.seekBehindDamage()) {
                    throw ex;
                }
            }
        }
    }

    /** Finds the last record of a partition by a walk over its last segments. */
    private static long lastPosition(final LogPartition partition) {
        final List<Long> bases = partition.segmentPositions();
        final long[] last = {NONE};
        for (int i = bases.size() - 1; i >= 0 && last[0] == NONE; i--) {
            try (LogReader reader = partition.reader()) {
                reader.seek(Math.max(bases.get(i), partition.beginPosition()));
                readToEnd(reader, record -> last[0] = record.position());
            }
        }
        return last[0];
    }
}
