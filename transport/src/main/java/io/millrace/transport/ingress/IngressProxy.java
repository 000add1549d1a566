package io.millrace.transport.ingress;

import static io.millrace.transport.protocol.ProtocolDescriptor.CHECKED_INDEX;
import static io.millrace.transport.protocol.ProtocolDescriptor.HEADER_LENGTH;
import static io.millrace.transport.protocol.ProtocolDescriptor.PUBLISH_LENGTH;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import io.millrace.log.record.Outcome;
import io.millrace.transport.codec.CloseEncoder;
import io.millrace.transport.codec.ConnectEncoder;
import io.millrace.transport.codec.KeepAliveEncoder;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.codec.OpenProducerEncoder;
import io.millrace.transport.codec.PublishEncoder;
import io.millrace.transport.codec.SubscribeEncoder;
import io.millrace.transport.protocol.Checksum;
import io.millrace.transport.protocol.ProtocolDescriptor;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableDirectByteBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Turns a client's calls into commands on its publication to the node. One thread.
 *
 * <p>Every call answers at once: a positive number when the command is on its way, or one of {@link Outcome}. A record
 * that fits into one datagram is written straight into Aeron's term buffer and not copied again; a longer one goes through
 * a scratch buffer, which grows once.
 */
public final class IngressProxy implements AutoCloseable {
    private static final int SCRATCH_LENGTH = 4096;
    private static final int PAYLOAD_LENGTH_INDEX = HEADER_LENGTH + PublishEncoder.BLOCK_LENGTH;

