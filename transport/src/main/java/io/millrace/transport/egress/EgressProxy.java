package io.millrace.transport.egress;

import static io.millrace.transport.protocol.ProtocolDescriptor.DELIVER_LENGTH;
import static io.millrace.transport.protocol.ProtocolDescriptor.EVENT_CHECKED_INDEX;
import static io.millrace.transport.protocol.ProtocolDescriptor.EVENT_CHECKSUM_INDEX;
import static io.millrace.transport.protocol.ProtocolDescriptor.HEADER_LENGTH;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import io.millrace.log.Durability;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.record.Outcome;
import io.millrace.transport.codec.AcknowledgeEncoder;
import io.millrace.transport.codec.ChallengeEncoder;
import io.millrace.transport.codec.ConnectedEncoder;
import io.millrace.transport.codec.DeliverEncoder;
import io.millrace.transport.codec.KeyHashKind;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.codec.PositionGoneEncoder;
import io.millrace.transport.codec.ProducerOpenedEncoder;
import io.millrace.transport.codec.ReadableEncoder;
import io.millrace.transport.codec.RefusedEncoder;
import io.millrace.transport.codec.RejectedEncoder;
import io.millrace.transport.codec.SubscriptionOpenedEncoder;
import io.millrace.transport.protocol.Checksum;
import io.millrace.transport.protocol.ConnectedSession;
import io.millrace.transport.protocol.OpenedProducer;
import io.millrace.transport.protocol.ProtocolDescriptor;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableDirectByteBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Turns a node's calls into events on the publication to one client. One thread.
 *
 * <p>Every call answers at once: a positive number when the event is on its way, or one of {@link Outcome}. Frames that fit
 * into one datagram are copied once, from the log's mapping into Aeron's term buffer.
 */
public final class EgressProxy implements AutoCloseable {
    private static final int SCRATCH_LENGTH = 4096;
    private static final int MAX_TEXT_LENGTH = 1000;
    private static final int FRAMES_LENGTH_INDEX = HEADER_LENGTH + DeliverEncoder.BLOCK_LENGTH;

    private final ExclusivePublication publication;
    private final BufferClaim claim = new BufferClaim();
    private final ExpandableDirectByteBuffer scratch = new ExpandableDirectByteBuffer(SCRATCH_LENGTH);
    private final Checksum checksum = new Checksum();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final ConnectedEncoder connected = new ConnectedEncoder();
    private final ChallengeEncoder challenge = new ChallengeEncoder();
    private final RefusedEncoder refused = new RefusedEncoder();
    private final RejectedEncoder rejected = new RejectedEncoder();
    private final ProducerOpenedEncoder producerOpened = new ProducerOpenedEncoder();
    private final AcknowledgeEncoder acknowledge = new AcknowledgeEncoder();
    private final SubscriptionOpenedEncoder subscriptionOpened = new SubscriptionOpenedEncoder();
    private final PositionGoneEncoder positionGone = new PositionGoneEncoder();
    private final ReadableEncoder readable = new ReadableEncoder();
    private final DeliverEncoder deliver = new DeliverEncoder();
    private final int maxPayloadLength;
    private final int maxMessageLength;

    /**
     * Creates a proxy over a publication, which it owns from now on.
     *
     * @param publication to the client
     */
    public EgressProxy(final ExclusivePublication publication) {
        this.publication = publication;
        this.maxPayloadLength = publication.maxPayloadLength();
        this.maxMessageLength = publication.maxMessageLength();
    }

    /**
     * Tells whether the client listens.
     *
     * @return whether the publication has a receiver
     */
    public boolean isConnected() {
        return publication.isConnected();
    }

    /**
     * The longest run of frames that one {@code Deliver} can carry; a longer frame goes in pieces.
     *
     * @return bytes
     */
    public int maxFramesLength() {
        return maxMessageLength - DELIVER_LENGTH;
    }

    /**
     * The longest run of frames that goes in one datagram, with one copy.
     *
     * @return bytes
     */
    public int maxBatchLength() {
        return maxPayloadLength - DELIVER_LENGTH;
    }

    /**
     * Tells the client that its session is open.
     *
     * @param correlationId of its command
     * @param session       that is open
     * @return positive, or one of {@link Outcome}
     */
    public long connected(final long correlationId, final ConnectedSession session) {
        connected
                .wrapAndApplyHeader(scratch, 0, header)
                .protocolVersion(session.protocolVersion())
                .correlationId(correlationId)
                .sessionHigh(session.tokenHigh())
                .sessionLow(session.tokenLow())
                .storeHigh(session.storeHigh())
                .storeLow(session.storeLow())
                .machine(session.machine())
                .storeDirectory(session.storeDirectory())
                .putProof(session.proof(), 0, session.proof().length);
        return send(scratch, HEADER_LENGTH + connected.encodedLength());
    }

