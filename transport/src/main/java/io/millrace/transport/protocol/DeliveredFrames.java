package io.millrace.transport.protocol;

import io.millrace.transport.codec.DeliverDecoder;
import org.agrona.DirectBuffer;

/** A {@code Deliver} message where it lies: a view that is valid inside the call it is handed to. */
public final class DeliveredFrames {
    private final DeliverDecoder decoder = new DeliverDecoder();
    private int offset;
    private int length;

    /** Creates a view of nothing. */
    public DeliveredFrames() {}

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
        offset = blockOffset + blockLength + DeliverDecoder.framesHeaderLength();
        if (blockLength < DeliverDecoder.BLOCK_LENGTH || offset > endOffset) {
            return false;
        }
        decoder.wrap(buffer, blockOffset, blockLength, version);
        length = decoder.framesLength();
        return length >= 0 && length <= endOffset - offset;
    }

    /**
     * The subscription it belongs to.
     *
     * @return handle in the session
     */
    public int subscription() {
        return decoder.subscription();
    }

    /**
     * The partition the frames are from.
     *
     * @return partition of the subscription's topic
     */
    public int partition() {
        return decoder.partition();
    }

    /**
     * Where the delivery before this one ended.
     *
     * @return position in the partition
     */
    public long fromPosition() {
        return decoder.fromPosition();
    }

    /**
     * Where the first frame lies in the log.
     *
     * @return position in the partition
     */
    public long position() {
        return decoder.position();
    }

    /**
     * Whether these are whole frames or a piece of one.
     *
     * @return {@link ProtocolDescriptor#FLAG_FIRST} and {@link ProtocolDescriptor#FLAG_LAST}, or-ed
     */
    public int flags() {
        return (int) decoder.flags();
    }

    /**
     * The buffer that holds the frames.
     *
     * @return buffer
     */
    public DirectBuffer buffer() {
        return decoder.buffer();
    }

    /**
     * Where the frames begin.
     *
     * @return offset in {@link #buffer()}
     */
    public int offset() {
        return offset;
    }

    /**
     * How long the frames are together.
     *
     * @return bytes
     */
    public int length() {
        return length;
    }
}
