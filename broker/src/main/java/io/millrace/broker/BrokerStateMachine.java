package io.millrace.broker;

import io.millrace.broker.codec.GroupCommitDecoder;
import io.millrace.broker.codec.GroupDeleteDecoder;
import io.millrace.broker.codec.GroupJoinDecoder;
import io.millrace.broker.codec.GroupResetDecoder;
import io.millrace.broker.codec.GroupTopicDecoder;
import io.millrace.broker.codec.LeaveDecoder;
import io.millrace.broker.codec.NodeStartedDecoder;
import io.millrace.broker.codec.QueueAttachDecoder;
import io.millrace.broker.codec.QueueCreateDecoder;
import io.millrace.broker.codec.QueueDeleteDecoder;
import io.millrace.broker.codec.QueueDeliverDecoder;
import io.millrace.broker.codec.QueueRemoveDecoder;
import io.millrace.broker.codec.QueueSettleDecoder;
import io.millrace.broker.codec.RemovalReason;
import io.millrace.broker.codec.SnapshotPartDecoder;
import io.millrace.broker.codec.TickDecoder;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.LongArrayList;

/**
 * Groups and queues as a fold over the records of one partition: the same commands at the same log times give the same state and
 * the same events, in the node that wrote them and in every replay. There is nothing else that it depends on: no clock, no
 * random number, no map in the order of hashes, no limit that another run may set otherwise.
 *
 * <p>Time is that of the command. Before a command is carried out, everything that has ended by its log time ends: members whose
 * lease has passed are gone, partitions that were to be let go are taken, held messages come back. So a commit or an ack that
 * comes too late finds that it is too late, whether or not a tick was recorded in between.
 *
 * <p>The whole state can be written as a snapshot in commands of its own ({@link #snapshot()}). A replay begins at one, or meets
 * one on its way and finds it equal to what it has. One thread.
 */
public final class BrokerStateMachine {
    private static final int STATE_VERSION = 2;

    /** The first that could be read back; it knew no numbers of topics. */
    private static final int FIRST_STATE_VERSION = 1;

    private final BrokerEvents events;
    private final Members members = new Members();
    private final Groups groups = new Groups(members);
    private final Queues queues = new Queues(members);
    private final CommandDecoders decoders = new CommandDecoders();
    private final SnapshotParts parts = new SnapshotParts();
    private long logTimeNs;

    /** At or before the first time at which something ends; not part of the state, it only saves looking. */
    private long wakeUpNs = Long.MAX_VALUE;

    /**
     * Creates a machine without groups and queues.
     *
     * @param events receives what follows from commands.
     */
    public BrokerStateMachine(final BrokerEvents events) {
        this.events = events;
    }

    /**
     * Applies one command.
     *
     * @param buffer       that holds it.
     * @param offset       of its first byte.
     * @param length       in bytes.
     * @param newLogTimeNs of its record, in ns since the epoch; one that is behind the last one counts as that.
     * @throws MillraceException CORRUPT when the bytes are no command, UNSUPPORTED_VERSION when it is one that this version does
     *                           not know.
     */
    public void apply(final DirectBuffer buffer, final int offset, final int length, final long newLogTimeNs) {
        final int template = decoders.templateId(buffer, offset, length);
        if (template == SnapshotPartDecoder.TEMPLATE_ID) {
            final byte[] state = parts.add(decoders.snapshotPart(buffer, offset));
            if (state != null) {
                read(state);
            }
            return;
        }
        final boolean isStart = template == NodeStartedDecoder.TEMPLATE_ID;
        logTimeNs = Math.max(logTimeNs, newLogTimeNs);
        if (isStart) {
            renewAll();
        } else if (template == TickDecoder.TEMPLATE_ID) {
            renew(decoders.tick(buffer, offset));
        }
        expire();
        switch (template) {
            case NodeStartedDecoder.TEMPLATE_ID, TickDecoder.TEMPLATE_ID -> {}
            case LeaveDecoder.TEMPLATE_ID -> onLeave(decoders.leave(buffer, offset));
            case GroupTopicDecoder.TEMPLATE_ID -> onGroupTopic(decoders.groupTopic(buffer, offset));
            case GroupJoinDecoder.TEMPLATE_ID -> onGroupJoin(decoders.groupJoin(buffer, offset));
            case GroupCommitDecoder.TEMPLATE_ID -> onGroupCommit(decoders.groupCommit(buffer, offset));
            case GroupResetDecoder.TEMPLATE_ID -> onGroupReset(decoders.groupReset(buffer, offset));
            case GroupDeleteDecoder.TEMPLATE_ID ->
                groups.delete(decoders.groupDelete(buffer, offset).groupName());
            case QueueCreateDecoder.TEMPLATE_ID -> onQueueCreate(decoders.queueCreate(buffer, offset));
            case QueueDeleteDecoder.TEMPLATE_ID ->
                queues.delete(decoders.queueDelete(buffer, offset).queueName());
            case QueueAttachDecoder.TEMPLATE_ID -> onQueueAttach(decoders.queueAttach(buffer, offset));
            case QueueDeliverDecoder.TEMPLATE_ID -> onQueueDeliver(decoders.queueDeliver(buffer, offset));
            case QueueSettleDecoder.TEMPLATE_ID -> onQueueSettle(decoders.queueSettle(buffer, offset));
            case QueueRemoveDecoder.TEMPLATE_ID -> onQueueRemove(decoders.queueRemove(buffer, offset));
            default ->
                throw new MillraceException(
                        ErrorCode.UNSUPPORTED_VERSION,
                        "command of groups and queues is not known: template=" + template
                                + "; the store was used by a newer version");
        }
        wakeUpNs = Math.min(wakeUpNs, earliestDeadlineNs());
    }