    /**
     * Asks the client to prove who it is.
     *
     * @param correlationId of its command
     * @param nonce         to be answered
     * @return positive, or one of {@link Outcome}
     */
    public long challenge(final long correlationId, final byte[] nonce) {
        challenge
                .wrapAndApplyHeader(scratch, 0, header)
                .correlationId(correlationId)
                .putNonce(nonce, 0, nonce.length);
        return send(scratch, HEADER_LENGTH + challenge.encodedLength());
    }

    /**
     * Tells the client that its session ends.
     *
     * @param correlationId of the command refused, or {@link ProtocolDescriptor#NO_CORRELATION}
     * @param code          of the error
     * @param message       one line for a person; a very long one is cut
     * @return positive, or one of {@link Outcome}
     */
    public long refused(final long correlationId, final ErrorCode code, final String message) {
        refused.wrapAndApplyHeader(scratch, 0, header)
                .code(ProtocolDescriptor.refusalCode(code))
                .correlationId(correlationId)
                .message(cut(message));
        return send(scratch, HEADER_LENGTH + refused.encodedLength());
    }

    /**
     * Tells the client that one of its commands is not carried out; the session goes on.
     *
     * @param correlationId of the command
     * @param code          of the error
     * @param message       one line for a person; a very long one is cut
     * @return positive, or one of {@link Outcome}
     */
    public long rejected(final long correlationId, final ErrorCode code, final String message) {
        rejected.wrapAndApplyHeader(scratch, 0, header)
                .code(ProtocolDescriptor.refusalCode(code))
                .correlationId(correlationId)
                .message(cut(message));
        return send(scratch, HEADER_LENGTH + rejected.encodedLength());
    }

    /**
     * Tells the client that it may publish.
     *
     * @param correlationId of its command
     * @param producer      that is open
     * @return positive, or one of {@link Outcome}
     */
    public long producerOpened(final long correlationId, final OpenedProducer producer) {
        producerOpened
                .wrapAndApplyHeader(scratch, 0, header)
                .producerHandle(producer.handle())
                .correlationId(correlationId)
                .producerId(producer.producerId())
                .epoch(producer.epoch())
                .maxRecordLength(producer.maxRecordLength())
                .durability(ProtocolDescriptor.topicDurability(producer.durability()))
                .keyHash(KeyHashKind.get((short) producer.keyHash()));
        final long[] lastSequences = producer.lastSequences();
        final ProducerOpenedEncoder.PartitionsEncoder group = producerOpened.partitionsCount(lastSequences.length);
        for (final long sequence : lastSequences) {
            group.next().lastSequence(sequence);
        }
        return send(scratch, HEADER_LENGTH + producerOpened.encodedLength());
    }

    /**
     * Tells the client what the log holds of it.
     *
     * @param producer  handle in the session
     * @param partition of the topic
     * @param sequence  highest that is held
     * @return positive, or one of {@link Outcome}
     */
    public long acknowledge(final int producer, final int partition, final long sequence) {
        acknowledge
                .wrapAndApplyHeader(scratch, 0, header)
                .producerHandle(producer)
                .sequence(sequence)
                .partition(partition);
        return send(scratch, HEADER_LENGTH + acknowledge.encodedLength());
    }

    /**
     * Tells the client where its deliveries begin.
     *
     * @param correlationId of its command
     * @param subscription  handle in the session
     * @param durability    of what is delivered
     * @param positions     one per partition
     * @return positive, or one of {@link Outcome}
     */
    public long subscriptionOpened(
            final long correlationId, final int subscription, final Durability durability, final long[] positions) {
        subscriptionOpened
                .wrapAndApplyHeader(scratch, 0, header)
                .subscription(subscription)
                .correlationId(correlationId)
                .durability(ProtocolDescriptor.topicDurability(durability));
        final SubscriptionOpenedEncoder.PartitionsEncoder group = subscriptionOpened.partitionsCount(positions.length);
        for (final long position : positions) {
            group.next().position(position);
        }
        return send(scratch, HEADER_LENGTH + subscriptionOpened.encodedLength());
    }

