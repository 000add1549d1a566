package io.millrace.transport;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.transport.protocol.AssignedPartition;
import io.millrace.transport.protocol.CommitEntry;
import io.millrace.transport.protocol.CommitResult;
import io.millrace.transport.protocol.JoinGroupRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * A member of a consumer group: it reads the partitions that the node assigns to it, says how far it is, and lets go of what others are
 * to have. One thread.
 *
 * <p>{@link #poll} wants to be called several times within each lease: it takes records, shows that the member is alive, commits when
 * that is due, and answers the node. A record is processed when the handler has returned from it. A member whose lease has passed
 * finds its commits refused: it loses its partitions, joins anew and goes on with what it gets. A session that is lost is opened again,
 * and within its lease the member goes on where it was.
 */
public final class GroupSubscriber extends MemberClient {
    private final GroupSubscriberContext context;
    private final List<OwnedPartition> owned = new ArrayList<>();
    private final List<String> changedTopics = new ArrayList<>();
    private final FeedHandler feedHandler = new FeedHandler();
    private MemberEvents events;
    private long member;
    private long nextCommitNs;
    private long fencedCount;

    private GroupSubscriber(final GroupSubscriberContext context) {
        super(context.settings(), context.leaseNs());
        this.context = context;
    }

    /**
     * Connects to a node and joins; waits for it as long as the context allows.
     *
     * @param context with the settings
     * @return the member; its partitions come with the first polls
     * @throws MillraceException when the settings are wrong, no node answers, or the node refuses (no such topic, …)
     */
    public static GroupSubscriber connect(final GroupSubscriberContext context) {
        final GroupSubscriber member = new GroupSubscriber(context.conclude());
        member.connect();
        return member;
    }

    /**
     * Takes records that have arrived, and does whatever else is due. While the node cannot be reached it takes nothing, and may take as
     * long as the connection's timeout to find that out.
     *
     * @param handler that takes each record
     * @param limit   of messages to take; a message holds one record or a few
     * @return how many records were taken
     * @throws MillraceException when the node refuses for a reason that will not pass
     */
    public int poll(final GroupHandler handler, final int limit) {
        if (!ensureConnected()) {
            return 0;
        }
        if (context.autoCommitIntervalNs() > 0 && System.nanoTime() - nextCommitNs >= 0) {
            nextCommitNs = System.nanoTime() + context.autoCommitIntervalNs();
            commitAsync();
        }
        showAlive();
        final int count = take(handler, limit);
        change();
        return count;
    }

    /**
     * Says how far this member is, without waiting.
     *
     * @return positive when it is on its way or there is nothing new, or one of {@link Outcome}
     */
    public long commitAsync() {
        final List<CommitEntry> entries = news();
        return entries.isEmpty() ? 1 : send(connection().nextCorrelationId(), entries);
    }

    /**
     * Says how far this member is, and waits until the log holds it.
     *
     * @throws MillraceException FENCED when a partition is no longer this member's; TRANSPORT when there is no answer in time
     */
    public void commitSync() {
        if (!ensureConnected()) {
            throw new MillraceException(ErrorCode.TRANSPORT, "commit failed: the node cannot be reached: " + this);
        }
        final List<CommitEntry> entries = unconfirmed();
        if (entries.isEmpty()) {
            return;
        }
        final long correlationId = connection().nextCorrelationId();
        final MemberEvents ofThisSession = events;
        request(
                "commit",
                correlationId,
                () -> commands().commit(correlationId, member, entries),
                () -> ofThisSession.results(correlationId) != null);
        confirm(entries, ofThisSession.results(correlationId));
        for (final CommitResult result : ofThisSession.results(correlationId)) {
            if (!result.isAccepted()) {
                throw new MillraceException(
                        ErrorCode.FENCED,
                        "commit refused: the partition is no longer this member's: " + context + " partition="
                                + result.partition() + " epoch=" + result.epoch());
            }
        }
    }

    /**
     * How much of the partitions that this member owns is still to come, as far as is known from the last commit.
     *
     * @return bytes
     */
    public long lag() {
        long lag = 0;
        for (final OwnedPartition partition : owned) {
            lag += partition.lag();
        }
        return lag;
    }

    /**
     * How many partitions this member owns.
     *
     * @return partitions of all topics
     */
    public int partitionCount() {
        return owned.size();
    }

    /**
     * Number of the ownership of a partition: greater than that of each earlier owner. Whoever writes elsewhere what it has processed
     * can pass it on, so that what a former owner still writes is told from what its successor has written.
     *
     * @param topic     name
     * @param partition of the topic
     * @return number, -1 when this member does not own the partition
     */
    public long epoch(final String topic, final int partition) {
        final OwnedPartition one = find(topic, partition);
        return one == null ? -1 : one.epoch();
    }

    /**
     * Number that the node knows this member by.
     *
     * @return number, another one after the lease has passed
     */
    public long memberId() {
        return member;
    }

    /**
     * How often the node refused a commit because the partition was no longer this member's.
     *
     * @return partitions, each commit counted
     */
    public long fencedCount() {
        return fencedCount;
    }

    @Override
    public String toString() {
        return "GroupSubscriber{" + context + ", member=" + member + ", partitions=" + owned.size() + '}';
    }

    @Override
    SessionEvents events() {
        return events;
    }

    @Override
    SessionEvents newEvents() {
        events = new MemberEvents(this);
        return events;
    }

    @Override
    long member() {
        return member;
    }

    @Override
    void enter() {
        for (final OwnedPartition partition : owned) {
            partition.confirmed(false);
            partition.unsent();
        }
        final long correlationId = connection().nextCorrelationId();
        final JoinGroupRequest request = new JoinGroupRequest(
                correlationId,
                key(),
                leaseNs(),
                context.isFromEnd(),
                context.topics(),
                context.group(),
                context.memberName());
        final MemberEvents ofThisSession = events;
        ofThisSession.joining();
        request("join", correlationId, () -> commands().join(request), ofThisSession::isJoined);
        member = ofThisSession.joinedMember();
    }

    @Override
    void leave() {
        if (context.autoCommitIntervalNs() > 0) {
            commitSync();
        }
        commands().leave(member);
    }

    /** Everything that the member owns was told before. */
    void onJoined(final long id) {
        member = id;
        for (final OwnedPartition partition : List.copyOf(owned)) {
            if (!partition.isConfirmed()) {
                lose(partition);
            }
        }
    }

    void onAssigned(final AssignedPartition assigned) {
        final OwnedPartition known = find(assigned.topicIndex(), assigned.partition());
        if (known != null && known.epoch() == assigned.epoch()) {
            // The same ownership in another session: it has come further than it has committed.
            known.confirmed(true);
        } else {
            if (known != null) {
                lose(known);
            }
            owned.add(new OwnedPartition(assigned));
            context.listener().onAssigned(assigned.topic(), assigned.partition(), assigned.position());
        }
        changed(assigned.topic());
    }

    void onRevoked(final int topicIndex, final int index, final long epoch, final boolean isLost) {
        final OwnedPartition partition = find(topicIndex, index);
        if (partition == null || partition.epoch() != epoch) {
            return;
        }
        if (isLost) {
            lose(partition);
        } else if (!partition.isRevoked()) {
            partition.revoke();
            context.listener().onRevoked(partition.topic(), partition.partition());
            owned.remove(partition);
            changed(partition.topic());
            send(connection().nextCorrelationId(), List.of(partition.release(context.autoCommitIntervalNs() > 0)));
        }
    }

    void onCommitted(final long correlationId, final List<CommitResult> results) {
        events.forgetResults(correlationId);
        for (final CommitResult result : results) {
            final OwnedPartition partition = find(result.topicIndex(), result.partition());
            if (!result.isAccepted()) {
                fencedCount++;
                if (partition != null && partition.epoch() == result.epoch()) {
                    lose(partition);
                }
            } else if (partition != null) {
                partition.endPosition(result.endPosition());
            }
        }
    }

    /** The lease has passed: whatever this member owned is gone, and it joins as another one. */
    void onGone(final long id) {
        if (id == member) {
            for (final OwnedPartition partition : List.copyOf(owned)) {
                lose(partition);
            }
            enterAnew();
        }
    }

    /** Records of a topic were let pass: they come again. */
    void onPassed(final String topic) {
        changed(topic);
    }

    void onUnwanted(final int subscription) {
        connection().ingress().unsubscribe(subscription);
    }

    private void request(
            final String what, final long correlationId, final LongSupplier command, final BooleanSupplier isAnswered) {
        final MemberEvents ofThisSession = events;
        ofThisSession.waiting(true);
        try {
            connection().request(what, correlationId, command, isAnswered);
        } finally {
            ofThisSession.waiting(false);
        }
    }

    private int take(final GroupHandler handler, final int limit) {
        feedHandler.target = handler;
        for (final TopicFeed feed : events.feeds()) {
            feed.events().begin(feedHandler.of(feed.topic()));
        }
        connection().poll(limit);
        int count = 0;
        RuntimeException thrown = null;
        for (final TopicFeed feed : events.feeds()) {
            try {
                count += feed.events().end();
            } catch (final RuntimeException ex) {
                thrown = ex;
            }
        }
        if (thrown != null) {
            throw thrown;
        }
        return count;
    }

    private void change() {
        Runnable next = events.nextChange();
        while (next != null && hasSession()) {
            next.run();
            next = events.nextChange();
        }
        if (!hasSession()) {
            return;
        }
        for (final String topic : List.copyOf(changedTopics)) {
            if (subscribe(topic)) {
                changedTopics.remove(topic);
            }
        }
    }

    /** Follows what is owned of a topic now, and no more what was; false when that has to wait. */
    private boolean subscribe(final String topic) {
        final List<TopicFeed> feeds = events.feeds();
        for (int i = feeds.size() - 1; i >= 0; i--) {
            final TopicFeed feed = feeds.get(i);
            if (feed.topic().equals(topic)) {
                if (feed.handle() != 0 && connection().ingress().unsubscribe(feed.handle()) <= 0) {
                    return false;
                }
                feeds.remove(i);
            }
        }
        final List<OwnedPartition> ofTopic = new ArrayList<>();
        for (final OwnedPartition partition : owned) {
            if (partition.topic().equals(topic)) {
                ofTopic.add(partition);
            }
        }
        if (ofTopic.isEmpty()) {
            return true;
        }
        final TopicFeed feed = new TopicFeed(topic, connection().nextCorrelationId(), ofTopic);
        if (connection().ingress().subscribe(feed.request()) <= 0) {
            return false;
        }
        feeds.add(feed);
        return true;
    }

    private void lose(final OwnedPartition partition) {
        owned.remove(partition);
        changed(partition.topic());
        context.listener().onLost(partition.topic(), partition.partition());
    }

    private void changed(final String topic) {
        for (final TopicFeed feed : events.feeds()) {
            if (feed.topic().equals(topic)) {
                // It stands elsewhere than the new owner of its partitions, and may not be closed at once.
                feed.stale();
            }
        }
        if (!changedTopics.contains(topic)) {
            changedTopics.add(topic);
        }
    }

    private List<CommitEntry> news() {
        final List<CommitEntry> entries = new ArrayList<>();
        for (final OwnedPartition partition : owned) {
            if (partition.hasNews()) {
                entries.add(partition.commit());
            }
        }
        return entries;
    }

    /** Also what was said before: nobody may have heard it. */
    private List<CommitEntry> unconfirmed() {
        final List<CommitEntry> entries = new ArrayList<>();
        for (final OwnedPartition partition : owned) {
            if (partition.isUnconfirmed()) {
                entries.add(partition.commit());
            }
        }
        return entries;
    }

    private void confirm(final List<CommitEntry> entries, final List<CommitResult> results) {
        for (int i = 0; i < results.size(); i++) {
            final CommitResult result = results.get(i);
            final OwnedPartition partition = find(result.topicIndex(), result.partition());
            if (result.isAccepted() && partition != null && partition.epoch() == result.epoch()) {
                partition.confirmed(entries.get(i).position());
            }
        }
    }

    private long send(final long correlationId, final List<CommitEntry> entries) {
        final long result = commands().commit(correlationId, member, entries);
        if (result <= 0) {
            for (final CommitEntry entry : entries) {
                final OwnedPartition partition = find(entry.topicIndex(), entry.partition());
                if (partition != null) {
                    partition.unsent();
                }
            }
        }
        return result;
    }

    private OwnedPartition find(final int topicIndex, final int partition) {
        for (final OwnedPartition one : owned) {
            if (one.is(topicIndex, partition)) {
                return one;
            }
        }
        return null;
    }

    private OwnedPartition find(final String topic, final int partition) {
        for (int i = 0; i < owned.size(); i++) {
            final OwnedPartition one = owned.get(i);
            if (one.partition() == partition && one.topic().equals(topic)) {
                return one;
            }
        }
        return null;
    }

    private final class FeedHandler {
        private GroupHandler target;

        SubscriptionHandler of(final String topic) {
            return (partition, record) -> hand(topic, partition, record);
        }

        private void hand(final String topic, final int partition, final RecordFlyweight record) {
            final OwnedPartition one = find(topic, partition);
            if (one != null) {
                target.onRecord(topic, partition, record);
                one.processedTo(record.nextPosition());
            }
        }
    }
}
