package io.millrace.transport.egress;

import static io.millrace.transport.protocol.ProtocolDescriptor.HEADER_LENGTH;

import io.millrace.log.record.Outcome;
import io.millrace.transport.codec.DescribedEncoder;
import io.millrace.transport.codec.GroupCommittedEncoder;
import io.millrace.transport.codec.GroupJoinedEncoder;
import io.millrace.transport.codec.MemberGoneEncoder;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.codec.MessagesSettledEncoder;
import io.millrace.transport.codec.PartitionAssignedEncoder;
import io.millrace.transport.codec.PartitionRevokedEncoder;
import io.millrace.transport.codec.QueueAttachedEncoder;
import io.millrace.transport.codec.QueueMessageEncoder;
import io.millrace.transport.protocol.AssignedPartition;
import io.millrace.transport.protocol.CommitResult;
import io.millrace.transport.protocol.DeliveredMessage;
import io.millrace.transport.protocol.SettleResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableDirectByteBuffer;

/**
 * Turns a node's calls into events with a template id from 130 to 149 and sends them by an {@link EgressProxy}. Each call answers with
 * a positive number when the event is on its way, or with one of {@link Outcome}. One thread.
 */
public final class GroupEventProxy {
    private static final int MESSAGE_OVERHEAD = 256;

    private final ExpandableDirectByteBuffer buffer = new ExpandableDirectByteBuffer(1024);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();

    /** Creates a proxy. */
    public GroupEventProxy() {}

    /**
     * Tells a client that it is a member.
     *
     * @param egress        to the client
     * @param correlationId of its command
     * @param member        id
     * @param generation    of the group's assignment
     * @return positive, or one of {@link Outcome}
     */
    public long joined(final EgressProxy egress, final long correlationId, final long member, final long generation) {
        return send(
                egress,
                new GroupJoinedEncoder()
                        .wrapAndApplyHeader(buffer, 0, header)
                        .correlationId(correlationId)
                        .member(member)
                        .generation(generation)
                        .encodedLength());
    }

    /**
     * Tells a member that a partition is its own.
     *
     * @param egress    to the client
     * @param partition that is assigned
     * @return positive, or one of {@link Outcome}
     */
    public long assigned(final EgressProxy egress, final AssignedPartition partition) {
        return send(
                egress,
                new PartitionAssignedEncoder()
                        .wrapAndApplyHeader(buffer, 0, header)
                        .topicIndex(partition.topicIndex())
                        .member(partition.member())
                        .epoch(partition.epoch())
                        .position(partition.position())
                        .partition(partition.partition())
                        .partitionCount(partition.partitionCount())
                        .topic(partition.topic())
                        .encodedLength());
    }

    /**
     * Tells a member to let go of a partition, or that it has lost it.
     *
     * @param egress     to the client
     * @param member     id
     * @param topicIndex of the group
     * @param partition  of the topic
     * @param epoch      of the ownership
     * @param isLost     whether it is lost already
     * @return positive, or one of {@link Outcome}
     */
    public long revoked(
            final EgressProxy egress,
            final long member,
            final int topicIndex,
            final int partition,
            final long epoch,
            final boolean isLost) {
        return send(
                egress,
                new PartitionRevokedEncoder()
                        .wrapAndApplyHeader(buffer, 0, header)
                        .topicIndex(topicIndex)
                        .member(member)
                        .epoch(epoch)
                        .partition(partition)
                        .isLost((short) (isLost ? 1 : 0))
                        .encodedLength());
    }

    /**
     * Tells a member what became of a commit.
     *
     * @param egress        to the client
     * @param correlationId of its command
     * @param member        id
     * @param results       of each entry
     * @return positive, or one of {@link Outcome}
     */
    public long committed(
            final EgressProxy egress, final long correlationId, final long member, final List<CommitResult> results) {
        final GroupCommittedEncoder event = new GroupCommittedEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(correlationId)
                .member(member);
        final GroupCommittedEncoder.EntriesEncoder entries = event.entriesCount(results.size());
        for (final CommitResult result : results) {
            entries.next()
                    .topicIndex(result.topicIndex())
                    .partition(result.partition())
                    .epoch(result.epoch())
                    .endPosition(result.endPosition())
                    .isAccepted((short) (result.isAccepted() ? 1 : 0));
        }
        return send(egress, event.encodedLength());
    }