    /**
     * Tells the client that what was to be delivered next has been removed.
     *
     * @param subscription  handle in the session
     * @param partition     of the topic
     * @param position      that was to come next
     * @param firstPosition that is still there
     * @param isResumed     whether delivery goes on there; else the subscription has ended
     * @return positive, or one of {@link Outcome}
     */
    public long positionGone(
            final int subscription,
            final int partition,
            final long position,
            final long firstPosition,
            final boolean isResumed) {
        positionGone
                .wrapAndApplyHeader(scratch, 0, header)
                .subscription(subscription)
                .position(position)
                .firstPosition(firstPosition)
                .partition(partition)
                .isResumed((short) (isResumed ? 1 : 0));
        return send(scratch, HEADER_LENGTH + positionGone.encodedLength());
    }

    /**
     * Tells a client that reads the log by itself how far it may.
     *
     * @param subscription handle in the session
     * @param partition    of the topic
     * @param position     where reading ends for now
     * @return positive, or one of {@link Outcome}
     */
    public long readable(final int subscription, final int partition, final long position) {
        readable.wrapAndApplyHeader(scratch, 0, header)
                .subscription(subscription)
                .position(position)
                .partition(partition);
        return send(scratch, HEADER_LENGTH + readable.encodedLength());
    }

    /**
     * Sends an event of any family, and puts the checksum into it.
     *
     * @param message buffer that holds the event from index 0 on, complete but for that
     * @param length  of the event in bytes
     * @return positive, or one of {@link Outcome}
     */
    public long send(final MutableDirectBuffer message, final int length) {
        final int sum = checksum.compute(message, 0, EVENT_CHECKED_INDEX, length - EVENT_CHECKED_INDEX);
        message.putInt(EVENT_CHECKSUM_INDEX, sum, LITTLE_ENDIAN);
        return offer(message, length);
    }

    /**
     * Sends frames of one partition.
     *
     * @param subscription handle in the session
     * @param partition    the frames are from
     * @param fromPosition where the delivery before this one ended
     * @param position     of the first frame
     * @param flags        {@link ProtocolDescriptor#FLAGS_WHOLE}, or what piece of a frame this is
     * @param frames       that holds the frames
     * @param offset       of the first frame
     * @param length       of the frames in bytes, at most {@link #maxFramesLength()}
     * @return positive, or one of {@link Outcome}
     */
    public long deliver(
            final int subscription,
            final int partition,
            final long fromPosition,
            final long position,
            final int flags,
            final DirectBuffer frames,
            final int offset,
            final int length) {
        final int messageLength = DELIVER_LENGTH + length;
        final boolean isClaimed = messageLength <= maxPayloadLength;
        final MutableDirectBuffer buffer;
        final int index;
        if (isClaimed) {
            long result = publication.tryClaim(messageLength, claim);
            if (result == Publication.ADMIN_ACTION) {
                // The end of a term was padded: the next attempt goes to the next term.
                result = publication.tryClaim(messageLength, claim);
            }
            if (result <= 0) {
                return ProtocolDescriptor.outcome(result);
            }
            buffer = claim.buffer();
            index = claim.offset();
        } else {
            scratch.checkLimit(messageLength);
            buffer = scratch;
            index = 0;
        }

        deliver.wrapAndApplyHeader(buffer, index, header)
                .subscription(subscription)
                .fromPosition(fromPosition)
                .position(position)
                .partition(partition)
                .flags(flags);
        buffer.putInt(index + FRAMES_LENGTH_INDEX, length, LITTLE_ENDIAN);
        buffer.putBytes(index + DELIVER_LENGTH, frames, offset, length);
        // Over the copy, not over the mapping: the log's conductor may fill a frame's own checksum at any moment.
        final int sum =
                checksum.compute(buffer, index, index + EVENT_CHECKED_INDEX, messageLength - EVENT_CHECKED_INDEX);
        deliver.checksum(sum & 0xFFFF_FFFFL);

        if (isClaimed) {
            claim.commit();
            return messageLength;
        }
        return offer(scratch, messageLength);
    }

    /** Closes the publication; what was sent before still arrives. */
    @Override
    public void close() {
        publication.close();
    }

    private static String cut(final String message) {
        return message.length() <= MAX_TEXT_LENGTH ? message : message.substring(0, MAX_TEXT_LENGTH);
    }

    private long offer(final DirectBuffer message, final int length) {
        final long result = publication.offer(message, 0, length);
        return ProtocolDescriptor.outcome(
                result == Publication.ADMIN_ACTION ? publication.offer(message, 0, length) : result);
    }
}
