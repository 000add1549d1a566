package io.millrace.broker;

import io.millrace.broker.codec.GroupCommitDecoder;
import io.millrace.broker.codec.GroupDeleteDecoder;
import io.millrace.broker.codec.GroupJoinDecoder;
import io.millrace.broker.codec.GroupResetDecoder;
import io.millrace.broker.codec.GroupTopicDecoder;
import io.millrace.broker.codec.LeaveDecoder;
import io.millrace.broker.codec.MessageHeaderDecoder;
import io.millrace.broker.codec.QueueAttachDecoder;
import io.millrace.broker.codec.QueueCreateDecoder;
import io.millrace.broker.codec.QueueDeleteDecoder;
import io.millrace.broker.codec.QueueDeliverDecoder;
import io.millrace.broker.codec.QueueRemoveDecoder;
import io.millrace.broker.codec.QueueSettleDecoder;
import io.millrace.broker.codec.SnapshotPartDecoder;
import io.millrace.broker.codec.TickDecoder;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/** One decoder for each command, wrapped over the command that is being applied. */
final class CommandDecoders {
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final TickDecoder tick = new TickDecoder();
    private final LeaveDecoder leave = new LeaveDecoder();
    private final SnapshotPartDecoder snapshotPart = new SnapshotPartDecoder();
    private final GroupTopicDecoder groupTopic = new GroupTopicDecoder();
    private final GroupJoinDecoder groupJoin = new GroupJoinDecoder();
    private final GroupCommitDecoder groupCommit = new GroupCommitDecoder();
    private final GroupResetDecoder groupReset = new GroupResetDecoder();
    private final GroupDeleteDecoder groupDelete = new GroupDeleteDecoder();
    private final QueueCreateDecoder queueCreate = new QueueCreateDecoder();
    private final QueueDeleteDecoder queueDelete = new QueueDeleteDecoder();
    private final QueueAttachDecoder queueAttach = new QueueAttachDecoder();
    private final QueueDeliverDecoder queueDeliver = new QueueDeliverDecoder();
    private final QueueSettleDecoder queueSettle = new QueueSettleDecoder();
    private final QueueRemoveDecoder queueRemove = new QueueRemoveDecoder();

    /** Which command it is; refuses what is none. */
    int templateId(final DirectBuffer buffer, final int offset, final int length) {
        if (length < MessageHeaderDecoder.ENCODED_LENGTH
                || header.wrap(buffer, offset).schemaId() != MessageHeaderDecoder.SCHEMA_ID
                || header.blockLength() > length - MessageHeaderDecoder.ENCODED_LENGTH) {
            throw new MillraceException(
                    ErrorCode.CORRUPT, "record is no command of groups and queues: length=" + length);
        }
        return header.templateId();
    }

    /** What a consumer settles, read before the text behind it. */
    List<MessageDelivery> settled(final QueueSettleDecoder command) {
        final List<MessageDelivery> settled = new ArrayList<>();
        for (final QueueSettleDecoder.EntriesDecoder entry : command.entries()) {
            settled.add(new MessageDelivery(entry.partition(), entry.position(), entry.delivery()));
        }
        return settled;
    }

    TickDecoder tick(final DirectBuffer buffer, final int offset) {
        return tick.wrapAndApplyHeader(buffer, offset, header);
    }

    LeaveDecoder leave(final DirectBuffer buffer, final int offset) {
        return leave.wrapAndApplyHeader(buffer, offset, header);
    }

    SnapshotPartDecoder snapshotPart(final DirectBuffer buffer, final int offset) {
        return snapshotPart.wrapAndApplyHeader(buffer, offset, header);
    }

    GroupTopicDecoder groupTopic(final DirectBuffer buffer, final int offset) {
        return groupTopic.wrapAndApplyHeader(buffer, offset, header);
    }

    GroupJoinDecoder groupJoin(final DirectBuffer buffer, final int offset) {
        return groupJoin.wrapAndApplyHeader(buffer, offset, header);
    }

    GroupCommitDecoder groupCommit(final DirectBuffer buffer, final int offset) {
        return groupCommit.wrapAndApplyHeader(buffer, offset, header);
    }

    GroupResetDecoder groupReset(final DirectBuffer buffer, final int offset) {
        return groupReset.wrapAndApplyHeader(buffer, offset, header);
    }

    GroupDeleteDecoder groupDelete(final DirectBuffer buffer, final int offset) {
        return groupDelete.wrapAndApplyHeader(buffer, offset, header);
    }

    QueueCreateDecoder queueCreate(final DirectBuffer buffer, final int offset) {
        return queueCreate.wrapAndApplyHeader(buffer, offset, header);
    }

    QueueDeleteDecoder queueDelete(final DirectBuffer buffer, final int offset) {
        return queueDelete.wrapAndApplyHeader(buffer, offset, header);
    }

    QueueAttachDecoder queueAttach(final DirectBuffer buffer, final int offset) {
        return queueAttach.wrapAndApplyHeader(buffer, offset, header);
    }

    QueueDeliverDecoder queueDeliver(final DirectBuffer buffer, final int offset) {
        return queueDeliver.wrapAndApplyHeader(buffer, offset, header);
    }

    QueueSettleDecoder queueSettle(final DirectBuffer buffer, final int offset) {
        return queueSettle.wrapAndApplyHeader(buffer, offset, header);
    }

    QueueRemoveDecoder queueRemove(final DirectBuffer buffer, final int offset) {
        return queueRemove.wrapAndApplyHeader(buffer, offset, header);
    }
}
