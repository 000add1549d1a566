package io.millrace.broker;

import io.millrace.broker.codec.GroupCommitEncoder;
import io.millrace.broker.codec.GroupDeleteEncoder;
import io.millrace.broker.codec.GroupJoinEncoder;
import io.millrace.broker.codec.GroupResetEncoder;
import io.millrace.broker.codec.GroupTopicEncoder;
import io.millrace.broker.codec.LeaveEncoder;
import io.millrace.broker.codec.MessageHeaderEncoder;
import io.millrace.broker.codec.NodeStartedEncoder;
import io.millrace.broker.codec.QueueAttachEncoder;
import io.millrace.broker.codec.QueueCreateEncoder;
import io.millrace.broker.codec.QueueDeleteEncoder;
import io.millrace.broker.codec.QueueDeliverEncoder;
import io.millrace.broker.codec.QueueRemoveEncoder;
import io.millrace.broker.codec.QueueSettleEncoder;
import io.millrace.broker.codec.RemovalReason;
import io.millrace.broker.codec.Settlement;
import io.millrace.broker.codec.SnapshotPartEncoder;
import io.millrace.broker.codec.TickEncoder;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/**
 * Makes the commands that {@link BrokerStateMachine} applies, one at a time: each method writes one to the start of
 * {@link #buffer()} and returns its length in bytes. One thread.
 */
public final class BrokerCommandEncoder {
    /** Bytes of state that one piece of a snapshot holds at most. */
    public static final int SNAPSHOT_PART_LENGTH = 32 * 1024;

    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(1024);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();

    /** Creates an encoder. */
    public BrokerCommandEncoder() {}

    /**
     * Tells where the last command is.
     *
     * @return the buffer; the command begins at 0.
     */
    public DirectBuffer buffer() {
        return buffer;
    }

    /**
     * A node begins: leases begin anew.
     *
     * @return length in bytes.
     */
    public int nodeStarted() {
        return length(
                new NodeStartedEncoder().wrapAndApplyHeader(buffer, 0, header).encodedLength());
    }

    /**
     * Time passes.
     *
     * @param heard ids of members whose leases are renewed.
     * @return length in bytes.
     */
    public int tick(final long... heard) {
        final TickEncoder command = new TickEncoder().wrapAndApplyHeader(buffer, 0, header);
        final TickEncoder.HeardEncoder group = command.heardCount(heard.length);
        for (final long member : heard) {
            group.next().member(member);
        }
        return length(command.encodedLength());
    }

    /**
     * A member of a group or a consumer leaves.
     *
     * @param memberId of the member.
     * @return length in bytes.
     */
    public int leave(final long memberId) {
        return length(new LeaveEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .member(memberId)
                .encodedLength());
    }

    /**
     * Tells of how many pieces a snapshot is.
     *
     * @param state from {@link BrokerStateMachine#snapshot()}.
     * @return count of pieces, at least 1.
     */
    public static int snapshotPartCount(final byte[] state) {
        return Math.max(1, (state.length + SNAPSHOT_PART_LENGTH - 1) / SNAPSHOT_PART_LENGTH);
    }

    /**
     * A piece of a snapshot.
     *
     * @param state from {@link BrokerStateMachine#snapshot()}.
     * @param index of the piece, from 0; all are recorded one after the other.
     * @return length in bytes.
     */
    public int snapshotPart(final byte[] state, final int index) {
        final int offset = index * SNAPSHOT_PART_LENGTH;
        return length(new SnapshotPartEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .index(index)
                .count(snapshotPartCount(state))
                .putBytes(state, offset, Math.min(SNAPSHOT_PART_LENGTH, state.length - offset))
                .encodedLength());
    }

