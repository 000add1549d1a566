package io.millrace.transport.egress;

import static io.millrace.transport.protocol.MessageBounds.BROKEN;
import static io.millrace.transport.protocol.MessageBounds.afterBlock;
import static io.millrace.transport.protocol.MessageBounds.afterBytes;
import static io.millrace.transport.protocol.MessageBounds.afterGroup;
import static io.millrace.transport.protocol.MessageBounds.afterText;
import static io.millrace.transport.protocol.MessageResult.DONE;
import static io.millrace.transport.protocol.MessageResult.IGNORED;
import static io.millrace.transport.protocol.ProtocolDescriptor.EVENT_CHECKED_INDEX;
import static io.millrace.transport.protocol.ProtocolDescriptor.EVENT_CHECKSUM_INDEX;
import static io.millrace.transport.protocol.ProtocolDescriptor.HEADER_LENGTH;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.Header;
import io.millrace.transport.codec.AcknowledgeDecoder;
import io.millrace.transport.codec.ChallengeDecoder;
import io.millrace.transport.codec.ConnectedDecoder;
import io.millrace.transport.codec.DeliverDecoder;
import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.codec.PositionGoneDecoder;
import io.millrace.transport.codec.ProducerOpenedDecoder;
import io.millrace.transport.codec.ReadableDecoder;
import io.millrace.transport.codec.RefusedDecoder;
import io.millrace.transport.codec.RejectedDecoder;
import io.millrace.transport.codec.SubscriptionOpenedDecoder;
import io.millrace.transport.protocol.Checksum;
import io.millrace.transport.protocol.ConnectedSession;
import io.millrace.transport.protocol.DeliveredFrames;
import io.millrace.transport.protocol.EventHandler;
import io.millrace.transport.protocol.MessageResult;
import io.millrace.transport.protocol.OpenedProducer;
import io.millrace.transport.protocol.ProtocolDescriptor;
import org.agrona.DirectBuffer;

/**
 * Turns the bytes that a node sends into calls on the client's {@link EventHandler}. One thread. As suspicious as
 * {@link io.millrace.transport.ingress.IngressAdapter}: a client's port can be reached by anyone, too.
 */
public final class EgressAdapter implements ControlledFragmentHandler {
    private static final int FIRST_LIVE_ID = 112;
    private static final int FIRST_TOPIC_ID = 120;
    private static final int FIRST_GROUP_ID = 130;
    private static final int FIRST_QUEUE_ID = 140;
    private static final int FIRST_JOB_ID = 150;
    private static final int END_OF_IDS = 160;

