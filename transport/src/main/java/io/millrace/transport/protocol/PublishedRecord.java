package io.millrace.transport.protocol;

import io.millrace.transport.codec.PublishDecoder;
import org.agrona.DirectBuffer;

/** A {@code Publish} message where it lies: a view that is valid inside the call it is handed to. */
public final class PublishedRecord {
    private final PublishDecoder decoder = new PublishDecoder();
    private int keyOffset;
    private int keyLength;
    private int payloadLength;

    /** Creates a view of nothing. */
    public PublishedRecord() {}

    /**
     * Lays the view over a message and checks that the message is whole.
     *
     * @param buffer      that holds the message
     * @param blockOffset of the message's block in the buffer
     * @param blockLength in bytes, from the message header
     * @param version     from the message header
     * @param endOffset   of the message in the buffer
     * @return whether all lengths in the message agree with its end
     */
    public boolean wrap(
            final DirectBuffer buffer,
            final int blockOffset,
            final int blockLength,
            final int version,
            final int endOffset) {
        final int payloadHeader = blockOffset + blockLength;
        final int payloadOffset = payloadHeader + PublishDecoder.payloadHeaderLength();
        if (blockLength < PublishDecoder.BLOCK_LENGTH || payloadOffset > endOffset) {
            return false;
        }
        decoder.wrap(buffer, blockOffset, blockLength, version);
        payloadLength = decoder.payloadLength();
        keyOffset = payloadOffset;
        keyLength = decoder.keyLength();
        return payloadLength >= keyLength && payloadLength <= endOffset - payloadOffset;
    }

    /**
     * The checksum that the publisher computed.
     *
     * @return CRC32C of all bytes after this field
     */
    public int checksum() {
        return (int) decoder.checksum();
    }

    /**
     * The session that sent it.
     *
     * @return token
     */
    public long session() {
        return decoder.session();
    }

    /**
     * The producer that sent it.
     *
     * @return handle in the session
     */
    public int producer() {
        return decoder.producerHandle();
    }

    /**
     * The partition it is meant for; any number may come over the wire.
     *
     * @return partition of the producer's topic
     */
    public int partition() {
        return decoder.partition();
    }

    /**
     * Its number in the producer's partition.
     *
     * @return sequence
     */
    public long sequence() {
        return decoder.sequence();
    }

    /**
     * When it happened.
     *
     * @return nanoseconds since the epoch
     */
    public long eventTimeNs() {
        return decoder.eventTimeNs();
    }

    /**
     * What it is; any number may come over the wire.
     *
     * @return one of {@link io.millrace.log.record.RecordKind}
     */
    public byte kind() {
        return decoder.kind();
    }

    /**
     * The buffer that holds key and value.
     *
     * @return buffer
     */
    public DirectBuffer buffer() {
        return decoder.buffer();
    }

    /**
     * Where the key begins.
     *
     * @return offset in {@link #buffer()}
     */
    public int keyOffset() {
        return keyOffset;
    }

    /**
     * How long the key is.
     *
     * @return bytes
     */
    public int keyLength() {
        return keyLength;
    }

    /**
     * Where the value begins.
     *
     * @return offset in {@link #buffer()}
     */
    public int valueOffset() {
        return keyOffset + keyLength;
    }

    /**
     * How long the value is.
     *
     * @return bytes
     */
    public int valueLength() {
        return payloadLength - keyLength;
    }
}
