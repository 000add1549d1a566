package io.millrace.transport.ingress;

import static io.millrace.transport.protocol.MessageBounds.BROKEN;
import static io.millrace.transport.protocol.MessageBounds.afterBlock;
import static io.millrace.transport.protocol.MessageBounds.afterBytes;
import static io.millrace.transport.protocol.MessageBounds.afterGroup;
import static io.millrace.transport.protocol.MessageBounds.afterText;
import static io.millrace.transport.protocol.MessageResult.DONE;
import static io.millrace.transport.protocol.MessageResult.IGNORED;
import static io.millrace.transport.protocol.ProtocolDescriptor.COMMAND_CHECKED_INDEX;
import static io.millrace.transport.protocol.ProtocolDescriptor.COMMAND_CHECKSUM_INDEX;
import static io.millrace.transport.protocol.ProtocolDescriptor.HEADER_LENGTH;
import static io.millrace.transport.protocol.ProtocolDescriptor.TOKEN_INDEX;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.Header;
import io.millrace.transport.codec.AuthenticateDecoder;
import io.millrace.transport.codec.CloseDecoder;
import io.millrace.transport.codec.ConnectDecoder;
import io.millrace.transport.codec.KeepAliveDecoder;
import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.codec.OpenProducerDecoder;
import io.millrace.transport.codec.PublishDecoder;
import io.millrace.transport.codec.StartKind;
import io.millrace.transport.codec.SubscribeDecoder;
import io.millrace.transport.codec.UnsubscribeDecoder;
import io.millrace.transport.protocol.Checksum;
import io.millrace.transport.protocol.CommandHandler;
import io.millrace.transport.protocol.ConnectRequest;
import io.millrace.transport.protocol.MessageResult;
import io.millrace.transport.protocol.PublishedRecords;
import io.millrace.transport.protocol.StartPoint;
import io.millrace.transport.protocol.SubscribeRequest;
import org.agrona.DirectBuffer;

/**
 * Turns the bytes that arrive at a node's ingress into calls on its {@link CommandHandler}. One thread.
 *
 * <p>Anyone can send a packet to a UDP port, so nothing is believed before it is checked: a message of another schema, with
 * an unknown template, or whose lengths do not agree with its end is counted and dropped, one without the token of the
 * client's session is not looked at, and what has a wrong checksum is reported but never handed on.
 */
public final class IngressAdapter implements ControlledFragmentHandler {
    private static final int FIRST_LIVE_ID = 12;
    private static final int FIRST_TOPIC_ID = 20;
    private static final int FIRST_GROUP_ID = 30;
    private static final int FIRST_QUEUE_ID = 40;
    private static final int FIRST_JOB_ID = 50;
    private static final int END_OF_IDS = 60;
    private static final short LAST_START_KIND = StartKind.NONE.value();

    private final CommandHandler handler;
    private final LiveCommandAdapter liveCommands;
    private final TopicCommandAdapter topicCommands;
    private final GroupCommandAdapter groupCommands;
    private final QueueCommandAdapter queueCommands;
    private final JobCommandAdapter jobCommands;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final ConnectDecoder connect = new ConnectDecoder();
    private final AuthenticateDecoder authenticate = new AuthenticateDecoder();
    private final OpenProducerDecoder openProducer = new OpenProducerDecoder();
    private final PublishedRecords records = new PublishedRecords();
    private final SubscribeDecoder subscribe = new SubscribeDecoder();
    private final UnsubscribeDecoder unsubscribe = new UnsubscribeDecoder();
    private final Checksum checksum = new Checksum();
    private long ignoredCount;

    /**
     * Creates an adapter.
     *
     * @param handler that carries out the commands
     */
    public IngressAdapter(final CommandHandler handler) {
        this.handler = handler;
        this.liveCommands = new LiveCommandAdapter(handler);
        this.topicCommands = new TopicCommandAdapter(handler);
        this.groupCommands = new GroupCommandAdapter(handler);
        this.queueCommands = new QueueCommandAdapter(handler);
        this.jobCommands = new JobCommandAdapter(handler);
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
        final MessageResult result = onCommand(clientId, buffer, offset, length);
        if (result == MessageResult.IGNORED) {
            ignoredCount++;
        }
        return result != MessageResult.AGAIN;
    }

