package io.millrace.broker;

import java.util.Collection;
import java.util.Collections;
import java.util.TreeMap;

/**
 * What happens to groups.
 *
 * <p>Members come and go; each time {@link StickyAssignment} says who is to own what. A partition that nobody owns goes to its new owner
 * at once. One that another member owns is asked back: it changes hands when that member lets go, when it leaves, when its lease
 * passes, or when it has taken as long as its lease to let go. A member that is asked for nothing reads on without a pause.
 */
final class Groups {
    private final TreeMap<String, Group> groups = new TreeMap<>();
    private final Members members;

    Groups(final Members members) {
        this.members = members;
    }

    Group find(final String name) {
        return groups.get(name);
    }

    Collection<Group> all() {
        return Collections.unmodifiableCollection(groups.values());
    }

    void addTopic(
            final String name,
            final String topic,
            final int topicId,
            final long[] positions,
            final long logTimeNs,
            final BrokerEvents events) {
        final Group group = groups.computeIfAbsent(name, Group::new);
        if (!group.reads(topic)) {
            group.add(topic, topicId, positions);
        } else if (group.isOther(topic, topicId)) {
            for (final GroupPartition partition : group.partitions()) {
                final Member owner = members.find(partition.ownerId());
                if (owner != null && group.topics().get(partition.topicIndex()).equals(topic)) {
                    events.onLost(owner, topic, partition);
                }
            }
            group.replace(topic, topicId, positions);
            rebalance(group, logTimeNs, events);
        }
    }

    void join(
            final String name,
            final long key,
            final String memberName,
            final long leaseNs,
            final int[] topics,
            final long logTimeNs,
            final BrokerEvents events) {
        final Group group = groups.get(name);
        if (group == null) {
            return;
        }
        Member member = members.find(group.members(), key);
        if (member == null) {
            member = members.add(key, memberName, name, false, logTimeNs, topics);
            group.add(member);
        } else {
            member.topics(topics);
        }
        member.lease(leaseNs, logTimeNs);
        rebalance(group, logTimeNs, events);
    }

    void commit(
            final long memberId,
            final int topicIndex,
            final int partitionIndex,
            final long epoch,
            final long position,
            final boolean isRelease,
            final long logTimeNs,
            final BrokerEvents events) {
        final Member member = members.find(memberId);
        final Group group = member == null || member.isConsumer() ? null : groups.get(member.home());
        final GroupPartition partition = group == null ? null : group.partition(topicIndex, partitionIndex);
        final boolean isAccepted = partition != null && partition.isOwnedBy(memberId, epoch);
        if (isAccepted && position >= 0) {
            partition.commit(position, logTimeNs);
        }
        events.onCommit(memberId, topicIndex, partitionIndex, epoch, isAccepted);
        if (isAccepted && isRelease) {
            partition.free();
            events.onReleased(member, group.topics().get(topicIndex), partition);
            settle(group, partition, logTimeNs, events);
        }
    }

    void reset(
            final String name,
            final int topicIndex,
            final int partitionIndex,
            final long position,
            final long logTimeNs,
            final BrokerEvents events) {
        final Group group = groups.get(name);
        final GroupPartition partition = group == null ? null : group.partition(topicIndex, partitionIndex);
        if (partition != null) {
            partition.commit(position, logTimeNs);
            takeAway(group, partition, logTimeNs, events);
        }
    }

    void delete(final String name) {
        final Group group = groups.get(name);
        if (group != null && group.members().isEmpty()) {
            groups.remove(name);
        }
    }

    /** The member is out of the registry already. */
    void remove(final Member member, final long logTimeNs, final BrokerEvents events) {
        final Group group = groups.get(member.home());
        group.remove(member);
        for (final GroupPartition partition : group.partitions()) {
            if (partition.ownerId() == member.id()) {
                partition.free();
            }
        }
        rebalance(group, logTimeNs, events);
    }

    /** Takes partitions from members that were asked for them and did not let go in time. */
    void expire(final long logTimeNs, final BrokerEvents events) {
        for (final Group group : groups.values()) {
            for (final GroupPartition partition : group.partitions()) {
                if (partition.letGoDeadlineNs() != 0 && partition.letGoDeadlineNs() <= logTimeNs) {
                    takeAway(group, partition, logTimeNs, events);
                }
            }
        }
    }

    void renew(final long logTimeNs) {
        for (final Group group : groups.values()) {
            for (final GroupPartition partition : group.partitions()) {
                final Member owner = members.find(partition.ownerId());
                if (partition.letGoDeadlineNs() != 0 && owner != null) {
                    partition.askBack(Math.max(partition.letGoDeadlineNs(), logTimeNs + owner.leaseNs()));
                }
            }
        }
    }

    long earliestDeadlineNs() {
        long earliest = Long.MAX_VALUE;
        for (final Group group : groups.values()) {
            for (final GroupPartition partition : group.partitions()) {
                if (partition.letGoDeadlineNs() != 0) {
                    earliest = Math.min(earliest, partition.letGoDeadlineNs());
                }
            }
        }
        return earliest;
    }

    void write(final StateOutput out) {
        out.number(groups.size());
        for (final Group group : groups.values()) {
            group.write(out);
        }
    }

    void read(final StateInput in, final boolean hasTopicIds) {
        groups.clear();
        final int count = in.count(Long.BYTES);
        for (int i = 0; i < count; i++) {
            final Group group = Group.read(in, hasTopicIds);
            groups.put(group.name(), group);
        }
        for (final Member member : members.all()) {
            if (!member.isConsumer()) {
                groups.get(member.home()).add(member);
            }
        }
    }

    private void rebalance(final Group group, final long logTimeNs, final BrokerEvents events) {
        group.assign();
        for (final GroupPartition partition : group.partitions()) {
            settle(group, partition, logTimeNs, events);
        }
    }

    private void settle(
            final Group group, final GroupPartition partition, final long logTimeNs, final BrokerEvents events) {
        final String topic = group.topics().get(partition.topicIndex());
        if (partition.ownerId() == Member.NONE) {
            final Member target = members.find(partition.targetId());
            if (target != null) {
                partition.give(target.id(), logTimeNs);
                events.onAssigned(target, topic, partition);
            }
        } else if (partition.ownerId() != partition.targetId() && partition.letGoDeadlineNs() == 0) {
            // Once asked for, a partition is let go even if the plan changes back: its owner may have stopped already.
            final Member owner = members.find(partition.ownerId());
            partition.askBack(logTimeNs + owner.leaseNs());
            events.onLetGo(owner, topic, partition);
        }
    }

    private void takeAway(
            final Group group, final GroupPartition partition, final long logTimeNs, final BrokerEvents events) {
        final Member owner = members.find(partition.ownerId());
        if (owner != null) {
            events.onLost(owner, group.topics().get(partition.topicIndex()), partition);
        }
        partition.free();
        settle(group, partition, logTimeNs, events);
    }
}