    private final EventHandler handler;
    private final LiveEventAdapter liveEvents;
    private final TopicEventAdapter topicEvents;
    private final GroupEventAdapter groupEvents;
    private final QueueEventAdapter queueEvents;
    private final JobEventAdapter jobEvents;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final ConnectedDecoder connected = new ConnectedDecoder();
    private final ChallengeDecoder challenge = new ChallengeDecoder();
    private final RefusedDecoder refused = new RefusedDecoder();
    private final RejectedDecoder rejected = new RejectedDecoder();
    private final ProducerOpenedDecoder producerOpened = new ProducerOpenedDecoder();
    private final AcknowledgeDecoder acknowledge = new AcknowledgeDecoder();
    private final SubscriptionOpenedDecoder subscriptionOpened = new SubscriptionOpenedDecoder();
    private final PositionGoneDecoder positionGone = new PositionGoneDecoder();
    private final ReadableDecoder readable = new ReadableDecoder();
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
        this.liveEvents = new LiveEventAdapter(handler);
        this.topicEvents = new TopicEventAdapter(handler);
        this.groupEvents = new GroupEventAdapter(handler);
        this.queueEvents = new QueueEventAdapter(handler);
        this.jobEvents = new JobEventAdapter(handler);
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
        final MessageResult result = onEvent(buffer, offset, length);
        if (result == MessageResult.IGNORED) {
            ignoredCount++;
        }
        return result != MessageResult.AGAIN;
    }

    private MessageResult onEvent(final DirectBuffer buffer, final int offset, final int length) {
        if (length < EVENT_CHECKED_INDEX) {
            return IGNORED;
        }
        header.wrap(buffer, offset);
        if (header.schemaId() != MessageHeaderDecoder.SCHEMA_ID
                || header.blockLength() < EVENT_CHECKED_INDEX - HEADER_LENGTH) {
            return IGNORED;
        }
        final int block = offset + HEADER_LENGTH;
        final int end = offset + length;
        final int checkedOffset = offset + EVENT_CHECKED_INDEX;
        if (checksum.compute(buffer, offset, checkedOffset, end - checkedOffset)
                != buffer.getInt(offset + EVENT_CHECKSUM_INDEX, LITTLE_ENDIAN)) {
            handler.onCorruptEvent();
            return DONE;
        }
        return switch (header.templateId()) {
            case DeliverDecoder.TEMPLATE_ID -> onDeliver(buffer, block, end);
            case AcknowledgeDecoder.TEMPLATE_ID -> onAcknowledge(buffer, block, end);
            case ConnectedDecoder.TEMPLATE_ID -> onConnected(buffer, block, end);
            case ChallengeDecoder.TEMPLATE_ID -> onChallenge(buffer, block, end);
            case RefusedDecoder.TEMPLATE_ID -> onRefused(buffer, block, end);
            case RejectedDecoder.TEMPLATE_ID -> onRejected(buffer, block, end);
            case ProducerOpenedDecoder.TEMPLATE_ID -> onProducerOpened(buffer, block, end);
            case SubscriptionOpenedDecoder.TEMPLATE_ID -> onSubscriptionOpened(buffer, block, end);
            case PositionGoneDecoder.TEMPLATE_ID -> onPositionGone(buffer, block, end);
            case ReadableDecoder.TEMPLATE_ID -> onReadable(buffer, block, end);
            default -> onOtherFamily(header.templateId(), buffer, block, end);
        };
    }

    private MessageResult onOtherFamily(final int id, final DirectBuffer buffer, final int block, final int end) {
        if (id >= FIRST_LIVE_ID && id < FIRST_TOPIC_ID) {
            return liveEvents.onEvent(header, buffer, block, end);
        } else if (id >= FIRST_TOPIC_ID && id < FIRST_GROUP_ID) {
            return topicEvents.onEvent(header, buffer, block, end);
        } else if (id >= FIRST_GROUP_ID && id < FIRST_QUEUE_ID) {
            return groupEvents.onEvent(header, buffer, block, end);
        } else if (id >= FIRST_QUEUE_ID && id < FIRST_JOB_ID) {
            return queueEvents.onEvent(header, buffer, block, end);
        } else if (id >= FIRST_JOB_ID && id < END_OF_IDS) {
            return jobEvents.onEvent(header, buffer, block, end);
        }
        return IGNORED;
    }

    private MessageResult onDeliver(final DirectBuffer buffer, final int block, final int end) {
        return frames.wrap(buffer, block, header.blockLength(), header.version(), end)
                ? MessageResult.of(handler.onDeliver(frames))
                : IGNORED;
    }

    private MessageResult onAcknowledge(final DirectBuffer buffer, final int block, final int end) {
        if (afterBlock(block, header.blockLength(), AcknowledgeDecoder.BLOCK_LENGTH, end) == BROKEN) {
            return IGNORED;
        }
        acknowledge.wrap(buffer, block, header.blockLength(), header.version());
        handler.onAcknowledge(acknowledge.producerHandle(), acknowledge.partition(), acknowledge.sequence());
        return DONE;
    }

    private MessageResult onConnected(final DirectBuffer buffer, final int block, final int end) {
        final int directory = afterBlock(block, header.blockLength(), ConnectedDecoder.BLOCK_LENGTH, end);
        if (afterBytes(buffer, afterText(buffer, directory, end), end) == BROKEN) {
            return IGNORED;
        }
        connected.wrap(buffer, block, header.blockLength(), header.version());
        final String storeDirectory = connected.storeDirectory();
        final byte[] proof = new byte[connected.proofLength()];
        connected.getProof(proof, 0, proof.length);
        handler.onConnected(
                connected.correlationId(),
                new ConnectedSession(
                        connected.sessionHigh(),
                        connected.sessionLow(),
                        connected.protocolVersion(),
                        connected.storeHigh(),
                        connected.storeLow(),
                        connected.machine(),
                        storeDirectory,
                        proof));
        return DONE;
    }

    private MessageResult onChallenge(final DirectBuffer buffer, final int block, final int end) {
        final int bytes = afterBlock(block, header.blockLength(), ChallengeDecoder.BLOCK_LENGTH, end);
        if (afterBytes(buffer, bytes, end) == BROKEN) {
            return IGNORED;
        }
        challenge.wrap(buffer, block, header.blockLength(), header.version());
        final byte[] nonce = new byte[challenge.nonceLength()];
        challenge.getNonce(nonce, 0, nonce.length);
        handler.onChallenge(challenge.correlationId(), nonce);
        return DONE;
    }

    private MessageResult onRefused(final DirectBuffer buffer, final int block, final int end) {
        final int message = afterBlock(block, header.blockLength(), RefusedDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, message, end) == BROKEN) {
            return IGNORED;
        }
        refused.wrap(buffer, block, header.blockLength(), header.version());
        handler.onRefused(refused.correlationId(), ProtocolDescriptor.errorCode(refused.codeRaw()), refused.message());
        return DONE;
    }

    private MessageResult onRejected(final DirectBuffer buffer, final int block, final int end) {
        final int message = afterBlock(block, header.blockLength(), RejectedDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, message, end) == BROKEN) {
            return IGNORED;
        }
        rejected.wrap(buffer, block, header.blockLength(), header.version());
        handler.onRejected(
                rejected.correlationId(), ProtocolDescriptor.errorCode(rejected.codeRaw()), rejected.message());
        return DONE;
    }

    private MessageResult onProducerOpened(final DirectBuffer buffer, final int block, final int end) {
        final int group = afterBlock(block, header.blockLength(), ProducerOpenedDecoder.BLOCK_LENGTH, end);
        if (afterGroup(buffer, group, ProducerOpenedDecoder.PartitionsDecoder.sbeBlockLength(), end) == BROKEN) {
            return IGNORED;
        }
        producerOpened.wrap(buffer, block, header.blockLength(), header.version());
        final ProducerOpenedDecoder.PartitionsDecoder partitions = producerOpened.partitions();
        final long[] lastSequences = new long[partitions.count()];
        for (int i = 0; i < lastSequences.length; i++) {
            lastSequences[i] = partitions.next().lastSequence();
        }
        handler.onProducerOpened(
                producerOpened.correlationId(),
                new OpenedProducer(
                        producerOpened.producerHandle(),
                        producerOpened.producerId(),
                        producerOpened.epoch(),
                        producerOpened.maxRecordLength(),
                        ProtocolDescriptor.durability(producerOpened.durabilityRaw()),
                        producerOpened.keyHashRaw(),
                        lastSequences));
        return DONE;
    }

    private MessageResult onSubscriptionOpened(final DirectBuffer buffer, final int block, final int end) {
        final int group = afterBlock(block, header.blockLength(), SubscriptionOpenedDecoder.BLOCK_LENGTH, end);
        if (afterGroup(buffer, group, SubscriptionOpenedDecoder.PartitionsDecoder.sbeBlockLength(), end) == BROKEN) {
            return IGNORED;
        }
        subscriptionOpened.wrap(buffer, block, header.blockLength(), header.version());
        final SubscriptionOpenedDecoder.PartitionsDecoder partitions = subscriptionOpened.partitions();
        final long[] positions = new long[partitions.count()];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = partitions.next().position();
        }
        handler.onSubscriptionOpened(
                subscriptionOpened.correlationId(),
                subscriptionOpened.subscription(),
                ProtocolDescriptor.durability(subscriptionOpened.durabilityRaw()),
                positions);
        return DONE;
    }

    private MessageResult onPositionGone(final DirectBuffer buffer, final int block, final int end) {
        if (afterBlock(block, header.blockLength(), PositionGoneDecoder.BLOCK_LENGTH, end) == BROKEN) {
            return IGNORED;
        }
        positionGone.wrap(buffer, block, header.blockLength(), header.version());
        handler.onPositionGone(
                positionGone.subscription(),
                positionGone.partition(),
                positionGone.position(),
                positionGone.firstPosition(),
                positionGone.isResumed() == 1);
        return DONE;
    }

    private MessageResult onReadable(final DirectBuffer buffer, final int block, final int end) {
        if (afterBlock(block, header.blockLength(), ReadableDecoder.BLOCK_LENGTH, end) == BROKEN) {
            return IGNORED;
        }
        readable.wrap(buffer, block, header.blockLength(), header.version());
        handler.onReadable(readable.subscription(), readable.partition(), readable.position());
        return DONE;
    }
}
