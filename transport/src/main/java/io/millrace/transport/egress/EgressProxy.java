package io.millrace.transport.egress;

import static io.millrace.transport.protocol.ProtocolDescriptor.CHECKED_INDEX;
import static io.millrace.transport.protocol.ProtocolDescriptor.DELIVER_LENGTH;
import static io.millrace.transport.protocol.ProtocolDescriptor.HEADER_LENGTH;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.record.Outcome;
import io.millrace.transport.codec.AcknowledgeEncoder;
import io.millrace.transport.codec.ConnectedEncoder;
import io.millrace.transport.codec.DeliverEncoder;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.codec.ProducerOpenedEncoder;
import io.millrace.transport.codec.RefusedEncoder;
import io.millrace.transport.codec.SubscriptionOpenedEncoder;
import io.millrace.transport.protocol.Checksum;
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
    private final RefusedEncoder refused = new RefusedEncoder();
    private final ProducerOpenedEncoder producerOpened = new ProducerOpenedEncoder();
    private final AcknowledgeEncoder acknowledge = new AcknowledgeEncoder();
    private final SubscriptionOpenedEncoder subscriptionOpened = new SubscriptionOpenedEncoder();
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
     * Tells the client that its session is open.
     *
     * @param correlationId of its command
     * @param session       token of the new session
     * @return positive, or one of {@link Outcome}
     */
    public long connected(final long correlationId, final long session) {
        connected
                .wrapAndApplyHeader(scratch, 0, header)
                .correlationId(correlationId)
                .session(session)
                .protocolVersion(ProtocolDescriptor.VERSION);
        return offer(HEADER_LENGTH + connected.encodedLength());
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
        final String text = message.length() <= MAX_TEXT_LENGTH ? message : message.substring(0, MAX_TEXT_LENGTH);
        refused.wrapAndApplyHeader(scratch, 0, header)
                .correlationId(correlationId)
                .code(ProtocolDescriptor.refusalCode(code))
                .message(text);
        return offer(HEADER_LENGTH + refused.encodedLength());
    }

    /**
     * Tells the client that it may publish.
     *
     * @param correlationId   of its command
     * @param producer        handle in the session
     * @param producerId      that the log stores
     * @param maxRecordLength of key and value together, in bytes
     * @param lastSequences   that the log holds, one per partition, -1 for none
     * @return positive, or one of {@link Outcome}
     */
    public long producerOpened(
            final long correlationId,
            final int producer,
            final int producerId,
            final int maxRecordLength,
            final long[] lastSequences) {
        producerOpened
                .wrapAndApplyHeader(scratch, 0, header)
                .correlationId(correlationId)
                .producerHandle(producer)
                .producerId(producerId)
                .maxRecordLength(maxRecordLength);
        final ProducerOpenedEncoder.PartitionsEncoder group = producerOpened.partitionsCount(lastSequences.length);
        for (final long sequence : lastSequences) {
            group.next().lastSequence(sequence);
        }
        return offer(HEADER_LENGTH + producerOpened.encodedLength());
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
                .sequence(sequence)
                .producerHandle(producer)
                .partition(partition);
        return offer(HEADER_LENGTH + acknowledge.encodedLength());
    }

    /**
     * Tells the client where its deliveries begin.
     *
     * @param correlationId of its command
     * @param subscription  handle in the session
     * @param positions     one per partition
     * @return positive, or one of {@link Outcome}
     */
    public long subscriptionOpened(final long correlationId, final int subscription, final long[] positions) {
        subscriptionOpened
                .wrapAndApplyHeader(scratch, 0, header)
                .correlationId(correlationId)
                .subscription(subscription);
        final SubscriptionOpenedEncoder.PartitionsEncoder group = subscriptionOpened.partitionsCount(positions.length);
        for (final long position : positions) {
            group.next().position(position);
        }
        return offer(HEADER_LENGTH + subscriptionOpened.encodedLength());
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
        final int sum = checksum.compute(buffer, index + CHECKED_INDEX, messageLength - CHECKED_INDEX);
        deliver.checksum(sum & 0xFFFF_FFFFL);

        if (isClaimed) {
            claim.commit();
            return messageLength;
        }
        return offer(messageLength);
    }

    /** Closes the publication; what was sent before still arrives. */
    @Override
    public void close() {
        publication.close();
    }

    private long offer(final int length) {
        final long result = publication.offer(scratch, 0, length);
        return ProtocolDescriptor.outcome(
                result == Publication.ADMIN_ACTION ? publication.offer(scratch, 0, length) : result);
    }
}
