package io.millrace.transport.ingress;

import static io.millrace.transport.protocol.ProtocolDescriptor.HEADER_LENGTH;

import io.millrace.log.record.Outcome;
import io.millrace.transport.codec.AttachQueueEncoder;
import io.millrace.transport.codec.CommitGroupEncoder;
import io.millrace.transport.codec.CreateQueueEncoder;
import io.millrace.transport.codec.DeleteGroupEncoder;
import io.millrace.transport.codec.DeleteQueueEncoder;
import io.millrace.transport.codec.DescribeGroupsEncoder;
import io.millrace.transport.codec.DescribeQueuesEncoder;
import io.millrace.transport.codec.JoinGroupEncoder;
import io.millrace.transport.codec.LeaveMemberEncoder;
import io.millrace.transport.codec.MemberAliveEncoder;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.codec.ResetGroupEncoder;
import io.millrace.transport.codec.SettleMessagesEncoder;
import io.millrace.transport.protocol.AttachQueueRequest;
import io.millrace.transport.protocol.CommitEntry;
import io.millrace.transport.protocol.CreateQueueRequest;
import io.millrace.transport.protocol.DeliveredMessage;
import io.millrace.transport.protocol.JoinGroupRequest;
import io.millrace.transport.protocol.ResetGroupRequest;
import io.millrace.transport.protocol.SettleRequest;
import java.util.List;
import org.agrona.ExpandableDirectByteBuffer;

/**
 * Turns a client's calls into commands with a template id from 30 to 49 and sends them by an {@link IngressProxy}. Each call answers
 * with a positive number when the command is on its way, or with one of {@link Outcome}. One thread.
 */
public final class GroupCommandProxy {
    private final IngressProxy ingress;
    private final ExpandableDirectByteBuffer buffer = new ExpandableDirectByteBuffer(1024);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final MemberAliveEncoder alive = new MemberAliveEncoder();

    /**
     * Creates a proxy.
     *
     * @param ingress that sends what is encoded here
     */
    public GroupCommandProxy(final IngressProxy ingress) {
        this.ingress = ingress;
    }

    /**
     * Joins a group.
     *
     * @param request who and where
     * @return positive, or one of {@link Outcome}
     */
    public long join(final JoinGroupRequest request) {
        final JoinGroupEncoder command = new JoinGroupEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(request.correlationId())
                .memberKey(request.memberKey())
                .leaseNs(request.leaseNs())
                .fromEnd((short) (request.isFromEnd() ? 1 : 0));
        final JoinGroupEncoder.TopicsEncoder topics =
                command.topicsCount(request.topics().size());
        for (final String topic : request.topics()) {
            topics.next().topic(topic);
        }
        return send(command.groupName(request.groupName())
                .memberName(request.memberName())
                .encodedLength());
    }

    /**
     * Says how far a member is.
     *
     * @param correlationId of the command
     * @param member        id
     * @param entries       how far
     * @return positive, or one of {@link Outcome}
     */
    public long commit(final long correlationId, final long member, final List<CommitEntry> entries) {
        final CommitGroupEncoder command = new CommitGroupEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(correlationId)
                .member(member);
        final CommitGroupEncoder.EntriesEncoder group = command.entriesCount(entries.size());
        for (final CommitEntry entry : entries) {
            group.next()
                    .topicIndex(entry.topicIndex())
                    .partition(entry.partition())
                    .epoch(entry.epoch())
                    .position(entry.position())
                    .isRelease((short) (entry.isRelease() ? 1 : 0));
        }
        return send(command.encodedLength());
    }

    /**
     * Says that a member is alive.
     *
     * @param member id
     * @return positive, or one of {@link Outcome}
     */
    public long alive(final long member) {
        return send(alive.wrapAndApplyHeader(buffer, 0, header).member(member).encodedLength());
    }

    /**
     * Leaves.
     *
     * @param member id
     * @return positive, or one of {@link Outcome}
     */
    public long leave(final long member) {
        return send(new LeaveMemberEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .member(member)
                .encodedLength());
    }

    /**
     * Asks for lines about groups.
     *
     * @param correlationId of the command
     * @param groupName     empty for all
     * @return positive, or one of {@link Outcome}
     */
    public long describeGroups(final long correlationId, final String groupName) {
        return send(new DescribeGroupsEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(correlationId)
                .groupName(groupName)
                .encodedLength());
    }

    /**
     * Sets the position of a group.
     *
     * @param request where to
     * @return positive, or one of {@link Outcome}
     */
    public long resetGroup(final ResetGroupRequest request) {
        return send(new ResetGroupEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(request.correlationId())
                .value(request.start().value())
                .partition(request.partition())
                .kind(request.start().kind())
                .groupName(request.groupName())
                .topic(request.topic())
                .encodedLength());
    }

    /**
     * Forgets a group.
     *
     * @param correlationId of the command
     * @param groupName     of the group
     * @return positive, or one of {@link Outcome}
     */
    public long deleteGroup(final long correlationId, final String groupName) {
        return send(new DeleteGroupEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(correlationId)
                .groupName(groupName)
                .encodedLength());
    }

    /**
     * Makes a queue.
     *
     * @param request what it is to be
     * @return positive, or one of {@link Outcome}
     */
    public long createQueue(final CreateQueueRequest request) {
        return send(new CreateQueueEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(request.correlationId())
                .leaseNs(request.leaseNs())
                .maxDeliveries(request.maxDeliveries())
                .maxOutstanding(request.maxOutstanding())
                .fromEnd((short) (request.isFromEnd() ? 1 : 0))
                .queueName(request.queueName())
                .topic(request.topic())
                .deadLetterTopic(request.deadLetterTopic())
                .encodedLength());
    }

    /**
     * Comes to consume a queue.
     *
     * @param request who and where
     * @return positive, or one of {@link Outcome}
     */
    public long attachQueue(final AttachQueueRequest request) {
        return send(new AttachQueueEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(request.correlationId())
                .memberKey(request.memberKey())
                .leaseNs(request.leaseNs())
                .credit(request.credit())
                .queueName(request.queueName())
                .memberName(request.memberName())
                .encodedLength());
    }

    /**
     * Says what became of messages.
     *
     * @param request what became of which
     * @return positive, or one of {@link Outcome}
     */
    public long settle(final SettleRequest request) {
        final SettleMessagesEncoder command = new SettleMessagesEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(request.correlationId())
                .member(request.member())
                .delayNs(request.delayNs())
                .settlement((short) request.settlement());
        final SettleMessagesEncoder.EntriesEncoder entries =
                command.entriesCount(request.entries().size());
        for (final DeliveredMessage entry : request.entries()) {
            entries.next()
                    .partition(entry.partition())
                    .delivery(entry.delivery())
                    .position(entry.position());
        }
        return send(command.cause(request.cause()).encodedLength());
    }

    /**
     * Asks for lines about queues.
     *
     * @param correlationId of the command
     * @param queueName     empty for all
     * @return positive, or one of {@link Outcome}
     */
    public long describeQueues(final long correlationId, final String queueName) {
        return send(new DescribeQueuesEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(correlationId)
                .queueName(queueName)
                .encodedLength());
    }

    /**
     * Forgets a queue.
     *
     * @param correlationId of the command
     * @param queueName     of the queue
     * @return positive, or one of {@link Outcome}
     */
    public long deleteQueue(final long correlationId, final String queueName) {
        return send(new DeleteQueueEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(correlationId)
                .queueName(queueName)
                .encodedLength());
    }

    private long send(final int encodedLength) {
        return ingress.send(buffer, HEADER_LENGTH + encodedLength);
    }
}