    /**
     * A group reads a topic from now on; a topic that it reads already stays as it is. One of the same name with another number was made
     * after that was deleted: the group begins anew with it.
     *
     * @param group   name of the group, which is made when it is not there.
     * @param topic   name of the topic.
     * @param topicId its number in the store, greater than 0.
     * @param starts  where to begin, for each partition of the topic.
     * @return length in bytes.
     */
    public int groupTopic(final String group, final String topic, final int topicId, final long... starts) {
        final GroupTopicEncoder command = new GroupTopicEncoder().wrapAndApplyHeader(buffer, 0, header);
        command.topicNumber(topicId);
        final GroupTopicEncoder.StartsEncoder positions = command.startsCount(starts.length);
        for (final long start : starts) {
            positions.next().position(start);
        }
        return length(command.groupName(group).topic(topic).encodedLength());
    }

    /**
     * A member joins, or the one of this key goes on.
     *
     * @param group        name of the group, which is there.
     * @param memberKey    chosen by the client at random.
     * @param memberName   for people.
     * @param leaseNs      silence after which it is taken for dead, in ns.
     * @param topicIndexes of the group's topics that it reads.
     * @return length in bytes.
     */
    public int groupJoin(
            final String group,
            final long memberKey,
            final String memberName,
            final long leaseNs,
            final int... topicIndexes) {
        final GroupJoinEncoder command = new GroupJoinEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .memberKey(memberKey)
                .leaseNs(leaseNs);
        final GroupJoinEncoder.TopicsEncoder topics = command.topicsCount(topicIndexes.length);
        for (final int topicIndex : topicIndexes) {
            topics.next().topicIndex(topicIndex);
        }
        return length(command.groupName(group).memberName(memberName).encodedLength());
    }

    /**
     * An owner says how far it is with one or more partitions.
     *
     * @param memberId of the owner.
     * @param entries  what it says.
     * @return length in bytes.
     */
    public int groupCommit(final long memberId, final List<PartitionCommit> entries) {
        final GroupCommitEncoder command =
                new GroupCommitEncoder().wrapAndApplyHeader(buffer, 0, header).member(memberId);
        final GroupCommitEncoder.EntriesEncoder group = command.entriesCount(entries.size());
        for (final PartitionCommit entry : entries) {
            group.next()
                    .topicIndex(entry.topicIndex())
                    .partition(entry.partition())
                    .epoch(entry.epoch())
                    .position(entry.position())
                    .isRelease((short) (entry.isRelease() ? 1 : 0));
        }
        return length(command.encodedLength());
    }

    /**
     * A person sets the position of a partition; who owns it begins anew there.
     *
     * @param group      name of the group.
     * @param topicIndex of the group's topics.
     * @param partition  of the topic.
     * @param position   of the next record to process.
     * @return length in bytes.
     */
    public int groupReset(final String group, final int topicIndex, final int partition, final long position) {
        return length(new GroupResetEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .topicIndex(topicIndex)
                .partition(partition)
                .position(position)
                .groupName(group)
                .encodedLength());
    }

    /**
     * A group goes, if it has no members.
     *
     * @param group name of the group.
     * @return length in bytes.
     */
    public int groupDelete(final String group) {
        return length(new GroupDeleteEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .groupName(group)
                .encodedLength());
    }

    /**
     * A queue begins; one that is there stays as it is.
     *
     * @param spec   name and settings.
     * @param starts where to begin, for each partition of the topic.
     * @return length in bytes.
     */
    public int queueCreate(final QueueSpec spec, final long... starts) {
        final QueueCreateEncoder command = new QueueCreateEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .leaseNs(spec.leaseNs())
                .maxDeliveries(spec.maxDeliveries())
                .maxOutstanding(spec.maxOutstanding());
        final QueueCreateEncoder.StartsEncoder positions = command.startsCount(starts.length);
        for (final long start : starts) {
            positions.next().position(start);
        }
        return length(command.queueName(spec.name())
                .topic(spec.topic())
                .deadLetterTopic(spec.deadLetterTopic())
                .encodedLength());
    }

    /**
     * A queue goes, if it has no consumers.
     *
     * @param queue name of the queue.
     * @return length in bytes.
     */
    public int queueDelete(final String queue) {
        return length(new QueueDeleteEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .queueName(queue)
                .encodedLength());
    }

