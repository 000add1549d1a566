package io.millrace.transport.protocol;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.millrace.transport.codec.GroupSizeEncodingDecoder;
import io.millrace.transport.codec.PublishDecoder;
import io.millrace.transport.codec.PublishDecoder.RecordsDecoder;
import org.agrona.DirectBuffer;

/**
 * A {@code Publish} message where it lies: a view that is valid inside the call it is handed to, and stands at one of the
 * message's records after the other. One thread.
 *
 * <p>The message's own checksum has been checked before. Nothing of a record is believed before {@link #next()} has said that it is
 * intact: its lengths agree with the message's, and key and value with the checksum that the log stores, so that nobody can have a record
 * stored that no subscriber could take.
 */
public final class PublishedRecords {
    private static final int PAYLOAD_CHECKSUM_INDEX = RecordsDecoder.payloadChecksumEncodingOffset();
    private static final int SEQUENCE_INDEX = RecordsDecoder.sequenceEncodingOffset();
    private static final int PARTITION_INDEX = RecordsDecoder.partitionEncodingOffset();
    private static final int EVENT_TIME_INDEX = RecordsDecoder.eventTimeNsEncodingOffset();
    private static final int KEY_LENGTH_INDEX = RecordsDecoder.keyLengthEncodingOffset();
    private static final int KIND_INDEX = RecordsDecoder.kindEncodingOffset();

    private final PublishDecoder decoder = new PublishDecoder();
    private final Checksum checksum = new Checksum();
    private DirectBuffer buffer;
    private int end;
    private int recordBlockLength;
    private int count;
    private int recordIndex;
    private int nextOffset;
    private int recordOffset;
    private int keyOffset;
    private int keyLength;
    private int payloadLength;

    /** Creates a view of nothing. */
    public PublishedRecords() {}

    /**
     * Lays the view over a message, before its first record.
     *
     * @param message     buffer that holds it
     * @param blockOffset of the message's block in the buffer
     * @param blockLength in bytes, from the message header
     * @param version     from the message header
     * @param endOffset   of the message in the buffer
     * @return whether all lengths in the message, as far as they were looked at, agree with its end
     */
    public boolean wrap(
            final DirectBuffer message,
            final int blockOffset,
            final int blockLength,
            final int version,
            final int endOffset) {
        final int group = blockOffset + blockLength;
        final int first = group + GroupSizeEncodingDecoder.ENCODED_LENGTH;
        if (blockLength < PublishDecoder.BLOCK_LENGTH || first > endOffset) {
            return false;
        }
        decoder.wrap(message, blockOffset, blockLength, version);
        buffer = message;
        end = endOffset;
        recordBlockLength = message.getShort(group, LITTLE_ENDIAN) & 0xFFFF;
        count = message.getShort(group + Short.BYTES, LITTLE_ENDIAN) & 0xFFFF;
        nextOffset = first;
        recordIndex = -1;
        return true;
    }

    /**
     * Tells whether there is a record, and each is long enough for what this end must find in it.
     *
     * @return whether the records can be read
     */
    public boolean isReadable() {
        return count > 0 && recordBlockLength >= RecordsDecoder.sbeBlockLength();
    }

    /**
     * Tells whether there is another record.
     *
     * @return whether {@link #next()} may be called
     */
    public boolean hasNext() {
        return recordIndex + 1 < count;
    }

    /**
     * Goes to the next record and checks it.
     *
     * @return whether it is as it was sent; after {@code false} there is nothing more to be had from the message
     */
    public boolean next() {
        recordIndex++;
        recordOffset = nextOffset;
        final int lengthIndex = recordOffset + recordBlockLength;
        keyOffset = lengthIndex + RecordsDecoder.payloadHeaderLength();
        if (keyOffset > end) {
            return false;
        }
        payloadLength = buffer.getInt(lengthIndex, LITTLE_ENDIAN);
        keyLength = buffer.getShort(recordOffset + KEY_LENGTH_INDEX, LITTLE_ENDIAN) & 0xFFFF;
        if (payloadLength < keyLength || payloadLength > end - keyOffset) {
            return false;
        }
        nextOffset = keyOffset + payloadLength;
        return payloadChecksum() == checksum.compute(buffer, keyOffset, payloadLength);
    }

    /**
     * How many records the message holds, if it is whole.
     *
     * @return records, at least 1
     */
    public int count() {
        return count;
    }

    /**
     * The producer that sent them.
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
        return buffer.getInt(recordOffset + PARTITION_INDEX, LITTLE_ENDIAN);
    }

    /**
     * Its number in the producer's partition.
     *
     * @return sequence of the record
     */
    public long sequence() {
        return buffer.getLong(recordOffset + SEQUENCE_INDEX, LITTLE_ENDIAN);
    }

    /**
     * When it happened.
     *
     * @return nanoseconds since the epoch
     */
    public long eventTimeNs() {
        return buffer.getLong(recordOffset + EVENT_TIME_INDEX, LITTLE_ENDIAN);
    }

    /**
     * What it is; any number may come over the wire.
     *
     * @return one of {@link io.millrace.log.record.RecordKind}
     */
    public byte kind() {
        return buffer.getByte(recordOffset + KIND_INDEX);
    }

    /**
     * The checksum that the publisher computed over key and value, and that was found right.
     *
     * @return CRC32C
     */
    public int payloadChecksum() {
        return buffer.getInt(recordOffset + PAYLOAD_CHECKSUM_INDEX, LITTLE_ENDIAN);
    }

    /**
     * The buffer that holds key and value.
     *
     * @return buffer
     */
    public DirectBuffer buffer() {
        return buffer;
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
