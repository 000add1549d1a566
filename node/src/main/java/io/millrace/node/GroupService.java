package io.millrace.node;

import io.millrace.broker.BrokerEvents;
import io.millrace.broker.Group;
import io.millrace.broker.GroupPartition;
import io.millrace.broker.Member;
import io.millrace.broker.PartitionCommit;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.protocol.AssignedPartition;
import io.millrace.transport.protocol.CommitEntry;
import io.millrace.transport.protocol.CommitResult;
import io.millrace.transport.protocol.JoinGroupRequest;
import io.millrace.transport.protocol.ResetGroupRequest;
import io.millrace.transport.protocol.StartPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What the node does with consumer groups: it looks at what clients ask, records it, and tells members what follows. Records reach members
 * by subscriptions of their own. The node's agent thread.
 */
final class GroupService implements BrokerEvents {
    private static final int ALL_PARTITIONS = -1;

    private final LogStore store;
    private final Broker broker;
    private final BrokerLimits limits;
    private final GroupDescription description;
    private List<CommitResult> results = new ArrayList<>();

    GroupService(final LogStore store, final Broker broker, final BrokerLimits limits) {
        this.store = store;
        this.broker = broker;
        this.limits = limits;
        this.description = new GroupDescription(store, broker.machine());
    }

    boolean join(final ClientSession session, final JoinGroupRequest request, final Predicate<String> visibleTopics) {
        check(request, visibleTopics);
        final String name = request.groupName();
        for (final String topic : request.topics()) {
            if (!knows(name, topic) && !addTopic(name, topic, request.isFromEnd())) {
                return false;
            }
        }
        final Group group = broker.machine().group(name);
        final int[] topicIndexes = request.topics().stream()
                .mapToInt(topic -> group.topics().indexOf(topic))
                .distinct()
                .sorted()
                .toArray();
        final boolean isKnown = broker.machine().member(name, false, request.memberKey()) != null;
        if (!isKnown) {
            BrokerAdmission.checkRoom("members in a group", group.members().size(), limits.maxMembers(), "max.members");
        }
        if (!broker.execute(broker.commands()
                .groupJoin(name, request.memberKey(), request.memberName(), request.leaseNs(), topicIndexes))) {
            return false;
        }
        final Member member = broker.machine().member(name, false, request.memberKey());
        final MemberLink link = broker.connect(member.id(), session, 0);
        final long generation = group.generation();
        // Whatever it was told before the session was known to be its own is told here.
        for (final GroupPartition partition : group.partitions()) {
            if (partition.ownerId() == member.id()) {
                final String topic = group.topics().get(partition.topicIndex());
                onAssigned(member, topic, partition);
                if (partition.letGoDeadlineNs() != 0) {
                    onLetGo(member, topic, partition);
                }
            }
        }
        // Comes last, so that the client knows by then that it has heard of all that it owns.
        link.tell(egress -> broker.proxy().joined(egress, request.correlationId(), member.id(), generation));
        return true;
    }

    boolean commit(
            final ClientSession session,
            final long correlationId,
            final long memberId,
            final List<CommitEntry> entries) {
        final MemberLink link = broker.link(session, memberId);
        final Member member = broker.machine().member(memberId);
        if (link == null || member == null || member.isConsumer()) {
            // Its lease has passed, or another session speaks for it: nothing of it counts.
            final List<CommitResult> fenced = entries.stream()
                    .map(entry -> new CommitResult(entry.topicIndex(), entry.partition(), entry.epoch(), 0, false))
                    .toList();
            session.answer(egress -> broker.proxy().committed(egress, correlationId, memberId, fenced));
            return true;
        }
        final Group group = broker.machine().group(member.home());
        final List<PartitionCommit> commits = new ArrayList<>(entries.size());
        for (final CommitEntry entry : entries) {
            checkPosition(group, entry);
            commits.add(new PartitionCommit(
                    entry.topicIndex(), entry.partition(), entry.epoch(), entry.position(), entry.isRelease()));
        }
        results = new ArrayList<>(entries.size());
        final List<CommitResult> ofThisCommit = results;
        if (!broker.execute(broker.commands().groupCommit(memberId, commits))) {
            return false;
        }
        link.tell(egress -> broker.proxy().committed(egress, correlationId, memberId, ofThisCommit));
        return true;
    }

