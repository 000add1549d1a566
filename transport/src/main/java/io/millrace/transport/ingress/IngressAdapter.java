package io.millrace.transport.ingress;

import static io.millrace.transport.protocol.MessageBounds.BROKEN;
import static io.millrace.transport.protocol.MessageBounds.afterBlock;
import static io.millrace.transport.protocol.MessageBounds.afterGroup;
import static io.millrace.transport.protocol.MessageBounds.afterText;
import static io.millrace.transport.protocol.ProtocolDescriptor.CHECKED_INDEX;
import static io.millrace.transport.protocol.ProtocolDescriptor.HEADER_LENGTH;

import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.Header;
import io.millrace.transport.codec.CloseDecoder;
import io.millrace.transport.codec.ConnectDecoder;
import io.millrace.transport.codec.KeepAliveDecoder;
import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.codec.OpenProducerDecoder;
import io.millrace.transport.codec.PublishDecoder;
import io.millrace.transport.codec.SubscribeDecoder;
import io.millrace.transport.protocol.Checksum;
import io.millrace.transport.protocol.CommandHandler;
import io.millrace.transport.protocol.PublishedRecord;
import org.agrona.DirectBuffer;

/**
 * Turns the bytes that arrive at a node's ingress into calls on its {@link CommandHandler}. One thread.
 *
 * <p>Anyone can send a packet to a UDP port, so nothing is believed before it is checked: a message of another schema, with
 * an unknown template, or whose lengths do not agree with its end is counted and dropped, and a record whose checksum is
 * wrong is reported but never handed on.
 */
public final class IngressAdapter implements ControlledFragmentHandler {
    private final CommandHandler handler;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final ConnectDecoder connect = new ConnectDecoder();
    private final OpenProducerDecoder openProducer = new OpenProducerDecoder();
    private final PublishedRecord record = new PublishedRecord();
    private final SubscribeDecoder subscribe = new SubscribeDecoder();
    private final KeepAliveDecoder keepAlive = new KeepAliveDecoder();
    private final CloseDecoder close = new CloseDecoder();
    private final Checksum checksum = new Checksum();
    private long ignoredCount;

    /**
     * Creates an adapter.
     *
     * @param handler that carries out the commands
     */
    public IngressAdapter(final CommandHandler handler) {
        this.handler = handler;
    }

    /**
     * How many messages were dropped because they were no commands of this protocol.
     *
     * @return messages
     */
    public long ignoredCount() {
        return ignoredCount;
    }

    @Override
    public Action onFragment(final DirectBuffer buffer, final int offset, final int length, final Header aeronHeader) {
        final boolean isTaken = onMessage(aeronHeader.sessionId(), buffer, offset, length);
        return isTaken ? Action.CONTINUE : Action.ABORT;
    }

    /**
     * Carries out the command in one whole message.
     *
     * @param clientId that sent it
     * @param buffer   that holds the message
     * @param offset   of the message
     * @param length   of the message in bytes
     * @return whether it is done with; {@code false} when the same message must come again
     */
    public boolean onMessage(final int clientId, final DirectBuffer buffer, final int offset, final int length) {
        if (length < HEADER_LENGTH) {
            return ignore();
        }
        header.wrap(buffer, offset);
        if (header.schemaId() != MessageHeaderDecoder.SCHEMA_ID) {
            return ignore();
        }
        final int end = offset + length;
        return switch (header.templateId()) {
            case PublishDecoder.TEMPLATE_ID -> onPublish(clientId, buffer, offset, end);
            case KeepAliveDecoder.TEMPLATE_ID -> onKeepAlive(clientId, buffer, offset + HEADER_LENGTH, end);
            case ConnectDecoder.TEMPLATE_ID -> onConnect(clientId, buffer, offset + HEADER_LENGTH, end);
            case OpenProducerDecoder.TEMPLATE_ID -> onOpenProducer(clientId, buffer, offset + HEADER_LENGTH, end);
            case SubscribeDecoder.TEMPLATE_ID -> onSubscribe(clientId, buffer, offset + HEADER_LENGTH, end);
            case CloseDecoder.TEMPLATE_ID -> onClose(clientId, buffer, offset + HEADER_LENGTH, end);
            default -> ignore();
        };
    }

    private boolean onPublish(final int clientId, final DirectBuffer buffer, final int offset, final int end) {
        if (!record.wrap(buffer, offset + HEADER_LENGTH, header.blockLength(), header.version(), end)) {
            return ignore();
        }
        final int checkedOffset = offset + CHECKED_INDEX;
        if (checksum.compute(buffer, checkedOffset, end - checkedOffset) != record.checksum()) {
            handler.onCorruptRecord(clientId);
            return true;
        }
        return handler.onPublish(clientId, record);
    }

    private boolean onConnect(final int clientId, final DirectBuffer buffer, final int block, final int end) {
        final int channel = afterBlock(block, header.blockLength(), ConnectDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, channel, end) == BROKEN) {
            return ignore();
        }
        connect.wrap(buffer, block, header.blockLength(), header.version());
        return handler.onConnect(
                clientId,
                connect.correlationId(),
                connect.protocolVersion(),
                connect.responseStreamId(),
                connect.responseChannel());
    }

    private boolean onOpenProducer(final int clientId, final DirectBuffer buffer, final int block, final int end) {
        final int topic = afterBlock(block, header.blockLength(), OpenProducerDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, afterText(buffer, topic, end), end) == BROKEN) {
            return ignore();
        }
        openProducer.wrap(buffer, block, header.blockLength(), header.version());
        return handler.onOpenProducer(
                clientId,
                openProducer.session(),
                openProducer.correlationId(),
                openProducer.topic(),
                openProducer.producerName());
    }

    private boolean onSubscribe(final int clientId, final DirectBuffer buffer, final int block, final int end) {
        final int starts = afterBlock(block, header.blockLength(), SubscribeDecoder.BLOCK_LENGTH, end);
        final int topic = afterGroup(buffer, starts, SubscribeDecoder.StartsDecoder.sbeBlockLength(), end);
        if (afterText(buffer, topic, end) == BROKEN) {
            return ignore();
        }
        subscribe.wrap(buffer, block, header.blockLength(), header.version());
        final SubscribeDecoder.StartsDecoder group = subscribe.starts();
        final long[] positions = new long[group.count()];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = group.next().position();
        }
        return handler.onSubscribe(
                clientId, subscribe.session(), subscribe.correlationId(), subscribe.topic(), positions);
    }

    private boolean onKeepAlive(final int clientId, final DirectBuffer buffer, final int block, final int end) {
        if (afterBlock(block, header.blockLength(), KeepAliveDecoder.BLOCK_LENGTH, end) == BROKEN) {
            return ignore();
        }
        keepAlive.wrap(buffer, block, header.blockLength(), header.version());
        handler.onKeepAlive(clientId, keepAlive.session());
        return true;
    }

    private boolean onClose(final int clientId, final DirectBuffer buffer, final int block, final int end) {
        if (afterBlock(block, header.blockLength(), CloseDecoder.BLOCK_LENGTH, end) == BROKEN) {
            return ignore();
        }
        close.wrap(buffer, block, header.blockLength(), header.version());
        handler.onClose(clientId, close.session());
        return true;
    }

    private boolean ignore() {
        ignoredCount++;
        return true;
    }
}