    /**
     * Tells a client that it is no member or consumer any more.
     *
     * @param egress to the client
     * @param member id
     * @return positive, or one of {@link Outcome}
     */
    public long gone(final EgressProxy egress, final long member) {
        return send(
                egress,
                new MemberGoneEncoder()
                        .wrapAndApplyHeader(buffer, 0, header)
                        .member(member)
                        .encodedLength());
    }

    /**
     * Answers a person.
     *
     * @param egress        to the client
     * @param correlationId of its command
     * @param lines         each ends with a line feed, columns parted by a tab
     * @return positive, or one of {@link Outcome}
     */
    public long described(final EgressProxy egress, final long correlationId, final String lines) {
        final byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
        return send(
                egress,
                new DescribedEncoder()
                        .wrapAndApplyHeader(buffer, 0, header)
                        .correlationId(correlationId)
                        .putLines(bytes, 0, bytes.length)
                        .encodedLength());
    }

    /**
     * Tells a client that messages follow.
     *
     * @param egress        to the client
     * @param correlationId of its command
     * @param member        id of the consumer
     * @param leaseNs       of each message, in ns
     * @return positive, or one of {@link Outcome}
     */
    public long attached(final EgressProxy egress, final long correlationId, final long member, final long leaseNs) {
        return send(
                egress,
                new QueueAttachedEncoder()
                        .wrapAndApplyHeader(buffer, 0, header)
                        .correlationId(correlationId)
                        .member(member)
                        .leaseNs(leaseNs)
                        .encodedLength());
    }

    /**
     * The longest piece of a frame that one event carries.
     *
     * @param egress to the client
     * @return bytes
     */
    public static int maxPieceLength(final EgressProxy egress) {
        return egress.maxFramesLength() - MESSAGE_OVERHEAD;
    }

    /**
     * Sends a message to a consumer, or a piece of it.
     *
     * @param egress      to the client
     * @param message     which it is
     * @param frame       buffer that holds the frame
     * @param frameOffset of the frame in the buffer
     * @param frameLength of the whole frame
     * @param pieceOffset of the piece in the frame
     * @param pieceLength at most {@link #maxPieceLength(EgressProxy)}
     * @return positive, or one of {@link Outcome}
     */
    public long message(
            final EgressProxy egress,
            final DeliveredMessage message,
            final DirectBuffer frame,
            final int frameOffset,
            final int frameLength,
            final int pieceOffset,
            final int pieceLength) {
        return send(
                egress,
                new QueueMessageEncoder()
                        .wrapAndApplyHeader(buffer, 0, header)
                        .partition(message.partition())
                        .member(message.member())
                        .position(message.position())
                        .delivery(message.delivery())
                        .frameLength(frameLength)
                        .pieceOffset(pieceOffset)
                        .putFrameBytes(frame, frameOffset + pieceOffset, pieceLength)
                        .encodedLength());
    }

    /**
     * Tells a consumer what became of a settlement.
     *
     * @param egress        to the client
     * @param correlationId of its command
     * @param member        id of the consumer
     * @param settlement    of its command
     * @param results       of each entry
     * @return positive, or one of {@link Outcome}
     */
    public long settled(
            final EgressProxy egress,
            final long correlationId,
            final long member,
            final int settlement,
            final List<SettleResult> results) {
        final MessagesSettledEncoder event = new MessagesSettledEncoder()
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(correlationId)
                .member(member)
                .settlement((short) settlement);
        final MessagesSettledEncoder.EntriesEncoder entries = event.entriesCount(results.size());
        for (final SettleResult result : results) {
            entries.next()
                    .partition(result.partition())
                    .delivery(result.delivery())
                    .position(result.position())
                    .isAccepted((short) (result.isAccepted() ? 1 : 0));
        }
        return send(egress, event.encodedLength());
    }

    private long send(final EgressProxy egress, final int encodedLength) {
        return egress.send(buffer, HEADER_LENGTH + encodedLength);
    }
}