    private MessageResult onCommand(final int clientId, final DirectBuffer buffer, final int offset, final int length) {
        if (length < COMMAND_CHECKED_INDEX) {
            return IGNORED;
        }
        header.wrap(buffer, offset);
        if (header.schemaId() != MessageHeaderDecoder.SCHEMA_ID
                || header.blockLength() < COMMAND_CHECKED_INDEX - HEADER_LENGTH) {
            return IGNORED;
        }
        final int id = header.templateId();
        final boolean isOfSession = id != ConnectDecoder.TEMPLATE_ID && id != AuthenticateDecoder.TEMPLATE_ID;
        if (isOfSession
                && !handler.isSession(
                        clientId,
                        buffer.getLong(offset + TOKEN_INDEX, LITTLE_ENDIAN),
                        buffer.getLong(offset + TOKEN_INDEX + Long.BYTES, LITTLE_ENDIAN))) {
            return IGNORED;
        }
        final int block = offset + HEADER_LENGTH;
        final int end = offset + length;
        final int checkedOffset = offset + COMMAND_CHECKED_INDEX;
        if (checksum.compute(buffer, offset, checkedOffset, end - checkedOffset)
                != buffer.getInt(offset + COMMAND_CHECKSUM_INDEX, LITTLE_ENDIAN)) {
            handler.onCorruptCommand(clientId);
            return DONE;
        }
        return switch (id) {
            case PublishDecoder.TEMPLATE_ID -> onPublish(clientId, buffer, block, end);
            case KeepAliveDecoder.TEMPLATE_ID -> onKeepAlive(clientId);
            case ConnectDecoder.TEMPLATE_ID -> onConnect(clientId, buffer, block, end);
            case AuthenticateDecoder.TEMPLATE_ID -> onAuthenticate(clientId, buffer, block, end);
            case OpenProducerDecoder.TEMPLATE_ID -> onOpenProducer(clientId, buffer, block, end);
            case SubscribeDecoder.TEMPLATE_ID -> onSubscribe(clientId, buffer, block, end);
            case UnsubscribeDecoder.TEMPLATE_ID -> onUnsubscribe(clientId, buffer, block, end);
            case CloseDecoder.TEMPLATE_ID -> onClose(clientId);
            default -> onOtherFamily(id, clientId, buffer, block, end);
        };
    }

    private MessageResult onOtherFamily(
            final int id, final int clientId, final DirectBuffer buffer, final int block, final int end) {
        if (id >= FIRST_LIVE_ID && id < FIRST_TOPIC_ID) {
            return liveCommands.onCommand(clientId, header, buffer, block, end);
        } else if (id >= FIRST_TOPIC_ID && id < FIRST_GROUP_ID) {
            return topicCommands.onCommand(clientId, header, buffer, block, end);
        } else if (id >= FIRST_GROUP_ID && id < FIRST_QUEUE_ID) {
            return groupCommands.onCommand(clientId, header, buffer, block, end);
        } else if (id >= FIRST_QUEUE_ID && id < FIRST_JOB_ID) {
            return queueCommands.onCommand(clientId, header, buffer, block, end);
        } else if (id >= FIRST_JOB_ID && id < END_OF_IDS) {
            return jobCommands.onCommand(clientId, header, buffer, block, end);
        }
        return IGNORED;
    }

    private MessageResult onPublish(final int clientId, final DirectBuffer buffer, final int block, final int end) {
        return records.wrap(buffer, block, header.blockLength(), header.version(), end) && records.isReadable()
                ? MessageResult.of(handler.onPublish(clientId, records))
                : IGNORED;
    }

