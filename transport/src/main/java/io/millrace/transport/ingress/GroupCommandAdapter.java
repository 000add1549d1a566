package io.millrace.transport.ingress;

import static io.millrace.transport.protocol.MessageBounds.BROKEN;
import static io.millrace.transport.protocol.MessageBounds.afterBlock;
import static io.millrace.transport.protocol.MessageBounds.afterGroup;
import static io.millrace.transport.protocol.MessageBounds.afterText;
import static io.millrace.transport.protocol.MessageBounds.afterTexts;
import static io.millrace.transport.protocol.MessageResult.DONE;
import static io.millrace.transport.protocol.MessageResult.IGNORED;

import io.millrace.transport.codec.CommitGroupDecoder;
import io.millrace.transport.codec.DeleteGroupDecoder;
import io.millrace.transport.codec.DescribeGroupsDecoder;
import io.millrace.transport.codec.JoinGroupDecoder;
import io.millrace.transport.codec.LeaveMemberDecoder;
import io.millrace.transport.codec.MemberAliveDecoder;
import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.codec.ResetGroupDecoder;
import io.millrace.transport.codec.StartKind;
import io.millrace.transport.protocol.CommitEntry;
import io.millrace.transport.protocol.GroupCommands;
import io.millrace.transport.protocol.JoinGroupRequest;
import io.millrace.transport.protocol.MessageResult;
import io.millrace.transport.protocol.ResetGroupRequest;
import io.millrace.transport.protocol.StartPoint;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/** Turns commands with a template id from 30 to 39 into calls on {@link GroupCommands}. One thread. */
final class GroupCommandAdapter {
    private static final short LAST_START_KIND = StartKind.LOG_TIME.value();

    private final GroupCommands handler;
    private final JoinGroupDecoder join = new JoinGroupDecoder();
    private final CommitGroupDecoder commit = new CommitGroupDecoder();
    private final MemberAliveDecoder alive = new MemberAliveDecoder();
    private final LeaveMemberDecoder leave = new LeaveMemberDecoder();
    private final DescribeGroupsDecoder describe = new DescribeGroupsDecoder();
    private final ResetGroupDecoder reset = new ResetGroupDecoder();
    private final DeleteGroupDecoder delete = new DeleteGroupDecoder();

    GroupCommandAdapter(final GroupCommands handler) {
        this.handler = handler;
    }

    /** Carries out a command whose token and checksum were right; no other length in it has been looked at. */
    MessageResult onCommand(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        return switch (header.templateId()) {
            case JoinGroupDecoder.TEMPLATE_ID -> onJoin(clientId, header, buffer, block, end);
            case CommitGroupDecoder.TEMPLATE_ID -> onCommit(clientId, header, buffer, block, end);
            case MemberAliveDecoder.TEMPLATE_ID -> onAlive(clientId, header, buffer, block, end);
            case LeaveMemberDecoder.TEMPLATE_ID -> onLeave(clientId, header, buffer, block, end);
            case DescribeGroupsDecoder.TEMPLATE_ID -> onDescribe(clientId, header, buffer, block, end);
            case ResetGroupDecoder.TEMPLATE_ID -> onReset(clientId, header, buffer, block, end);
            case DeleteGroupDecoder.TEMPLATE_ID -> onDelete(clientId, header, buffer, block, end);
            default -> IGNORED;
        };
    }

    private MessageResult onJoin(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        final int topics = afterBlock(block, header.blockLength(), JoinGroupDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, afterText(buffer, afterTexts(buffer, topics, end), end), end) == BROKEN) {
            return IGNORED;
        }
        join.wrap(buffer, block, header.blockLength(), header.version());
        final List<String> names = new ArrayList<>();
        for (final JoinGroupDecoder.TopicsDecoder topic : join.topics()) {
            names.add(topic.topic());
        }
        return MessageResult.of(handler.onJoinGroup(
                clientId,
                new JoinGroupRequest(
                        join.correlationId(),
                        join.memberKey(),
                        join.leaseNs(),
                        join.fromEnd() == 1,
                        names,
                        join.groupName(),
                        join.memberName())));
    }

    private MessageResult onCommit(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        final int entries = afterBlock(block, header.blockLength(), CommitGroupDecoder.BLOCK_LENGTH, end);
        if (afterGroup(buffer, entries, CommitGroupDecoder.EntriesDecoder.sbeBlockLength(), end) == BROKEN) {
            return IGNORED;
        }
        commit.wrap(buffer, block, header.blockLength(), header.version());
        final List<CommitEntry> list = new ArrayList<>();
        for (final CommitGroupDecoder.EntriesDecoder entry : commit.entries()) {
            list.add(new CommitEntry(
                    entry.topicIndex(), entry.partition(), entry.epoch(), entry.position(), entry.isRelease() == 1));
        }
        return MessageResult.of(handler.onCommitGroup(clientId, commit.correlationId(), commit.member(), list));
    }

    private MessageResult onAlive(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        if (afterBlock(block, header.blockLength(), MemberAliveDecoder.BLOCK_LENGTH, end) == BROKEN) {
            return IGNORED;
        }
        alive.wrap(buffer, block, header.blockLength(), header.version());
        handler.onMemberAlive(clientId, alive.member());
        return DONE;
    }

    private MessageResult onLeave(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        if (afterBlock(block, header.blockLength(), LeaveMemberDecoder.BLOCK_LENGTH, end) == BROKEN) {
            return IGNORED;
        }
        leave.wrap(buffer, block, header.blockLength(), header.version());
        return MessageResult.of(handler.onLeaveMember(clientId, leave.member()));
    }

    private MessageResult onDescribe(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        final int name = afterBlock(block, header.blockLength(), DescribeGroupsDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, name, end) == BROKEN) {
            return IGNORED;
        }
        describe.wrap(buffer, block, header.blockLength(), header.version());
        return MessageResult.of(handler.onDescribeGroups(clientId, describe.correlationId(), describe.groupName()));
    }

    private MessageResult onReset(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        final int name = afterBlock(block, header.blockLength(), ResetGroupDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, afterText(buffer, name, end), end) == BROKEN) {
            return IGNORED;
        }
        reset.wrap(buffer, block, header.blockLength(), header.version());
        if (reset.kindRaw() > LAST_START_KIND) {
            return IGNORED;
        }
        return MessageResult.of(handler.onResetGroup(
                clientId,
                new ResetGroupRequest(
                        reset.correlationId(),
                        reset.groupName(),
                        reset.topic(),
                        reset.partition(),
                        new StartPoint(reset.kind(), reset.value()))));
    }

    private MessageResult onDelete(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        final int name = afterBlock(block, header.blockLength(), DeleteGroupDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, name, end) == BROKEN) {
            return IGNORED;
        }
        delete.wrap(buffer, block, header.blockLength(), header.version());
        return MessageResult.of(handler.onDeleteGroup(clientId, delete.correlationId(), delete.groupName()));
    }
}
