package io.millrace.transport;

import io.millrace.log.record.RecordDescriptor;
import io.millrace.transport.protocol.DeliveredFrames;
import io.millrace.transport.protocol.ProtocolDescriptor;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/**
 * Decides for each partition of a subscriber whether it takes its records from a live feed, which many share, or has them delivered by
 * the node for itself. It knows nothing of Aeron. One thread.
 *
 * <p>Two streams bring the same records, and nothing is said about which of them is faster. Each message says where the one before it
 * ended ({@code from}), so one number per partition decides: where the subscriber stands. A message that reaches back to there is taken,
 * whichever stream it comes from; its old part is left out; a message that begins further on is not taken. So there is no gap and no
 * duplicate, whatever is lost, late or early. The rest is about who sends:
 * <ul>
 *   <li>When a live message was taken, the node is told to deliver no more of the partition (it <em>follows</em>). What it has sent
 *       meanwhile is old, or new and then taken.
 *   <li>When a live message begins further on although the partition follows, some of the feed was lost: the node is told to deliver
 *       again from where the subscriber stands. The same when the feed has gone on, as the node says, and nothing arrives.
 *   <li>Live messages that are early are kept, so that the two meet even when the feed is a bit faster all the time. When more is missing
 *       than can be kept, keeping begins anew.
 * </ul>
 * What the node delivers for the subscriber is never early: it is without a hole, and begins where the subscriber stood when it asked.
 */
final class LiveHandover {
    private static final long TICK_INTERVAL_NS = 50_000_000L;

    /** How long a partition may stand behind what the feed has sent, without moving, before it is taken for lost. */
    static final long STALL_NS = 500_000_000L;

    /** Most partitions that keep messages at once, for the sake of memory; the others meet the feed later. */
    private static final int MAX_HELD_PARTITIONS = 64;

    private final DeliveryEvents events;
    private final ExpandableArrayBuffer longFrame = new ExpandableArrayBuffer();
    private int longFrameLength;
    private int longFramePartition;
    private long longFramePosition;
    private long longFrameFrom;
    private boolean isInLongFrame;
    private Partition[] partitions = new Partition[0];
    private int feed;
    private int recordLimit;
    private int heldPartitionCount;
    private int followedCount;
    private boolean isToTell;
    private long tickDeadlineNs;
    private long replayCount;
    private long ignoredCount;
    private long liveMessageCount;

    LiveHandover(final DeliveryEvents events) {
        this.events = events;
    }