    /**
     * Lists the groups.
     *
     * @return groups, by name.
     */
    public Collection<Group> groups() {
        return groups.all();
    }

    /**
     * Finds a group.
     *
     * @param name of the group.
     * @return the group, null when there is none.
     */
    public Group group(final String name) {
        return groups.find(name);
    }

    /**
     * Lists the queues.
     *
     * @return queues, by name.
     */
    public Collection<MessageQueue> queues() {
        return queues.all();
    }

    /**
     * Finds a queue.
     *
     * @param name of the queue.
     * @return the queue, null when there is none.
     */
    public MessageQueue queue(final String name) {
        return queues.find(name);
    }

    /**
     * Finds a member of a group or a consumer of a queue.
     *
     * @param id of the member.
     * @return the member, null when it is gone.
     */
    public Member member(final long id) {
        return members.find(id);
    }

    /**
     * Finds the member that a client has become.
     *
     * @param home       name of its group or queue.
     * @param isConsumer whether that is a queue.
     * @param key        that the client has chosen.
     * @return the member, null when it is gone.
     */
    public Member member(final String home, final boolean isConsumer, final long key) {
        for (final Member member : members.all()) {
            if (member.key() == key
                    && member.isConsumer() == isConsumer
                    && member.home().equals(home)) {
                return member;
            }
        }
        return null;
    }

    /**
     * Lists the messages of a partition that are to be written to the dead-letter topic.
     *
     * @param partition of a queue.
     * @return messages, lowest number first.
     */
    public List<QueueMessage> deadMessages(final QueuePartition partition) {
        return Queues.dead(partition);
    }

    /**
     * Tells the log time of the last command.
     *
     * @return ns since the epoch, 0 before the first.
     */
    public long logTimeNs() {
        return logTimeNs;
    }

    /**
     * Tells when something may end: the node records a tick at that time if there is no other command.
     *
     * @return log time in ns since the epoch; {@link Long#MAX_VALUE} when nothing can end.
     */
    public long wakeUpNs() {
        return wakeUpNs;
    }

    /**
     * Writes the whole state.
     *
     * @return bytes that are equal for equal states; {@link BrokerCommandEncoder#snapshotPart} makes commands of them.
     */
    public byte[] snapshot() {
        final StateOutput out = new StateOutput();
        out.number(STATE_VERSION);
        out.number(logTimeNs);
        members.write(out);
        groups.write(out);
        queues.write(out);
        return out.bytes();
    }

