package io.millrace.node;

import io.millrace.log.Durability;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogTopic;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.PositionGoneException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordHandler;
import io.millrace.transport.codec.StartKind;
import io.millrace.transport.egress.EgressProxy;
import io.millrace.transport.protocol.ProtocolDescriptor;
import io.millrace.transport.protocol.StartPoint;
import io.millrace.transport.protocol.SubscribeRequest;
import java.util.ArrayDeque;
import java.util.Queue;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One subscription of one client: a reader per partition, from the log's mapping straight into the client's publication.
 * The node's agent thread.
 *
 * <p>A client on the same machine may read the log by itself: then the readers only find where it begins, and the client is told how far
 * it may read.
 *
 * <p>Records that lie one behind the other leave in one message, as many as are there. When the client does not keep up, its
 * publication refuses; what was just read is held back in a buffer and nothing more is read. The log keeps the rest, so that a slow
 * subscriber costs the node nothing else. A record that is longer than a message goes the same way, and leaves in pieces.
 *
 * <p>A partition that the client takes from a live feed is not delivered, until the client says from where it wants it again.
 */
final class SubscriptionSession implements RecordHandler, AutoCloseable {
    /** In one duty cycle, of each partition: no fewer than publishers may append meanwhile. */
    private static final int RECORD_LIMIT = 1024;

    private static final long NOWHERE = -1L;
    private static final DirectBuffer NOTHING = new UnsafeBuffer(new byte[0]);

    private final int handle;
    private final LogTopic topic;
    private final boolean isPower;
    private final boolean goesOnWhenGone;
    private final Queue<Gone> gone = new ArrayDeque<>();
    private final LogReader[] readers;
    private final long[] deliveredPositions;
    private final long[] readablePositions;
    private final boolean isReadByClient;
    private final DeliveryBatch batch = new DeliveryBatch();
    private LiveMember live;
    private int partition;
    private boolean isEnded;
    private EgressProxy egress;

    SubscriptionSession(final int handle, final LogTopic topic, final SubscribeRequest request) {
        this.handle = handle;
        this.topic = topic;
        this.isPower = topic.spec().durability() == Durability.POWER;
        this.goesOnWhenGone = request.goesOnWhenGone();
        this.readers = new LogReader[topic.partitionCount()];
        this.deliveredPositions = new long[readers.length];
        this.readablePositions = new long[readers.length];
        this.isReadByClient = request.readsLog();
        try {
            for (int i = 0; i < readers.length; i++) {
                open(i, request.start(i));
            }
            if (isReadByClient) {
                close();
            }
        } catch (final RuntimeException ex) {
            close();
            throw ex;
        }
    }

    int handle() {
        return handle;
    }

    Durability durability() {
        return topic.spec().durability();
    }

    LogTopic topic() {
        return topic;
    }

    /** Whether a live feed is of use to it, and it has not asked before. */
    boolean canShare() {
        return !isReadByClient && live == null && !isEnded;
    }

    /** Takes part in a live feed. */
    void share(final LiveMember member) {
        live = member;
    }

    /** Its part in a live feed, or null. */
    LiveMember live() {
        return live;
    }

    /** The client takes a partition from the live feed. */
    void follow(final int index) {
        if (isDelivered(index)) {
            live.follow(index);
        }
    }

    /** The client stands at a position and wants a partition delivered from there on. */
    void replayFrom(final int index, final long position) {
        if (!isDelivered(index)
                || position < 0
                || position > topic.partition(index).tailPosition()) {
            return;
        }
        if (!batch.isEmpty() && batch.partition() == index) {
            batch.drop();
        }
        // What was to be said of where it stood before does not count, however often it asks.
        gone.removeIf(each -> each.partition == index);
        live.unfollow(index);
        try {
            readers[index].seek(position);
            deliveredPositions[index] = position;
        } catch (final PositionGoneException ex) {
            onGone(index, ex.position());
        }
    }

    long[] positions() {
        return deliveredPositions.clone();
    }

    /** Sends what the log holds and the client takes, each partition in turn. */
    int deliver(final EgressProxy egress) {
        this.egress = egress;
        if (isEnded || !batch.send(egress, handle) || (!gone.isEmpty() && !sendGone())) {
            return 0;
        }
        if (isReadByClient) {
            return sayReadable();
        }
        int count = live == null ? 0 : live.send(egress, handle);
        for (int i = 0; i < readers.length && batch.isEmpty(); i++) {
            partition = partition + 1 == readers.length ? 0 : partition + 1;
            if (readers[partition] != null && (live == null || !live.isFollowing(partition))) {
                count += deliver(readers[partition]);
            }
        }
        return count;
    }

