package io.millrace.transport.egress;

import static io.millrace.transport.protocol.MessageBounds.BROKEN;
import static io.millrace.transport.protocol.MessageBounds.afterBlock;
import static io.millrace.transport.protocol.MessageBounds.afterGroup;
import static io.millrace.transport.protocol.MessageBounds.afterText;
import static io.millrace.transport.protocol.ProtocolDescriptor.CHECKED_INDEX;
import static io.millrace.transport.protocol.ProtocolDescriptor.HEADER_LENGTH;

import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.Header;
import io.millrace.transport.codec.AcknowledgeDecoder;
import io.millrace.transport.codec.ConnectedDecoder;
import io.millrace.transport.codec.DeliverDecoder;
import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.codec.ProducerOpenedDecoder;
import io.millrace.transport.codec.RefusedDecoder;
import io.millrace.transport.codec.SubscriptionOpenedDecoder;
import io.millrace.transport.protocol.Checksum;
import io.millrace.transport.protocol.DeliveredFrames;
import io.millrace.transport.protocol.EventHandler;
import io.millrace.transport.protocol.ProtocolDescriptor;
import org.agrona.DirectBuffer;

/**
 * Turns the bytes that a node sends into calls on the client's {@link EventHandler}. One thread. As suspicious as
 * {@link io.millrace.transport.ingress.IngressAdapter}: a client's port can be reached by anyone, too.
 */
public final class EgressAdapter implements ControlledFragmentHandler {
    private final EventHandler handler;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final ConnectedDecoder connected = new ConnectedDecoder();
    private final RefusedDecoder refused = new RefusedDecoder();
    private final ProducerOpenedDecoder producerOpened = new ProducerOpenedDecoder();
    private final AcknowledgeDecoder acknowledge = new AcknowledgeDecoder();
    private final SubscriptionOpenedDecoder subscriptionOpened = new SubscriptionOpenedDecoder();
    private final DeliveredFrames frames = new DeliveredFrames();
    private final Checksum checksum = new Checksum();
    private long ignoredCount;

    /**
     * Creates an adapter.
     *
     * @param handler that hears the events
     */
    public EgressAdapter(final EventHandler handler) {
        this.handler = handler;
    }

    /**
     * How many messages were dropped because they were no events of this protocol.
     *
     * @return messages
     */
    public long ignoredCount() {
        return ignoredCount;
    }

    @Override
    public Action onFragment(final DirectBuffer buffer, final int offset, final int length, final Header aeronHeader) {
        return onMessage(buffer, offset, length) ? Action.CONTINUE : Action.ABORT;
    }

    /**
     * Reports the event in one whole message.
     *
     * @param buffer that holds the message
     * @param offset of the message
     * @param length of the message in bytes
     * @return whether it is done with; {@code false} when the same message must come again
     */
    public boolean onMessage(final DirectBuffer buffer, final int offset, final int length) {
        if (length < HEADER_LENGTH) {
            return ignore();
        }
        header.wrap(buffer, offset);
        if (header.schemaId() != MessageHeaderDecoder.SCHEMA_ID) {
            return ignore();
        }
        final int end = offset + length;
        return switch (header.templateId()) {
            case DeliverDecoder.TEMPLATE_ID -> onDeliver(buffer, offset, end);
            case AcknowledgeDecoder.TEMPLATE_ID -> onAcknowledge(buffer, offset + HEADER_LENGTH, end);
            case ConnectedDecoder.TEMPLATE_ID -> onConnected(buffer, offset + HEADER_LENGTH, end);
            case RefusedDecoder.TEMPLATE_ID -> onRefused(buffer, offset + HEADER_LENGTH, end);
            case ProducerOpenedDecoder.TEMPLATE_ID -> onProducerOpened(buffer, offset + HEADER_LENGTH, end);
            case SubscriptionOpenedDecoder.TEMPLATE_ID -> onSubscriptionOpened(buffer, offset + HEADER_LENGTH, end);
            default -> ignore();
        };
    }

    private boolean onDeliver(final DirectBuffer buffer, final int offset, final int end) {
        if (!frames.wrap(buffer, offset + HEADER_LENGTH, header.blockLength(), header.version(), end)) {
            return ignore();
        }
        final int checkedOffset = offset + CHECKED_INDEX;
        if (checksum.compute(buffer, checkedOffset, end - checkedOffset) != frames.checksum()) {
            handler.onCorruptDelivery();
            return true;
        }
        return handler.onDeliver(frames);
    }

    private boolean onAcknowledge(final DirectBuffer buffer, final int block, final int end) {
        if (afterBlock(block, header.blockLength(), AcknowledgeDecoder.BLOCK_LENGTH, end) == BROKEN) {
            return ignore();
        }
        acknowledge.wrap(buffer, block, header.blockLength(), header.version());
        handler.onAcknowledge(acknowledge.producerHandle(), acknowledge.partition(), acknowledge.sequence());
        return true;
    }

    private boolean onConnected(final DirectBuffer buffer, final int block, final int end) {
        if (afterBlock(block, header.blockLength(), ConnectedDecoder.BLOCK_LENGTH, end) == BROKEN) {
            return ignore();
        }
        connected.wrap(buffer, block, header.blockLength(), header.version());
        handler.onConnected(connected.correlationId(), connected.session(), connected.protocolVersion());
        return true;
    }

    private boolean onRefused(final DirectBuffer buffer, final int block, final int end) {
        final int message = afterBlock(block, header.blockLength(), RefusedDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, message, end) == BROKEN) {
            return ignore();
        }
        refused.wrap(buffer, block, header.blockLength(), header.version());
        handler.onRefused(refused.correlationId(), ProtocolDescriptor.errorCode(refused.codeRaw()), refused.message());
        return true;
    }

    private boolean onProducerOpened(final DirectBuffer buffer, final int block, final int end) {
        final int group = afterBlock(block, header.blockLength(), ProducerOpenedDecoder.BLOCK_LENGTH, end);
        if (afterGroup(buffer, group, ProducerOpenedDecoder.PartitionsDecoder.sbeBlockLength(), end) == BROKEN) {
            return ignore();
        }
        producerOpened.wrap(buffer, block, header.blockLength(), header.version());
        final ProducerOpenedDecoder.PartitionsDecoder partitions = producerOpened.partitions();
        final long[] lastSequences = new long[partitions.count()];
        for (int i = 0; i < lastSequences.length; i++) {
            lastSequences[i] = partitions.next().lastSequence();
        }
        handler.onProducerOpened(
                producerOpened.correlationId(),
                producerOpened.producerHandle(),
                producerOpened.producerId(),
                producerOpened.maxRecordLength(),
                lastSequences);
        return true;
    }

    private boolean onSubscriptionOpened(final DirectBuffer buffer, final int block, final int end) {
        final int group = afterBlock(block, header.blockLength(), SubscriptionOpenedDecoder.BLOCK_LENGTH, end);
        if (afterGroup(buffer, group, SubscriptionOpenedDecoder.PartitionsDecoder.sbeBlockLength(), end) == BROKEN) {
            return ignore();
        }
        subscriptionOpened.wrap(buffer, block, header.blockLength(), header.version());
        final SubscriptionOpenedDecoder.PartitionsDecoder partitions = subscriptionOpened.partitions();
        final long[] positions = new long[partitions.count()];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = partitions.next().position();
        }
        handler.onSubscriptionOpened(subscriptionOpened.correlationId(), subscriptionOpened.subscription(), positions);
        return true;
    }

    private boolean ignore() {
        ignoredCount++;
        return true;
    }
}