    private MessageResult onConnect(final int clientId, final DirectBuffer buffer, final int block, final int end) {
        final int channel = afterBlock(block, header.blockLength(), ConnectDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, afterText(buffer, afterText(buffer, channel, end), end), end) == BROKEN) {
            return IGNORED;
        }
        connect.wrap(buffer, block, header.blockLength(), header.version());
        return MessageResult.of(handler.onConnect(
                clientId,
                new ConnectRequest(
                        connect.correlationId(),
                        connect.protocolVersion(),
                        connect.responseStreamId(),
                        connect.responseChannel(),
                        connect.principal(),
                        connect.clientName())));
    }

    private MessageResult onAuthenticate(
            final int clientId, final DirectBuffer buffer, final int block, final int end) {
        final int nonce = afterBlock(block, header.blockLength(), AuthenticateDecoder.BLOCK_LENGTH, end);
        if (afterBytes(buffer, afterBytes(buffer, nonce, end), end) == BROKEN) {
            return IGNORED;
        }
        authenticate.wrap(buffer, block, header.blockLength(), header.version());
        final byte[] clientNonce = new byte[authenticate.clientNonceLength()];
        authenticate.getClientNonce(clientNonce, 0, clientNonce.length);
        final byte[] proof = new byte[authenticate.proofLength()];
        authenticate.getProof(proof, 0, proof.length);
        return MessageResult.of(handler.onAuthenticate(clientId, authenticate.correlationId(), clientNonce, proof));
    }

    private MessageResult onOpenProducer(
            final int clientId, final DirectBuffer buffer, final int block, final int end) {
        final int topic = afterBlock(block, header.blockLength(), OpenProducerDecoder.BLOCK_LENGTH, end);
        if (afterText(buffer, afterText(buffer, topic, end), end) == BROKEN) {
            return IGNORED;
        }
        openProducer.wrap(buffer, block, header.blockLength(), header.version());
        return MessageResult.of(handler.onOpenProducer(
                clientId,
                openProducer.correlationId(),
                openProducer.topic(),
                openProducer.producerName(),
                openProducer.epoch()));
    }

    private MessageResult onSubscribe(final int clientId, final DirectBuffer buffer, final int block, final int end) {
        final int starts = afterBlock(block, header.blockLength(), SubscribeDecoder.BLOCK_LENGTH, end);
        final int topic = afterGroup(buffer, starts, SubscribeDecoder.StartsDecoder.sbeBlockLength(), end);
        if (afterText(buffer, topic, end) == BROKEN) {
            return IGNORED;
        }
        subscribe.wrap(buffer, block, header.blockLength(), header.version());
        final SubscribeDecoder.StartsDecoder group = subscribe.starts();
        final StartPoint[] points = new StartPoint[group.count()];
        for (int i = 0; i < points.length; i++) {
            final short kind = group.next().kindRaw();
            if (kind > LAST_START_KIND) {
                return IGNORED;
            }
            points[i] = new StartPoint(StartKind.get(kind), group.value());
        }
        return MessageResult.of(handler.onSubscribe(
                clientId,
                new SubscribeRequest(
                        subscribe.correlationId(),
                        subscribe.topic(),
                        subscribe.whenGone() == 1,
                        subscribe.readsLog() == 1,
                        points)));
    }

    private MessageResult onUnsubscribe(final int clientId, final DirectBuffer buffer, final int block, final int end) {
        if (afterBlock(block, header.blockLength(), UnsubscribeDecoder.BLOCK_LENGTH, end) == BROKEN) {
            return IGNORED;
        }
        unsubscribe.wrap(buffer, block, header.blockLength(), header.version());
        handler.onUnsubscribe(clientId, unsubscribe.subscription());
        return DONE;
    }

    private MessageResult onKeepAlive(final int clientId) {
        handler.onKeepAlive(clientId);
        return DONE;
    }

    private MessageResult onClose(final int clientId) {
        handler.onClose(clientId);
        return DONE;
    }
}