    /** Only the latest position counts, so a client that does not listen has nothing waiting for it. */
    private int sayReadable() {
        int count = 0;
        for (int i = 0; i < readers.length; i++) {
            final long position = isPower ? topic.partition(i).durablePosition() : Long.MAX_VALUE;
            if (position > readablePositions[i] && deliveredPositions[i] != NOWHERE) {
                if (egress.readable(handle, i, position) <= 0) {
                    return count;
                }
                readablePositions[i] = position;
                count++;
            }
        }
        return count;
    }

    private int deliver(final LogReader reader) {
        // Nobody outside sees what a loss of power could still take back.
        final long endPosition = isPower ? topic.partition(partition).durablePosition() : Long.MAX_VALUE;
        int count = 0;
        try {
            while (count < RECORD_LIMIT && batch.takesMore() && reader.poll(this, 1, endPosition) > 0) {
                count++;
            }
        } catch (final PositionGoneException ex) {
            onGone(partition, ex.position());
            count++;
        } finally {
            batch.send(egress, handle);
        }
        if (count < RECORD_LIMIT
                && batch.isEmpty()
                && gone.isEmpty()
                && reader.position() > deliveredPositions[partition]) {
            count += sayPassed(reader.position());
        }
        return count;
    }

    /** What readers do not see at the end of the log: who copies it stands where this one stands. */
    private int sayPassed(final long position) {
        final long result = egress.deliver(
                handle,
                partition,
                deliveredPositions[partition],
                position,
                ProtocolDescriptor.FLAGS_WHOLE,
                NOTHING,
                0,
                0);
        if (result <= 0) {
            return 0;
        }
        deliveredPositions[partition] = position;
        return 1;
    }

    @Override
    public void onRecord(final RecordFlyweight record) {
        final long fromPosition = deliveredPositions[partition];
        deliveredPositions[partition] = record.nextPosition();
        batch.add(record, partition, fromPosition, egress, handle);
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(readers);
        CloseHelper.quietClose(live);
    }

    @Override
    public String toString() {
        return "topic=" + topic.name();
    }

    private boolean isDelivered(final int index) {
        return index >= 0 && index < readers.length && readers[index] != null && !isEnded;
    }

    private void open(final int index, final StartPoint start) {
        if (start.kind() == StartKind.NONE) {
            deliveredPositions[index] = NOWHERE;
            return;
        }
        final LogPartition logPartition = topic.partition(index);
        readers[index] = logPartition.reader();
        try {
            seek(readers[index], logPartition, start);
            deliveredPositions[index] = readers[index].position();
        } catch (final PositionGoneException ex) {
            onGone(index, ex.position());
        }
    }

    private static void seek(final LogReader reader, final LogPartition partition, final StartPoint start) {
        if (start.kind() == StartKind.END) {
            reader.seekToEnd();
        } else if (start.kind() == StartKind.LOG_TIME) {
            reader.seekToLogTime(start.value());
        } else if (start.kind() == StartKind.POSITION) {
            final long end = partition.tailPosition();
            if (start.value() < 0 || start.value() > end) {
                throw new MillraceException(
                        ErrorCode.CONFIGURATION,
                        "start position is beyond the end: topic=" + partition.topic() + " partition="
                                + partition.index() + " position=" + start.value() + " end=" + end);
            }
            reader.seek(start.value());
        }
    }

    /** Goes on at the begin, if the client wants that; the client hears of it before anything else, whatever it wants. */
    private void onGone(final int index, final long position) {
        if (goesOnWhenGone) {
            readers[index].seekToBegin();
            deliveredPositions[index] = readers[index].position();
        } else {
            deliveredPositions[index] = position;
        }
        gone.add(new Gone(index, position, topic.partition(index).beginPosition()));
    }

    private boolean sendGone() {
        while (!gone.isEmpty()) {
            final Gone next = gone.peek();
            final long firstPosition = goesOnWhenGone ? deliveredPositions[next.partition] : next.firstPosition;
            if (egress.positionGone(handle, next.partition, next.position, firstPosition, goesOnWhenGone) <= 0) {
                return false;
            }
            gone.remove();
            if (!goesOnWhenGone) {
                isEnded = true;
                close();
                return false;
            }
        }
        return true;
    }

    /** What the client is to hear of a position that was removed. */
    private record Gone(int partition, long position, long firstPosition) {}
}
