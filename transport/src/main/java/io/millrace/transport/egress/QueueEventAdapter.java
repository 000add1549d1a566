package io.millrace.transport.egress;

import static io.millrace.transport.protocol.MessageBounds.BROKEN;
import static io.millrace.transport.protocol.MessageBounds.afterBlock;
import static io.millrace.transport.protocol.MessageBounds.afterBytes;
import static io.millrace.transport.protocol.MessageBounds.afterGroup;
import static io.millrace.transport.protocol.MessageResult.DONE;
import static io.millrace.transport.protocol.MessageResult.IGNORED;

import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.codec.MessagesSettledDecoder;
import io.millrace.transport.codec.QueueAttachedDecoder;
import io.millrace.transport.codec.QueueMessageDecoder;
import io.millrace.transport.protocol.DeliveredMessage;
import io.millrace.transport.protocol.MessageResult;
import io.millrace.transport.protocol.QueueEvents;
import io.millrace.transport.protocol.SettleResult;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/** Turns events with a template id from 140 to 149 into calls on {@link QueueEvents}. One thread. */
final class QueueEventAdapter {
    private final QueueEvents handler;
    private final QueueAttachedDecoder attached = new QueueAttachedDecoder();
    private final QueueMessageDecoder message = new QueueMessageDecoder();
    private final MessagesSettledDecoder settled = new MessagesSettledDecoder();

    QueueEventAdapter(final QueueEvents handler) {
        this.handler = handler;
    }

    /** Reports an event whose checksum was right; no other length in it has been looked at. */
    MessageResult onEvent(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        return switch (header.templateId()) {
            case QueueMessageDecoder.TEMPLATE_ID -> onMessage(header, buffer, block, end);
            case QueueAttachedDecoder.TEMPLATE_ID -> onAttached(header, buffer, block, end);
            case MessagesSettledDecoder.TEMPLATE_ID -> onSettled(header, buffer, block, end);
            default -> IGNORED;
        };
    }

    private MessageResult onAttached(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        if (afterBlock(block, header.blockLength(), QueueAttachedDecoder.BLOCK_LENGTH, end) == BROKEN) {
            return IGNORED;
        }
        attached.wrap(buffer, block, header.blockLength(), header.version());
        handler.onQueueAttached(attached.correlationId(), attached.member(), attached.leaseNs());
        return DONE;
    }

    private MessageResult onMessage(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        final int frame = afterBlock(block, header.blockLength(), QueueMessageDecoder.BLOCK_LENGTH, end);
        if (afterBytes(buffer, frame, end) == BROKEN) {
            return IGNORED;
        }
        message.wrap(buffer, block, header.blockLength(), header.version());
        final int length = message.frameLength();
        final int pieceOffset = message.pieceOffset();
        final DeliveredMessage which =
                new DeliveredMessage(message.member(), message.partition(), message.position(), message.delivery());
        final int pieceLength = message.frameBytesLength();
        if (pieceOffset < 0 || length < 0 || pieceLength > length - pieceOffset) {
            return IGNORED;
        }
        return MessageResult.of(handler.onQueueMessage(
                which, length, pieceOffset, buffer, frame + QueueMessageDecoder.frameBytesHeaderLength(), pieceLength));
    }

    private MessageResult onSettled(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        final int entries = afterBlock(block, header.blockLength(), MessagesSettledDecoder.BLOCK_LENGTH, end);
        if (afterGroup(buffer, entries, MessagesSettledDecoder.EntriesDecoder.sbeBlockLength(), end) == BROKEN) {
            return IGNORED;
        }
        settled.wrap(buffer, block, header.blockLength(), header.version());
        final List<SettleResult> list = new ArrayList<>();
        for (final MessagesSettledDecoder.EntriesDecoder entry : settled.entries()) {
            list.add(new SettleResult(entry.partition(), entry.position(), entry.delivery(), entry.isAccepted() == 1));
        }
        handler.onMessagesSettled(settled.correlationId(), settled.member(), settled.settlement(), list);
        return DONE;
    }
}