    /**
     * A consumer comes, or the one of this key goes on.
     *
     * @param queue        name of the queue, which is there.
     * @param consumerKey  chosen by the client at random.
     * @param consumerName for people.
     * @param leaseNs      silence after which it is taken for dead, in ns.
     * @return length in bytes.
     */
    public int queueAttach(final String queue, final long consumerKey, final String consumerName, final long leaseNs) {
        return length(new QueueAttachEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .memberKey(consumerKey)
                .leaseNs(leaseNs)
                .queueName(queue)
                .memberName(consumerName)
                .encodedLength());
    }

    /**
     * Messages go to a consumer.
     *
     * @param consumerId of the consumer.
     * @param messages   that go.
     * @return length in bytes.
     */
    public int queueDeliver(final long consumerId, final List<MessagePlace> messages) {
        final QueueDeliverEncoder command =
                new QueueDeliverEncoder().wrapAndApplyHeader(buffer, 0, header).member(consumerId);
        final QueueDeliverEncoder.EntriesEncoder entries = command.entriesCount(messages.size());
        for (final MessagePlace message : messages) {
            entries.next()
                    .partition(message.partition())
                    .position(message.position())
                    .nextPosition(message.nextPosition());
        }
        return length(command.encodedLength());
    }

    /**
     * A consumer is done with messages.
     *
     * @param consumerId of the consumer.
     * @param messages   that it holds.
     * @return length in bytes.
     */
    public int queueAck(final long consumerId, final List<MessageDelivery> messages) {
        return settle(consumerId, Settlement.ACK, 0, messages, "");
    }

    /**
     * A consumer gives messages back.
     *
     * @param consumerId of the consumer.
     * @param delayNs    before which they are not delivered again, in ns.
     * @param cause      in one line, may be empty.
     * @param messages   that it holds.
     * @return length in bytes.
     */
    public int queueNack(
            final long consumerId, final long delayNs, final String cause, final List<MessageDelivery> messages) {
        return settle(consumerId, Settlement.NACK, delayNs, messages, cause);
    }

    /**
     * A consumer needs more time.
     *
     * @param consumerId of the consumer.
     * @param leaseNs    that begins now, in ns.
     * @param messages   that it holds.
     * @return length in bytes.
     */
    public int queueExtend(final long consumerId, final long leaseNs, final List<MessageDelivery> messages) {
        return settle(consumerId, Settlement.EXTEND, leaseNs, messages, "");
    }

    /**
     * A dead message lies in the dead-letter topic.
     *
     * @param queueId   of the queue.
     * @param partition of its topic.
     * @param position  of the message.
     * @return length in bytes.
     */
    public int queueBuried(final long queueId, final int partition, final long position) {
        return remove(queueId, partition, position, RemovalReason.BURIED);
    }

    /**
     * A waiting message is no longer in its topic.
     *
     * @param queueId   of the queue.
     * @param partition of its topic.
     * @param position  of the message.
     * @return length in bytes.
     */
    public int queueGone(final long queueId, final int partition, final long position) {
        return remove(queueId, partition, position, RemovalReason.GONE);
    }

    private int settle(
            final long consumerId,
            final Settlement settlement,
            final long delayNs,
            final List<MessageDelivery> messages,
            final String cause) {
        final QueueSettleEncoder command = new QueueSettleEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .member(consumerId)
                .delayNs(delayNs)
                .settlement(settlement);
        final QueueSettleEncoder.EntriesEncoder entries = command.entriesCount(messages.size());
        for (final MessageDelivery message : messages) {
            entries.next()
                    .partition(message.partition())
                    .delivery(message.delivery())
                    .position(message.position());
        }
        return length(command.cause(cause).encodedLength());
    }

    private int remove(final long queueId, final int partition, final long position, final RemovalReason reason) {
        return length(new QueueRemoveEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .queueId(queueId)
                .position(position)
                .partition(partition)
                .reason(reason)
                .encodedLength());
    }

    private static int length(final int encodedLength) {
        return MessageHeaderEncoder.ENCODED_LENGTH + encodedLength;
    }
}