    /** Nothing of an earlier session counts any more. */
    void reset() {
        partitions = new Partition[events.nextPositions().length];
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] = new Partition();
        }
        feed = 0;
        heldPartitionCount = 0;
        followedCount = 0;
        isToTell = false;
        isInLongFrame = false;
    }

    /** Takes messages of this feed from now on. */
    void feed(final int newFeed) {
        loseAll();
        feed = newFeed;
    }

    /** How many partitions take their records from the feed. */
    int followedCount() {
        return followedCount;
    }

    /** How often the node had to be asked to deliver again. */
    long replayCount() {
        return replayCount;
    }

    /** Messages at the feed's port that were not the feed's, or damaged. */
    long ignoredCount() {
        return ignoredCount;
    }

    /** Messages of the feed, whatever became of them. */
    long liveMessageCount() {
        return liveMessageCount;
    }

    void ignore() {
        ignoredCount++;
    }

    /** Begins a poll that hands out up to a number of records. */
    void begin(final int limit) {
        recordLimit = limit;
    }

    /** A message of the feed; false when it is to come again. */
    boolean onLive(final DeliveredFrames frames) {
        final int partition = frames.partition();
        if (feed == 0 || frames.subscription() != feed || !isFollowable(partition)) {
            ignoredCount++;
            return true;
        }
        liveMessageCount++;
        if (frames.flags() == ProtocolDescriptor.FLAGS_WHOLE) {
            isInLongFrame = false;
            return onMessage(
                    partition,
                    frames.fromPosition(),
                    frames.position(),
                    frames.buffer(),
                    frames.offset(),
                    frames.length());
        }
        return onPiece(partition, frames);
    }

    /** Takes what was kept, as far as what was delivered has come up to it. */
    void drain() {
        for (int i = 0; i < partitions.length && heldPartitionCount > 0 && !events.isStopped(); i++) {
            if (!partitions[i].held.isEmpty()) {
                drain(i, partitions[i]);
            }
        }
    }

    /** How far the feed has gone, as the node says. */
    void onSent(final int partition, final long position) {
        if (isFollowable(partition)) {
            partitions[partition].sentPosition = Math.max(partitions[partition].sentPosition, position);
        }
    }

    /** Gives up partitions that stand still although the feed has gone on; whether there was one. */
    boolean isStalled(final long nowNs) {
        if (nowNs - tickDeadlineNs < 0) {
            return false;
        }
        tickDeadlineNs = nowNs + TICK_INTERVAL_NS;
        boolean isAny = false;
        for (int i = 0; i < partitions.length; i++) {
            final Partition partition = partitions[i];
            final long standsAt = events.nextPositions()[i];
            if (!partition.isFollowing || partition.sentPosition <= standsAt || partition.standsAt != standsAt) {
                partition.standsAt = standsAt;
                partition.standsSinceNs = nowNs;
            } else if (nowNs - partition.standsSinceNs > STALL_NS) {
                lose(partition);
                isAny = true;
            }
        }
        return isAny;
    }

    /** The feed is heard no more. */
    void loseAll() {
        for (final Partition partition : partitions) {
            lose(partition);
            forget(partition);
        }
        isInLongFrame = false;
    }

    /** Tells the node what it does not know yet, as far as it takes that just now. */
    void tell(final Commands commands) {
        if (!isToTell) {
            return;
        }
        for (int i = 0; i < partitions.length; i++) {
            final Partition partition = partitions[i];
            if (partition.isFollowing != partition.isTold) {
                final long result =
                        partition.isFollowing ? commands.follow(i) : commands.replay(i, events.nextPositions()[i]);
                if (result <= 0) {
                    return;
                }
                partition.isTold = partition.isFollowing;
                replayCount += partition.isFollowing ? 0 : 1;
            }
        }
        isToTell = false;
    }

    private boolean isFollowable(final int partition) {
        return partition >= 0 && partition < partitions.length && events.nextPositions()[partition] >= 0;
    }

    private boolean onPiece(final int partition, final DeliveredFrames frames) {
        if ((frames.flags() & ProtocolDescriptor.FLAG_FIRST) != 0) {
            isInLongFrame = true;
            longFrameLength = 0;
            longFramePartition = partition;
            longFramePosition = frames.position();
            longFrameFrom = frames.fromPosition();
        } else if (!isInLongFrame || partition != longFramePartition || frames.position() != longFramePosition) {
            // It began before this subscriber listened, or some of it was lost.
            isInLongFrame = false;
            return true;
        }
        final int length = longFrameLength + frames.length();
        if (length > RecordDescriptor.MAX_RECORD_LENGTH) {
            ignoredCount++;
            isInLongFrame = false;
            return true;
        }
        longFrame.putBytes(longFrameLength, frames.buffer(), frames.offset(), frames.length());
        if ((frames.flags() & ProtocolDescriptor.FLAG_LAST) == 0) {
            longFrameLength = length;
            return true;
        }
        if (!onMessage(partition, longFrameFrom, longFramePosition, longFrame, 0, length)) {
            // The last piece comes again.
            return false;
        }
        isInLongFrame = false;
        return true;
    }

    private boolean onMessage(
            final int index,
            final long fromPosition,
            final long position,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        final Partition partition = partitions[index];
        if (!partition.held.isEmpty() && partition.held.fromPosition() <= events.nextPositions()[index]) {
            // What was kept comes first, and has not been handed out for want of room.
            drain(index, partition);
        }
        if (fromPosition <= events.nextPositions()[index]) {
            return take(index, partition, position, buffer, offset, length);
        }
        keep(partition, fromPosition, position, buffer, offset, length);
        return true;
    }

    /** Hands out what is new; false when there is no room for it in this poll. */
    private boolean take(
            final int index,
            final Partition partition,
            final long position,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        final long before = events.nextPositions()[index];
        if (position + RecordDescriptor.align(length) <= before) {
            return true;
        }
        if (events.isStopped() || events.recordCount() >= recordLimit) {
            return false;
        }
        final boolean isTaken = events.takeLive(index, position, buffer, offset, length);
        if (events.nextPositions()[index] == before) {
            ignoredCount += isTaken ? 1 : 0;
        } else if (!partition.isFollowing) {
            partition.isFollowing = true;
            partition.standsAt = -1;
            followedCount++;
            isToTell = true;
        }
        return isTaken;
    }

    private void keep(
            final Partition partition,
            final long fromPosition,
            final long position,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        if (!partition.held.isContinuedBy(fromPosition)) {
            lose(partition);
            if (partition.held.isEmpty() && heldPartitionCount >= MAX_HELD_PARTITIONS) {
                return;
            }
        }
        final boolean wasEmpty = partition.held.isEmpty();
        final boolean isKept = partition.held.add(fromPosition, position, buffer, offset, length);
        heldPartitionCount += (isKept ? 1 : 0) - (wasEmpty ? 0 : 1);
        if (!isKept) {
            lose(partition);
        }
    }

    private void drain(final int index, final Partition partition) {
        final HeldMessages held = partition.held;
        while (!held.isEmpty() && held.fromPosition() <= events.nextPositions()[index]) {
            if (!take(index, partition, held.position(), held.frames(), held.framesOffset(), held.framesLength())) {
                return;
            }
            held.remove();
        }
        heldPartitionCount -= held.isEmpty() ? 1 : 0;
    }

    private void lose(final Partition partition) {
        if (partition.isFollowing) {
            partition.isFollowing = false;
            followedCount--;
            isToTell = true;
        }
    }

    private void forget(final Partition partition) {
        if (!partition.held.isEmpty()) {
            partition.held.clear();
            heldPartitionCount--;
        }
    }

    /** What the node is told. */
    interface Commands {
        /** Deliver no more of a partition: positive when the command is on its way. */
        long follow(int partition);

        /** Deliver a partition again, from a position: positive when the command is on its way. */
        long replay(int partition, long position);
    }

    private static final class Partition {
        private final HeldMessages held = new HeldMessages();
        private boolean isFollowing;
        private boolean isTold;
        private long sentPosition;
        private long standsAt = -1;
        private long standsSinceNs;
    }
}