    /**
     * Tells states apart.
     *
     * @return a 64-bit hash of {@link #snapshot()}.
     */
    public long stateHash() {
        long hash = 0xcbf29ce484222325L;
        for (final byte value : snapshot()) {
            hash = (hash ^ (value & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }

    private void read(final byte[] state) {
        final StateInput in = new StateInput(state);
        final int version = in.number();
        if (version < FIRST_STATE_VERSION || version > STATE_VERSION) {
            throw new MillraceException(
                    ErrorCode.UNSUPPORTED_VERSION,
                    "snapshot of groups and queues has a version that is not known: version=" + version + " known="
                            + STATE_VERSION);
        }
        logTimeNs = in.longNumber();
        members.read(in);
        groups.read(in, version > FIRST_STATE_VERSION);
        queues.read(in);
        in.end();
        wakeUpNs = earliestDeadlineNs();
    }

    private void renewAll() {
        for (final Member member : members.all()) {
            member.renew(logTimeNs);
        }
        groups.renew(logTimeNs);
        queues.renew(logTimeNs);
    }

    /** A member that was heard too late is not renewed: it is gone as of the time at which its lease passed. */
    private void renew(final TickDecoder tick) {
        for (final TickDecoder.HeardDecoder heard : tick.heard()) {
            final Member member = members.find(heard.member());
            if (member != null && member.deadlineNs() > logTimeNs) {
                member.renew(logTimeNs);
            }
        }
    }

    private void expire() {
        if (logTimeNs < wakeUpNs) {
            return;
        }
        queues.expire(logTimeNs, events);
        Member member = members.firstExpired(logTimeNs);
        while (member != null) {
            remove(member, true);
            member = members.firstExpired(logTimeNs);
        }
        groups.expire(logTimeNs, events);
        wakeUpNs = earliestDeadlineNs();
    }

    private long earliestDeadlineNs() {
        return Math.min(
                members.earliestDeadlineNs(), Math.min(groups.earliestDeadlineNs(), queues.earliestDeadlineNs()));
    }

    private void remove(final Member member, final boolean isExpired) {
        members.remove(member);
        events.onMemberGone(member, isExpired);
        if (member.isConsumer()) {
            queues.remove(member, logTimeNs, events);
        } else {
            groups.remove(member, logTimeNs, events);
        }
    }

    private void onLeave(final LeaveDecoder command) {
        final Member member = members.find(command.member());
        if (member != null) {
            remove(member, false);
        }
    }

    private void onGroupTopic(final GroupTopicDecoder command) {
        final boolean hasTopicId = command.topicNumber() != GroupTopicDecoder.topicNumberNullValue();
        final int topicId = hasTopicId ? command.topicNumber() : Group.UNKNOWN_TOPIC_ID;
        final LongArrayList positions = new LongArrayList();
        for (final GroupTopicDecoder.StartsDecoder start : command.starts()) {
            positions.addLong(start.position());
        }
        final String groupName = command.groupName();
        groups.addTopic(groupName, command.topic(), topicId, positions.toLongArray(), logTimeNs, events);
    }

    private void onGroupJoin(final GroupJoinDecoder command) {
        final long key = command.memberKey();
        final long leaseNs = command.leaseNs();
        final IntArrayList topics = new IntArrayList();
        for (final GroupJoinDecoder.TopicsDecoder topic : command.topics()) {
            topics.addInt(topic.topicIndex());
        }
        final int[] sorted = topics.toIntArray();
        Arrays.sort(sorted);
        groups.join(command.groupName(), key, command.memberName(), leaseNs, sorted, logTimeNs, events);
    }

    private void onGroupCommit(final GroupCommitDecoder command) {
        final long memberId = command.member();
        for (final GroupCommitDecoder.EntriesDecoder entry : command.entries()) {
            groups.commit(
                    memberId,
                    entry.topicIndex(),
                    entry.partition(),
                    entry.epoch(),
                    entry.position(),
                    entry.isRelease() != 0,
                    logTimeNs,
                    events);
        }
    }

    private void onGroupReset(final GroupResetDecoder command) {
        final int topicIndex = command.topicIndex();
        final int partition = command.partition();
        groups.reset(command.groupName(), topicIndex, partition, command.position(), logTimeNs, events);
    }

    private void onQueueCreate(final QueueCreateDecoder command) {
        final LongArrayList starts = new LongArrayList();
        for (final QueueCreateDecoder.StartsDecoder start : command.starts()) {
            starts.addLong(start.position());
        }
        final String name = command.queueName();
        final String topic = command.topic();
        queues.create(
                name,
                topic,
                command.deadLetterTopic(),
                command.leaseNs(),
                command.maxDeliveries(),
                command.maxOutstanding(),
                starts.toLongArray());
    }

    private void onQueueAttach(final QueueAttachDecoder command) {
        queues.attach(command.queueName(), command.memberKey(), command.memberName(), command.leaseNs(), logTimeNs);
    }

    private void onQueueDeliver(final QueueDeliverDecoder command) {
        final long memberId = command.member();
        for (final QueueDeliverDecoder.EntriesDecoder entry : command.entries()) {
            queues.deliver(memberId, entry.partition(), entry.position(), entry.nextPosition(), logTimeNs, events);
        }
    }

    private void onQueueSettle(final QueueSettleDecoder command) {
        final long memberId = command.member();
        final long delayNs = command.delayNs();
        final List<MessageDelivery> settled = decoders.settled(command);
        final String cause = command.cause();
        for (final MessageDelivery one : settled) {
            switch (command.settlement()) {
                case ACK -> queues.ack(memberId, one.partition(), one.position(), one.delivery(), events);
                case NACK ->
                    queues.nack(
                            memberId,
                            one.partition(),
                            one.position(),
                            one.delivery(),
                            delayNs,
                            cause,
                            logTimeNs,
                            events);
                case EXTEND ->
                    queues.extend(
                            memberId, one.partition(), one.position(), one.delivery(), delayNs, logTimeNs, events);
                case NULL_VAL ->
                    throw new MillraceException(ErrorCode.CORRUPT, "command has no settlement: member=" + memberId);
            }
        }
    }

    private void onQueueRemove(final QueueRemoveDecoder command) {
        if (command.reason() == RemovalReason.BURIED) {
            queues.bury(command.queueId(), command.partition(), command.position());
        } else {
            queues.gone(command.queueId(), command.partition(), command.position());
        }
    }
}