    private final ExclusivePublication publication;
    private final BufferClaim claim = new BufferClaim();
    private final ExpandableDirectByteBuffer scratch = new ExpandableDirectByteBuffer(SCRATCH_LENGTH);
    private final Checksum checksum = new Checksum();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final ConnectEncoder connect = new ConnectEncoder();
    private final OpenProducerEncoder openProducer = new OpenProducerEncoder();
    private final PublishEncoder publish = new PublishEncoder();
    private final SubscribeEncoder subscribe = new SubscribeEncoder();
    private final KeepAliveEncoder keepAlive = new KeepAliveEncoder();
    private final CloseEncoder close = new CloseEncoder();
    private final int maxPayloadLength;
    private final int maxMessageLength;
    private long session;

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
     * @param token from Connected
     */
    public void session(final long token) {
        session = token;
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
     * The longest key and value, together, that one message can carry.
     *
     * @return bytes
     */
    public int maxRecordLength() {
        return maxMessageLength - PUBLISH_LENGTH;
    }

    /**
     * Asks for a session.
     *
     * @param correlationId    that the answer carries
     * @param responseStreamId on which this client listens
     * @param responseChannel  on which this client listens
     * @return positive, or one of {@link Outcome}
     */
    public long connect(final long correlationId, final int responseStreamId, final String responseChannel) {
        connect.wrapAndApplyHeader(scratch, 0, header)
                .correlationId(correlationId)
                .protocolVersion(ProtocolDescriptor.VERSION)
                .responseStreamId(responseStreamId)
                .responseChannel(responseChannel);
        return offer(scratch, HEADER_LENGTH + connect.encodedLength());
    }

    /**
     * Asks to publish under a name.
     *
     * @param correlationId that the answer carries
     * @param topic         to publish to
     * @param producerName  whose sequences the log knows
     * @return positive, or one of {@link Outcome}
     */
    public long openProducer(final long correlationId, final String topic, final String producerName) {
        openProducer
                .wrapAndApplyHeader(scratch, 0, header)
                .session(session)
                .correlationId(correlationId)
                .topic(topic)
                .producerName(producerName);
        return offer(scratch, HEADER_LENGTH + openProducer.encodedLength());
    }

    /**
     * Sends one record.
     *
     * @param producer    handle from ProducerOpened
     * @param partition   of the topic
     * @param kind        one of {@link io.millrace.log.record.RecordKind}
     * @param sequence    of the record in its partition
     * @param eventTimeNs in nanoseconds since the epoch
     * @param key         that holds the key; not read when its length is 0
     * @param keyOffset   of the key
     * @param keyLength   of the key in bytes, at most 65,535
     * @param value       that holds the value; not read when its length is 0
     * @param valueOffset of the value
     * @param valueLength of the value in bytes
     * @return positive, or one of {@link Outcome}
     * @throws IllegalArgumentException  when a length is negative
     * @throws IndexOutOfBoundsException when a buffer does not have the range that is named
     */
    public long publish(
            final int producer,
            final int partition,
            final byte kind,
            final long sequence,
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final DirectBuffer value,
            final int valueOffset,
            final int valueLength) {
        checkRanges(key, keyOffset, keyLength, value, valueOffset, valueLength);
        final long longLength = (long) PUBLISH_LENGTH + keyLength + valueLength;
        if (longLength > maxMessageLength) {
            return Outcome.RECORD_TOO_LONG;
        }
        final int length = (int) longLength;
        final boolean isClaimed = length <= maxPayloadLength;
        final MutableDirectBuffer buffer;
        final int offset;
        if (isClaimed) {
            final long result = claim(length);
            if (result <= 0) {
                return ProtocolDescriptor.outcome(result);
            }
            buffer = claim.buffer();
            offset = claim.offset();
        } else {
            scratch.checkLimit(length);
            buffer = scratch;
            offset = 0;
        }

        boolean isWritten = false;
        try {
            publish.wrapAndApplyHeader(buffer, offset, header)
                    .producerHandle(producer)
                    .session(session)
                    .sequence(sequence)
                    .eventTimeNs(eventTimeNs)
                    .partition(partition)
                    .keyLength(keyLength)
                    .kind(kind)
                    .flags((short) 0);
            buffer.putInt(offset + PAYLOAD_LENGTH_INDEX, keyLength + valueLength, LITTLE_ENDIAN);
            if (keyLength > 0) {
                buffer.putBytes(offset + PUBLISH_LENGTH, key, keyOffset, keyLength);
            }
            if (valueLength > 0) {
                buffer.putBytes(offset + PUBLISH_LENGTH + keyLength, value, valueOffset, valueLength);
            }
            publish.checksum(checksum.compute(buffer, offset + CHECKED_INDEX, length - CHECKED_INDEX) & 0xFFFF_FFFFL);
            isWritten = true;
        } finally {
            if (isClaimed && !isWritten) {
                claim.abort();
            }
        }

        if (isClaimed) {
            claim.commit();
            return length;
        }
        return offer(scratch, length);
    }

    /**
     * Asks to follow a topic.
     *
     * @param correlationId  that the answer carries
     * @param topic          to follow
     * @param startPositions one per partition, from 0; the last one counts for all further partitions
     * @return positive, or one of {@link Outcome}
     */
    public long subscribe(final long correlationId, final String topic, final long[] startPositions) {
        subscribe.wrapAndApplyHeader(scratch, 0, header).session(session).correlationId(correlationId);
        final SubscribeEncoder.StartsEncoder starts = subscribe.startsCount(startPositions.length);
        for (final long position : startPositions) {
            starts.next().position(position);
        }
        subscribe.topic(topic);
        return offer(scratch, HEADER_LENGTH + subscribe.encodedLength());
    }

    /**
     * Shows the node that this client is alive.
     *
     * @return positive, or one of {@link Outcome}
     */
    public long keepAlive() {
        keepAlive.wrapAndApplyHeader(scratch, 0, header).session(session);
        return offer(scratch, HEADER_LENGTH + keepAlive.encodedLength());
    }

    /** Says good-bye, if the node can be reached, and closes the publication. */
    @Override
    public void close() {
        if (!publication.isClosed()) {
            close.wrapAndApplyHeader(scratch, 0, header).session(session);
            offer(scratch, HEADER_LENGTH + close.encodedLength());
            publication.close();
        }
    }

    /** Before space is claimed: a claim that is neither committed nor aborted stops the stream for good. */
    private static void checkRanges(
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final DirectBuffer value,
            final int valueOffset,
            final int valueLength) {
        if (keyLength < 0 || valueLength < 0) {
            throw new IllegalArgumentException(
                    "lengths must not be negative: keyLength=" + keyLength + " valueLength=" + valueLength);
        }
        if (keyLength > 0) {
            key.boundsCheck(keyOffset, keyLength);
        }
        if (valueLength > 0) {
            value.boundsCheck(valueOffset, valueLength);
        }
    }

    private long claim(final int length) {
        final long result = publication.tryClaim(length, claim);
        // The end of a term was padded: the next attempt goes to the next term.
        return result == Publication.ADMIN_ACTION ? publication.tryClaim(length, claim) : result;
    }

    private long offer(final DirectBuffer buffer, final int length) {
        final long result = publication.offer(buffer, 0, length);
        return ProtocolDescriptor.outcome(
                result == Publication.ADMIN_ACTION ? publication.offer(buffer, 0, length) : result);
    }
}
