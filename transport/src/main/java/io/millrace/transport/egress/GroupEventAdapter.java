package io.millrace.transport.egress;

import static io.millrace.transport.protocol.MessageBounds.BROKEN;
import static io.millrace.transport.protocol.MessageBounds.afterBlock;
import static io.millrace.transport.protocol.MessageBounds.afterBytes;
import static io.millrace.transport.protocol.MessageBounds.afterGroup;
import static io.millrace.transport.protocol.MessageBounds.afterText;
import static io.millrace.transport.protocol.MessageResult.DONE;
import static io.millrace.transport.protocol.MessageResult.IGNORED;

import io.millrace.transport.codec.DescribedDecoder;
import io.millrace.transport.codec.GroupCommittedDecoder;
import io.millrace.transport.codec.GroupJoinedDecoder;
import io.millrace.transport.codec.MemberGoneDecoder;
import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.codec.PartitionAssignedDecoder;
import io.millrace.transport.codec.PartitionRevokedDecoder;
import io.millrace.transport.protocol.AssignedPartition;
import io.millrace.transport.protocol.CommitResult;
import io.millrace.transport.protocol.GroupEvents;
import io.millrace.transport.protocol.MessageResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/** Turns events with a template id from 130 to 139 into calls on {@link GroupEvents}. One thread. */
final class GroupEventAdapter {
    private final GroupEvents handler;
    private final GroupJoinedDecoder joined = new GroupJoinedDecoder();
    private final PartitionAssignedDecoder assigned = new PartitionAssignedDecoder();
    private final PartitionRevokedDecoder revoked = new PartitionRevokedDecoder();
    private final GroupCommittedDecoder committed = new GroupCommittedDecoder();
    private final MemberGoneDecoder gone = new MemberGoneDecoder();
    private final DescribedDecoder described = new DescribedDecoder();

    GroupEventAdapter(final GroupEvents handler) {
        this.handler = handler;
    }

    /** Reports an event whose checksum was right; no other length in it has been looked at. */
    MessageResult onEvent(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        return switch (header.templateId()) {
            case GroupJoinedDecoder.TEMPLATE_ID -> onJoined(header, buffer, block, end);
            case PartitionAssignedDecoder.TEMPLATE_ID -> onAssigned(header, buffer, block, end);
            case PartitionRevokedDecoder.TEMPLATE_ID -> onRevoked(header, buffer, block, end);
            case GroupCommittedDecoder.TEMPLATE_ID -> onCommitted(header, buffer, block, end);
            case MemberGoneDecoder.TEMPLATE_ID -> onGone(header, buffer, block, end);
            case DescribedDecoder.TEMPLATE_ID -> onDescribed(header, buffer, block, end);
            default -> IGNORED;
        };
    }

    private MessageResult onJoined(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        if (afterBlock(block, header.blockLength(), GroupJoinedDecoder.BLOCK_LENGTH, end) == BROKEN) {
            return IGNORED;
        }
        joined.wrap(buffer, block, header.blockLength(), header.version());
        handler.onGroupJoined(joined.correlationId(), joined.member(), joined.generation());
        return DONE;
    }

    private MessageResult onAssigned(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        final int topic = afterBlock(block, header.blockLength(), PartitionAssignedDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, topic, end) == BROKEN) {
            return IGNORED;
        }
        assigned.wrap(buffer, block, header.blockLength(), header.version());
        handler.onPartitionAssigned(new AssignedPartition(
                assigned.member(),
                assigned.topicIndex(),
                assigned.topic(),
                assigned.partition(),
                assigned.partitionCount(),
                assigned.epoch(),
                assigned.position()));
        return DONE;
    }

    private MessageResult onRevoked(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        if (afterBlock(block, header.blockLength(), PartitionRevokedDecoder.BLOCK_LENGTH, end) == BROKEN) {
            return IGNORED;
        }
        revoked.wrap(buffer, block, header.blockLength(), header.version());
        handler.onPartitionRevoked(
                revoked.member(), revoked.topicIndex(), revoked.partition(), revoked.epoch(), revoked.isLost() == 1);
        return DONE;
    }

    private MessageResult onCommitted(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        final int entries = afterBlock(block, header.blockLength(), GroupCommittedDecoder.BLOCK_LENGTH, end);
        if (afterGroup(buffer, entries, GroupCommittedDecoder.EntriesDecoder.sbeBlockLength(), end) == BROKEN) {
            return IGNORED;
        }
        committed.wrap(buffer, block, header.blockLength(), header.version());
        final List<CommitResult> list = new ArrayList<>();
        for (final GroupCommittedDecoder.EntriesDecoder entry : committed.entries()) {
            list.add(new CommitResult(
                    entry.topicIndex(),
                    entry.partition(),
                    entry.epoch(),
                    entry.endPosition(),
                    entry.isAccepted() == 1));
        }
        handler.onGroupCommitted(committed.correlationId(), committed.member(), list);
        return DONE;
    }

    private MessageResult onGone(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        if (afterBlock(block, header.blockLength(), MemberGoneDecoder.BLOCK_LENGTH, end) == BROKEN) {
            return IGNORED;
        }
        gone.wrap(buffer, block, header.blockLength(), header.version());
        handler.onMemberGone(gone.member());
        return DONE;
    }

    private MessageResult onDescribed(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        final int lines = afterBlock(block, header.blockLength(), DescribedDecoder.BLOCK_LENGTH, end);
        if (afterBytes(buffer, lines, end) == BROKEN) {
            return IGNORED;
        }
        described.wrap(buffer, block, header.blockLength(), header.version());
        final byte[] bytes = new byte[described.linesLength()];
        described.getLines(bytes, 0, bytes.length);
        handler.onDescribed(described.correlationId(), new String(bytes, StandardCharsets.UTF_8));
        return DONE;
    }
}
