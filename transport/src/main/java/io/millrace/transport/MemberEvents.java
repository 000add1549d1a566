package io.millrace.transport;

import io.millrace.log.Durability;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.protocol.AssignedPartition;
import io.millrace.transport.protocol.CommitResult;
import io.millrace.transport.protocol.DeliveredFrames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;

/** What a member of a group hears in one session; what is to be done about it is done between two polls. One thread. */
final class MemberEvents extends SessionEvents {
    private final ArrayDeque<Runnable> changes = new ArrayDeque<>();
    private final List<TopicFeed> feeds = new ArrayList<>();
    private final Long2ObjectHashMap<List<CommitResult>> results = new Long2ObjectHashMap<>();
    private final GroupSubscriber member;
    private long joinedMember;
    private boolean isJoined;
    private boolean isWaiting;

    MemberEvents(final GroupSubscriber member) {
        this.member = member;
    }

    /** The next answer to a join is the one that counts. */
    void joining() {
        isJoined = false;
    }

    boolean isJoined() {
        return isJoined;
    }

    long joinedMember() {
        return joinedMember;
    }

    /** What became of a commit that is waited for; null before it is known. */
    List<CommitResult> results(final long correlationId) {
        return results.get(correlationId);
    }

    void forgetResults(final long correlationId) {
        results.remove(correlationId);
    }

    List<TopicFeed> feeds() {
        return feeds;
    }

    /**
     * Says whether an answer is waited for. Records that come before it would stand in its way, since nobody takes them: they are let
     * pass, and their topic is followed anew from where the member is.
     */
    void waiting(final boolean newWaiting) {
        isWaiting = newWaiting;
    }

    /** What has happened since this was asked last, in order; null for nothing more. */
    Runnable nextChange() {
        return changes.poll();
    }

    @Override
    public void onGroupJoined(final long correlationId, final long id, final long generation) {
        changes.add(() -> member.onJoined(id));
        joinedMember = id;
        isJoined = true;
    }

    @Override
    public void onPartitionAssigned(final AssignedPartition partition) {
        changes.add(() -> member.onAssigned(partition));
    }

    @Override
    public void onPartitionRevoked(
            final long id, final int topicIndex, final int partition, final long epoch, final boolean isLost) {
        changes.add(() -> member.onRevoked(topicIndex, partition, epoch, isLost));
    }

    @Override
    public void onGroupCommitted(final long correlationId, final long id, final List<CommitResult> entries) {
        results.put(correlationId, entries);
        changes.add(() -> member.onCommitted(correlationId, entries));
    }

    @Override
    public void onMemberGone(final long id) {
        changes.add(() -> member.onGone(id));
    }

    @Override
    public void onSubscriptionOpened(
            final long correlationId, final int subscription, final Durability durability, final long[] positions) {
        for (final TopicFeed feed : feeds) {
            if (feed.correlationId() == correlationId) {
                feed.opened(subscription);
                feed.events().onSubscriptionOpened(correlationId, subscription, durability, positions);
                return;
            }
        }
        // The set of partitions has changed since: nobody reads this one.
        changes.add(() -> member.onUnwanted(subscription));
    }

    @Override
    public void onRejected(final long correlationId, final ErrorCode code, final String message) {
        super.onRejected(correlationId, code, message);
        for (final TopicFeed feed : feeds) {
            if (feed.correlationId() == correlationId) {
                fail(new MillraceException(code, message));
            }
        }
    }

    @Override
    public boolean onDeliver(final DeliveredFrames frames) {
        for (int i = 0; i < feeds.size(); i++) {
            final TopicFeed feed = feeds.get(i);
            if (feed.handle() == frames.subscription()) {
                if (feed.isStale()) {
                    return true;
                }
                if (isWaiting) {
                    feed.stale();
                    changes.add(() -> member.onPassed(feed.topic()));
                    return true;
                }
                final boolean isTaken = feed.events().onDeliver(frames);
                if (feed.events().failure() != null) {
                    fail(feed.events().failure());
                }
                return isTaken;
            }
        }
        return true;
    }

    @Override
    public void onPositionGone(
            final int subscription,
            final int partition,
            final long position,
            final long firstPosition,
            final boolean isResumed) {
        for (final TopicFeed feed : feeds) {
            if (feed.handle() == subscription) {
                feed.events().onPositionGone(subscription, partition, position, firstPosition, isResumed);
            }
        }
    }
}
