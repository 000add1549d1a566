package io.millrace.transport.ingress;

import static io.millrace.transport.protocol.MessageBounds.BROKEN;
import static io.millrace.transport.protocol.MessageBounds.afterBlock;
import static io.millrace.transport.protocol.MessageBounds.afterGroup;
import static io.millrace.transport.protocol.MessageBounds.afterText;
import static io.millrace.transport.protocol.MessageResult.IGNORED;

import io.millrace.transport.codec.AttachQueueDecoder;
import io.millrace.transport.codec.CreateQueueDecoder;
import io.millrace.transport.codec.DeleteQueueDecoder;
import io.millrace.transport.codec.DescribeQueuesDecoder;
import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.codec.SettleMessagesDecoder;
import io.millrace.transport.protocol.AttachQueueRequest;
import io.millrace.transport.protocol.CreateQueueRequest;
import io.millrace.transport.protocol.DeliveredMessage;
import io.millrace.transport.protocol.MessageResult;
import io.millrace.transport.protocol.QueueCommands;
import io.millrace.transport.protocol.SettleRequest;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/** Turns commands with a template id from 40 to 49 into calls on {@link QueueCommands}. One thread. */
final class QueueCommandAdapter {
    private final QueueCommands handler;
    private final CreateQueueDecoder create = new CreateQueueDecoder();
    private final AttachQueueDecoder attach = new AttachQueueDecoder();
    private final SettleMessagesDecoder settle = new SettleMessagesDecoder();
    private final DescribeQueuesDecoder describe = new DescribeQueuesDecoder();
    private final DeleteQueueDecoder delete = new DeleteQueueDecoder();

    QueueCommandAdapter(final QueueCommands handler) {
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
            case CreateQueueDecoder.TEMPLATE_ID -> onCreate(clientId, header, buffer, block, end);
            case AttachQueueDecoder.TEMPLATE_ID -> onAttach(clientId, header, buffer, block, end);
            case SettleMessagesDecoder.TEMPLATE_ID -> onSettle(clientId, header, buffer, block, end);
            case DescribeQueuesDecoder.TEMPLATE_ID -> onDescribe(clientId, header, buffer, block, end);
            case DeleteQueueDecoder.TEMPLATE_ID -> onDelete(clientId, header, buffer, block, end);
            default -> IGNORED;
        };
    }

    private MessageResult onCreate(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        final int texts = afterBlock(block, header.blockLength(), CreateQueueDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, afterText(buffer, afterText(buffer, texts, end), end), end) == BROKEN) {
            return IGNORED;
        }
        create.wrap(buffer, block, header.blockLength(), header.version());
        return MessageResult.of(handler.onCreateQueue(
                clientId,
                new CreateQueueRequest(
                        create.correlationId(),
                        create.queueName(),
                        create.topic(),
                        create.deadLetterTopic(),
                        create.leaseNs(),
                        create.maxDeliveries(),
                        create.maxOutstanding(),
                        create.fromEnd() == 1)));
    }

    private MessageResult onAttach(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        final int texts = afterBlock(block, header.blockLength(), AttachQueueDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, afterText(buffer, texts, end), end) == BROKEN) {
            return IGNORED;
        }
        attach.wrap(buffer, block, header.blockLength(), header.version());
        return MessageResult.of(handler.onAttachQueue(
                clientId,
                new AttachQueueRequest(
                        attach.correlationId(),
                        attach.memberKey(),
                        attach.leaseNs(),
                        attach.credit(),
                        attach.queueName(),
                        attach.memberName())));
    }

    private MessageResult onSettle(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        final int entries = afterBlock(block, header.blockLength(), SettleMessagesDecoder.BLOCK_LENGTH, end);
        final int cause = afterGroup(buffer, entries, SettleMessagesDecoder.EntriesDecoder.sbeBlockLength(), end);
        if (afterText(buffer, cause, end) == BROKEN) {
            return IGNORED;
        }
        settle.wrap(buffer, block, header.blockLength(), header.version());
        final long member = settle.member();
        final List<DeliveredMessage> list = new ArrayList<>();
        for (final SettleMessagesDecoder.EntriesDecoder entry : settle.entries()) {
            list.add(new DeliveredMessage(member, entry.partition(), entry.position(), entry.delivery()));
        }
        return MessageResult.of(handler.onSettleMessages(
                clientId,
                new SettleRequest(
                        settle.correlationId(), member, settle.settlement(), settle.delayNs(), settle.cause(), list)));
    }

    private MessageResult onDescribe(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        final int name = afterBlock(block, header.blockLength(), DescribeQueuesDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, name, end) == BROKEN) {
            return IGNORED;
        }
        describe.wrap(buffer, block, header.blockLength(), header.version());
        return MessageResult.of(handler.onDescribeQueues(clientId, describe.correlationId(), describe.queueName()));
    }

    private MessageResult onDelete(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        final int name = afterBlock(block, header.blockLength(), DeleteQueueDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, name, end) == BROKEN) {
            return IGNORED;
        }
        delete.wrap(buffer, block, header.blockLength(), header.version());
        return MessageResult.of(handler.onDeleteQueue(clientId, delete.correlationId(), delete.queueName()));
    }
}