    boolean leave(final ClientSession session, final long memberId) {
        return broker.link(session, memberId) == null
                || broker.execute(broker.commands().leave(memberId));
    }

    /** What a group reads; nothing when there is no such group. */
    List<String> topics(final String name) {
        final Group group = broker.machine().group(name);
        return group == null ? List.of() : group.topics();
    }

    String describe(final String name, final Predicate<String> visibleTopics) {
        return name.isEmpty() ? description.list(visibleTopics) : description.of(group(name));
    }

    /** Lines about the group as it is afterwards; null when that has to wait, which does what was done so far again. */
    String reset(final ResetGroupRequest request) {
        final Group group = group(request.groupName());
        if (!request.topic().isEmpty() && !group.topics().contains(request.topic())) {
            throw new MillraceException(
                    ErrorCode.UNKNOWN_TOPIC,
                    "group does not read the topic: group=" + group.name() + " topics=" + group.topics());
        }
        for (final String topic : group.topics()) {
            if (store.hasTopic(topic) && !knows(group.name(), topic) && !addTopic(group.name(), topic, false)) {
                return null;
            }
        }
        for (final GroupPartition partition : group.partitions()) {
            final String topic = group.topics().get(partition.topicIndex());
            final boolean isMeant =
                    (request.topic().isEmpty() || request.topic().equals(topic))
                            && (request.partition() == ALL_PARTITIONS || request.partition() == partition.index());
            if (isMeant) {
                final long position = position(topic, partition.index(), request.start());
                if (!broker.execute(broker.commands()
                        .groupReset(group.name(), partition.topicIndex(), partition.index(), position))) {
                    return null;
                }
            }
        }
        return description.of(group);
    }

    /** Lines about the groups that are left; null when that has to wait. */
    String delete(final String name, final Predicate<String> visibleTopics) {
        final Group group = group(name);
        if (!group.members().isEmpty()) {
            throw new MillraceException(
                    ErrorCode.IN_USE,
                    "group has members: group=" + name + " members="
                            + group.members().size() + "; close them, or wait until their leases have passed");
        }
        return broker.execute(broker.commands().groupDelete(name)) ? description.list(visibleTopics) : null;
    }

    @Override
    public void onAssigned(final Member member, final String topic, final GroupPartition partition) {
        final MemberLink link = broker.link(member.id());
        if (link != null) {
            final AssignedPartition assigned = new AssignedPartition(
                    member.id(),
                    partition.topicIndex(),
                    topic,
                    partition.index(),
                    store.hasTopic(topic) ? store.topic(topic).partitionCount() : 0,
                    partition.epoch(),
                    partition.committedPosition());
            link.tell(egress -> broker.proxy().assigned(egress, assigned));
        }
    }

    @Override
    public void onLetGo(final Member member, final String topic, final GroupPartition partition) {
        revoke(member, partition, false);
    }

    @Override
    public void onLost(final Member member, final String topic, final GroupPartition partition) {
        revoke(member, partition, true);
    }

    @Override
    public void onCommit(
            final long memberId,
            final int topicIndex,
            final int partition,
            final long epoch,
            final boolean isAccepted) {
        final Member member = broker.machine().member(memberId);
        final Group group = member == null ? null : broker.machine().group(member.home());
        final boolean isThere = group != null && group.partition(topicIndex, partition) != null;
        results.add(new CommitResult(
                topicIndex,
                partition,
                epoch,
                isThere ? tail(group.topics().get(topicIndex), partition) : 0,
                isAccepted));
    }

    private void revoke(final Member member, final GroupPartition partition, final boolean isLost) {
        final MemberLink link = broker.link(member.id());
        if (link != null) {
            final long epoch = partition.epoch();
            link.tell(egress -> broker.proxy()
                    .revoked(egress, member.id(), partition.topicIndex(), partition.index(), epoch, isLost));
        }
    }

