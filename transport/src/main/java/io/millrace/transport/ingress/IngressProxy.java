package io.millrace.transport.ingress;

import static io.millrace.transport.protocol.ProtocolDescriptor.COMMAND_CHECKED_INDEX;
import static io.millrace.transport.protocol.ProtocolDescriptor.COMMAND_CHECKSUM_INDEX;
import static io.millrace.transport.protocol.ProtocolDescriptor.HEADER_LENGTH;
import static io.millrace.transport.protocol.ProtocolDescriptor.PUBLISHED_RECORD_LENGTH;
import static io.millrace.transport.protocol.ProtocolDescriptor.PUBLISH_LENGTH;
import static io.millrace.transport.protocol.ProtocolDescriptor.TOKEN_INDEX;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.millrace.log.record.Outcome;
import io.millrace.transport.codec.AuthenticateEncoder;
import io.millrace.transport.codec.CloseEncoder;
import io.millrace.transport.codec.ConnectEncoder;
import io.millrace.transport.codec.KeepAliveEncoder;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.codec.OpenProducerEncoder;
import io.millrace.transport.codec.SubscribeEncoder;
import io.millrace.transport.codec.UnsubscribeEncoder;
import io.millrace.transport.protocol.Checksum;
import io.millrace.transport.protocol.ConnectRequest;
import io.millrace.transport.protocol.ProtocolDescriptor;
import io.millrace.transport.protocol.StartPoint;
import io.millrace.transport.protocol.SubscribeRequest;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableDirectByteBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Turns a client's calls into commands on its publication to the node. One thread.
 *
 * <p>Every call answers at once: a positive number when the command is on its way, or one of {@link Outcome}. Commands of other
 * families are encoded elsewhere and go through {@link #send}.
 */
public final class IngressProxy implements AutoCloseable {
    private static final int SCRATCH_LENGTH = 4096;

    private final ExclusivePublication publication;
    private final ExpandableDirectByteBuffer scratch = new ExpandableDirectByteBuffer(SCRATCH_LENGTH);
    private final Checksum checksum = new Checksum();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final ConnectEncoder connect = new ConnectEncoder();
    private final AuthenticateEncoder authenticate = new AuthenticateEncoder();
    private final OpenProducerEncoder openProducer = new OpenProducerEncoder();
    private final SubscribeEncoder subscribe = new SubscribeEncoder();
    private final UnsubscribeEncoder unsubscribe = new UnsubscribeEncoder();
    private final KeepAliveEncoder keepAlive = new KeepAliveEncoder();
    private final CloseEncoder close = new CloseEncoder();
    private final int maxPayloadLength;
    private final int maxMessageLength;
    private long tokenHigh;
    private long tokenLow;

    /**
     * Creates a proxy over a publication, which it owns from now on.
     *
     * @param publication to the node's ingress
     */
    public IngressProxy(final ExclusivePublication publication) {
        this.publication = publication;
        this.maxPayloadLength = publication.maxPayloadLength();
        this.maxMessageLength = publication.maxMessageLength();
    }

    /**
     * Sets the token that every later command carries.
     *
     * @param high first half, from Connected
     * @param low  second half
     */
    public void session(final long high, final long low) {
        tokenHigh = high;
        tokenLow = low;
    }

    /**
     * Tells whether the node listens.
     *
     * @return whether the publication has a receiver
     */
    public boolean isConnected() {
        return publication.isConnected();
    }

    /**
     * The longest message that goes in one piece.
     *
     * @return bytes
     */
    public int maxPayloadLength() {
        return maxPayloadLength;
    }

    /**
     * The longest message that goes at all, in as many pieces as it takes.
     *
     * @return bytes
     */
    public int maxMessageLength() {
        return maxMessageLength;
    }

    /**
     * The longest key and value, together, that one message can carry.
     *
     * @return bytes
     */
    public int maxRecordLength() {
        return maxMessageLength - PUBLISH_LENGTH - PUBLISHED_RECORD_LENGTH;
    }

    /**
     * Asks for a session.
     *
     * @param request what the client says of itself
     * @return positive, or one of {@link Outcome}
     */
    public long connect(final ConnectRequest request) {
        connect.wrapAndApplyHeader(scratch, 0, header)
                .correlationId(request.correlationId())
                .protocolVersion(request.protocolVersion())
                .responseStreamId(request.responseStreamId())
                .responseChannel(request.responseChannel())
                .principal(request.principal())
                .clientName(request.clientName());
        return sendWithToken(0, 0, scratch, HEADER_LENGTH + connect.encodedLength());
    }

    /**
     * Answers a challenge.
     *
     * @param correlationId of Connect
     * @param clientNonce   at random
     * @param proof         that the client has the principal's key
     * @return positive, or one of {@link Outcome}
     */
    public long authenticate(final long correlationId, final byte[] clientNonce, final byte[] proof) {
        authenticate
                .wrapAndApplyHeader(scratch, 0, header)
                .correlationId(correlationId)
                .putClientNonce(clientNonce, 0, clientNonce.length)
                .putProof(proof, 0, proof.length);
        return sendWithToken(0, 0, scratch, HEADER_LENGTH + authenticate.encodedLength());
    }

    /**
     * Asks to publish under a name.
     *
     * @param correlationId that the answer carries
     * @param topic         to publish to
     * @param producerName  whose sequences the log knows
     * @param epoch         that this client has begun, or {@link ProtocolDescriptor#NEW_EPOCH}
     * @return positive, or one of {@link Outcome}
     */
    public long openProducer(final long correlationId, final String topic, final String producerName, final int epoch) {
        openProducer
                .wrapAndApplyHeader(scratch, 0, header)
                .correlationId(correlationId)
                .epoch(epoch)
                .topic(topic)
                .producerName(producerName);
        return send(scratch, HEADER_LENGTH + openProducer.encodedLength());
    }

    /**
     * Sends records that {@link PublishFrame} has encoded: one copy, into Aeron's term buffer. Token and checksum are put in here, so
     * that the same bytes can be sent again in another session.
     *
     * @param frame    over the message
     * @param producer handle from ProducerOpened
     * @return positive, or one of {@link Outcome}
     */
    public long publish(final PublishFrame frame, final int producer) {
        frame.seal(tokenHigh, tokenLow, producer, checksum);
        return offer(frame.buffer(), frame.offset(), frame.length());
    }

    /**
     * Asks to follow a topic.
     *
     * @param request what to follow, and from where
     * @return positive, or one of {@link Outcome}
     */
    public long subscribe(final SubscribeRequest request) {
        subscribe
                .wrapAndApplyHeader(scratch, 0, header)
                .correlationId(request.correlationId())
                .whenGone((short) (request.goesOnWhenGone() ? 1 : 0))
                .readsLog((short) (request.readsLog() ? 1 : 0));
        final SubscribeEncoder.StartsEncoder starts = subscribe.startsCount(request.starts().length);
        for (final StartPoint start : request.starts()) {
            starts.next().kind(start.kind()).value(start.value());
        }
        subscribe.topic(request.topic());
        return send(scratch, HEADER_LENGTH + subscribe.encodedLength());
    }

    /**
     * Follows no more.
     *
     * @param subscription handle from SubscriptionOpened
     * @return positive, or one of {@link Outcome}
     */
    public long unsubscribe(final int subscription) {
        unsubscribe.wrapAndApplyHeader(scratch, 0, header).subscription(subscription);
        return send(scratch, HEADER_LENGTH + unsubscribe.encodedLength());
    }

    /**
     * Shows the node that this client is alive.
     *
     * @return positive, or one of {@link Outcome}
     */
    public long keepAlive() {
        keepAlive.wrapAndApplyHeader(scratch, 0, header);
        return send(scratch, HEADER_LENGTH + keepAlive.encodedLength());
    }

    /**
     * Sends a command of any family, and puts the session's token and the checksum into it.
     *
     * @param message buffer that holds the command from index 0 on, complete but for these
     * @param length  of the command in bytes
     * @return positive, or one of {@link Outcome}
     */
    public long send(final MutableDirectBuffer message, final int length) {
        return sendWithToken(tokenHigh, tokenLow, message, length);
    }

    /** Says good-bye, if the node can be reached, and closes the publication. */
    @Override
    public void close() {
        if (!publication.isClosed()) {
            close.wrapAndApplyHeader(scratch, 0, header);
            send(scratch, HEADER_LENGTH + close.encodedLength());
            publication.close();
        }
    }

    private long sendWithToken(final long high, final long low, final MutableDirectBuffer message, final int length) {
        message.putLong(TOKEN_INDEX, high, LITTLE_ENDIAN);
        message.putLong(TOKEN_INDEX + Long.BYTES, low, LITTLE_ENDIAN);
        final int sum = checksum.compute(message, 0, COMMAND_CHECKED_INDEX, length - COMMAND_CHECKED_INDEX);
        message.putInt(COMMAND_CHECKSUM_INDEX, sum, LITTLE_ENDIAN);
        return offer(message, 0, length);
    }

    private long offer(final DirectBuffer buffer, final int offset, final int length) {
        final long result = publication.offer(buffer, offset, length);
        // The end of a term was padded: the next attempt goes to the next term.
        return ProtocolDescriptor.outcome(
                result == Publication.ADMIN_ACTION ? publication.offer(buffer, offset, length) : result);
    }
}
