package io.millrace.node;

import io.millrace.broker.BrokerCommandEncoder;
import io.millrace.broker.BrokerEvents;
import io.millrace.broker.BrokerStateMachine;
import io.millrace.broker.GroupPartition;
import io.millrace.broker.Member;
import io.millrace.broker.MessageQueue;
import io.millrace.broker.QueueMessage;
import io.millrace.log.LogStore;
import io.millrace.log.record.Outcome;
import io.millrace.transport.egress.GroupEventProxy;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongArrayList;

/**
 * What group and queue service share: the log of commands, the members that can be reached, and time. The node's agent thread.
 *
 * <p>Log time passes for groups and queues only as records tell it. A tick is recorded when something is to end by now, and when
 * members whose lease is running down were heard; where nothing waits, nothing is recorded.
 */
final class Broker implements BrokerEvents, AutoCloseable {
    private static final long TICK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int SNAPSHOT_INTERVAL_LENGTH = 4 * 1024 * 1024;

    private final LogStore store;
    private final BrokerLog log;
    private final GroupEventProxy proxy = new GroupEventProxy();
    private final Long2ObjectHashMap<MemberLink> links = new Long2ObjectHashMap<>();
    private final LongArrayList heard = new LongArrayList();
    private BrokerEvents groupEvents = new BrokerEvents() {};
    private BrokerEvents queueEvents = new BrokerEvents() {};
    private long tickDeadlineNs;
    private boolean isStarted;

    Broker(final LogStore store) {
        this.store = store;
        this.log = new BrokerLog(store, this, SNAPSHOT_INTERVAL_LENGTH);
    }

    /** Who is to hear what happens to groups and to queues. */
    void listeners(final BrokerEvents ofGroups, final BrokerEvents ofQueues) {
        groupEvents = ofGroups;
        queueEvents = ofQueues;
    }

    BrokerStateMachine machine() {
        return log.machine();
    }

    BrokerCommandEncoder commands() {
        return log.commands();
    }

    GroupEventProxy proxy() {
        return proxy;
    }

    /** What was said of a topic is not to outlive its records. */
    void dependsOn(final String topic) {
        log.dependsOn(topic);
    }

    /** Records the command that was encoded last and carries it out; false when that has to wait. */
    boolean execute(final int length) {
        return log.execute(length) != Outcome.BACK_PRESSURED;
    }

    MemberLink link(final long memberId) {
        return links.get(memberId);
    }

    /** The link of a member if it is this session that speaks for it. */
    MemberLink link(final ClientSession session, final long memberId) {
        final MemberLink link = links.get(memberId);
        if (link == null || link.session() != session) {
            return null;
        }
        link.onHeard();
        return link;
    }

    MemberLink connect(final long memberId, final ClientSession session, final int credit) {
        final MemberLink link = new MemberLink(memberId, session, credit);
        final MemberLink former = links.put(memberId, link);
        if (former != null) {
            former.session().remove(former);
        }
        session.add(link);
        return link;
    }

    int doWork(final long nowNs) {
        int workCount = log.doWork();
        if (!isStarted) {
            // Nobody could renew a lease while no node was there.
            isStarted =
                    machine().wakeUpNs() == Long.MAX_VALUE || execute(commands().nodeStarted());
            workCount++;
        } else if (nowNs - tickDeadlineNs >= 0) {
            tickDeadlineNs = nowNs + TICK_INTERVAL_NS;
            workCount += tick();
        }
        return workCount;
    }

    @Override
    public void close() {
        log.close();
    }

    @Override
    public void onAssigned(final Member member, final String topic, final GroupPartition partition) {
        groupEvents.onAssigned(member, topic, partition);
    }

    @Override
    public void onLetGo(final Member member, final String topic, final GroupPartition partition) {
        groupEvents.onLetGo(member, topic, partition);
    }

    @Override
    public void onLost(final Member member, final String topic, final GroupPartition partition) {
        groupEvents.onLost(member, topic, partition);
    }

    @Override
    public void onCommit(
            final long memberId,
            final int topicIndex,
            final int partition,
            final long epoch,
            final boolean isAccepted) {
        groupEvents.onCommit(memberId, topicIndex, partition, epoch, isAccepted);
    }

    @Override
    public void onMemberGone(final Member member, final boolean isExpired) {
        final MemberLink link = links.remove(member.id());
        if (link != null) {
            link.tell(egress -> proxy.gone(egress, member.id()));
        }
    }

    @Override
    public void onDelivered(
            final Member consumer, final MessageQueue queue, final int partition, final QueueMessage message) {
        queueEvents.onDelivered(consumer, queue, partition, message);
    }

    @Override
    public void onSettled(
            final long consumerId,
            final int partition,
            final long position,
            final int delivery,
            final boolean isAccepted) {
        queueEvents.onSettled(consumerId, partition, position, delivery, isAccepted);
    }

    @Override
    public void onDead(final MessageQueue queue, final int partition, final QueueMessage message) {
        queueEvents.onDead(queue, partition, message);
    }

    private int tick() {
        final long wakeUpNs = machine().wakeUpNs();
        if (wakeUpNs == Long.MAX_VALUE) {
            return 0;
        }
        final long logTimeNs = store.logTimeNs();
        heard.clear();
        boolean isDue = wakeUpNs <= logTimeNs;
        for (final MemberLink link : links.values()) {
            final Member member = machine().member(link.memberId());
            // Renewed when a third of the lease is over, so that few ticks serve many members.
            if (member != null && member.deadlineNs() - logTimeNs < member.leaseNs() / 3 * 2 && link.takeHeard()) {
                heard.addLong(member.id());
                isDue = true;
            }
        }
        return isDue && execute(commands().tick(heard.toLongArray())) ? 1 : 0;
    }
}