    private void check(final JoinGroupRequest request, final Predicate<String> visibleTopics) {
        BrokerAdmission.checkName("group", request.groupName());
        BrokerAdmission.checkMemberName(request.memberName());
        BrokerAdmission.checkLease(request.leaseNs());
        BrokerAdmission.check(request.memberKey() != 0, "member key must not be 0");
        BrokerAdmission.check(
                !request.topics().isEmpty() && request.topics().size() <= BrokerAdmission.MAX_TOPICS,
                "a member reads 1 to " + BrokerAdmission.MAX_TOPICS + " topics: "
                        + request.topics().size());
        for (final String topic : request.topics()) {
            BrokerAdmission.checkReadable(Admission.topic(store, topic, visibleTopics));
        }
        if (broker.machine().group(request.groupName()) == null) {
            BrokerAdmission.checkRoom("groups", broker.machine().groups().size(), limits.maxGroups(), "max.groups");
        }
    }

    /** The topic itself, and not one of the same name that was deleted. */
    private boolean knows(final String groupName, final String topic) {
        final Group group = broker.machine().group(groupName);
        return group != null
                && group.reads(topic)
                && !group.isOther(topic, store.topic(topic).id());
    }

    private boolean addTopic(final String groupName, final String topicName, final boolean isFromEnd) {
        final LogTopic topic = store.topic(topicName);
        final Group group = broker.machine().group(groupName);
        BrokerAdmission.check(
                group == null || group.reads(topicName) || group.topics().size() < BrokerAdmission.MAX_TOPICS,
                "a group reads 1 to " + BrokerAdmission.MAX_TOPICS + " topics: group=" + groupName);
        BrokerAdmission.checkRoom(
                "partitions in a group",
                (group == null ? 0 : group.partitions().size()) + topic.partitionCount() - 1,
                limits.maxGroupPartitions(),
                "max.group.partitions");
        broker.dependsOn(topicName);
        final long[] starts = new long[topic.partitionCount()];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = isFromEnd
                    ? topic.partition(i).tailPosition()
                    : topic.partition(i).beginPosition();
        }
        return broker.execute(broker.commands().groupTopic(groupName, topicName, topic.id(), starts));
    }

    private void checkPosition(final Group group, final CommitEntry entry) {
        if (group.partition(entry.topicIndex(), entry.partition()) != null) {
            final String topic = group.topics().get(entry.topicIndex());
            final long tail = tail(topic, entry.partition());
            BrokerAdmission.check(
                    entry.position() >= -1 && entry.position() <= tail,
                    "position is beyond the end: topic=" + topic + " partition=" + entry.partition() + " position="
                            + entry.position() + " end=" + tail);
        }
    }

    private long position(final String topic, final int partition, final StartPoint start) {
        final LogPartition log = store.topic(topic).partition(partition);
        try (LogReader reader = log.reader()) {
            switch (start.kind()) {
                case BEGIN -> reader.seekToBegin();
                case END -> reader.seekToEnd();
                case LOG_TIME -> reader.seekToLogTime(start.value());
                case POSITION -> {
                    BrokerAdmission.check(
                            start.value() >= 0 && start.value() <= log.tailPosition(),
                            "position is beyond the end: topic=" + topic + " partition=" + partition + " position="
                                    + start.value() + " end=" + log.tailPosition());
                    reader.seek(Math.max(start.value(), log.beginPosition()));
                }
                case NONE, NULL_VAL -> BrokerAdmission.check(false, "reset needs a place to go on");
            }
            return reader.position();
        }
    }

    private long tail(final String topic, final int partition) {
        return store.hasTopic(topic) ? store.topic(topic).partition(partition).tailPosition() : 0;
    }

    private Group group(final String name) {
        final Group group = broker.machine().group(name);
        BrokerAdmission.checkName("group", name);
        if (group == null) {
            throw new MillraceException(
                    ErrorCode.NOT_FOUND,
                    "no such group: group=" + name + "; `millrace group list` shows those that there are");
        }
        return group;
    }
}
