package io.millrace.transport.ingress;

import static io.millrace.transport.protocol.ProtocolDescriptor.COMMAND_CHECKED_INDEX;
import static io.millrace.transport.protocol.ProtocolDescriptor.COMMAND_CHECKSUM_INDEX;
import static io.millrace.transport.protocol.ProtocolDescriptor.HEADER_LENGTH;
import static io.millrace.transport.protocol.ProtocolDescriptor.PUBLISHED_RECORD_LENGTH;
import static io.millrace.transport.protocol.ProtocolDescriptor.PUBLISH_LENGTH;
import static io.millrace.transport.protocol.ProtocolDescriptor.TOKEN_INDEX;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.codec.PublishEncoder;
import io.millrace.transport.codec.PublishEncoder.RecordsEncoder;
import io.millrace.transport.protocol.Checksum;
import org.agrona.MutableDirectBuffer;

/**
 * Writes a {@code Publish} message in place, one record after the other, and stands over a finished one to send it. What it
 * writes is complete but for what belongs to a session: token, producer handle and the checksum over the message are put in by
 * {@link #seal}, each time that the message is sent. One thread.
 */
public final class PublishFrame {
    private static final int GROUP_INDEX = HEADER_LENGTH + PublishEncoder.BLOCK_LENGTH;
    private static final int COUNT_INDEX = GROUP_INDEX + Short.BYTES;
    private static final int PRODUCER_INDEX = HEADER_LENGTH + PublishEncoder.producerHandleEncodingOffset();
    private static final int PAYLOAD_CHECKSUM_INDEX = RecordsEncoder.payloadChecksumEncodingOffset();
    private static final int SEQUENCE_INDEX = RecordsEncoder.sequenceEncodingOffset();
    private static final int EVENT_TIME_INDEX = RecordsEncoder.eventTimeNsEncodingOffset();
    private static final int PARTITION_INDEX = RecordsEncoder.partitionEncodingOffset();
    private static final int KEY_LENGTH_INDEX = RecordsEncoder.keyLengthEncodingOffset();
    private static final int KIND_INDEX = RecordsEncoder.kindEncodingOffset();
    private static final int FLAGS_INDEX = RecordsEncoder.recordFlagsEncodingOffset();
    private static final int PAYLOAD_LENGTH_INDEX = RecordsEncoder.sbeBlockLength();

    private final PublishEncoder encoder = new PublishEncoder();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private MutableDirectBuffer buffer;
    private int offset;
    private int length;

    /** Creates a frame over nothing. */
    public PublishFrame() {}

    /**
     * Begins a message that holds no record yet.
     *
     * @param target buffer to write to
     * @param index  of the message in it
     * @return this
     */
    public PublishFrame begin(final MutableDirectBuffer target, final int index) {
        encoder.wrapAndApplyHeader(target, index, header).flags(0).recordsCount(0);
        return wrap(target, index, PUBLISH_LENGTH);
    }

    /**
     * Stands over a message that is there.
     *
     * @param source        buffer that holds it
     * @param index         of the message in it
     * @param messageLength in bytes
     * @return this
     */
    public PublishFrame wrap(final MutableDirectBuffer source, final int index, final int messageLength) {
        buffer = source;
        offset = index;
        length = messageLength;
        return this;
    }

    /**
     * The buffer that holds the message.
     *
     * @return buffer
     */
    public MutableDirectBuffer buffer() {
        return buffer;
    }

    /**
     * Where the message begins.
     *
     * @return offset in {@link #buffer()}
     */
    public int offset() {
        return offset;
    }

    /**
     * How long the message is so far.
     *
     * @return bytes
     */
    public int length() {
        return length;
    }

    /**
     * How many records the message holds so far.
     *
     * @return records
     */
    public int count() {
        return buffer.getShort(offset + COUNT_INDEX, LITTLE_ENDIAN) & 0xFFFF;
    }

    /**
     * Where the payload of the next record goes; the caller writes key and value there, then calls {@link #add}.
     *
     * @return offset in {@link #buffer()}
     */
    public int nextPayloadOffset() {
        return offset + length + PUBLISHED_RECORD_LENGTH;
    }

    /**
     * Adds the record whose payload was written.
     *
     * @param partition     of the topic
     * @param kind          one of {@link io.millrace.log.record.RecordKind}
     * @param sequence      of the record in its partition
     * @param eventTimeNs   in nanoseconds since the epoch
     * @param keyLength     in bytes, at most 65,535
     * @param payloadLength of key and value in bytes
     * @param checksum      to compute with
     */
    public void add(
            final int partition,
            final byte kind,
            final long sequence,
            final long eventTimeNs,
            final int keyLength,
            final int payloadLength,
            final Checksum checksum) {
        final int record = offset + length;
        buffer.putLong(record + SEQUENCE_INDEX, sequence, LITTLE_ENDIAN);
        buffer.putLong(record + EVENT_TIME_INDEX, eventTimeNs, LITTLE_ENDIAN);
        buffer.putInt(record + PARTITION_INDEX, partition, LITTLE_ENDIAN);
        buffer.putShort(record + KEY_LENGTH_INDEX, (short) keyLength, LITTLE_ENDIAN);
        buffer.putByte(record + KIND_INDEX, kind);
        buffer.putByte(record + FLAGS_INDEX, (byte) 0);
        buffer.putInt(record + PAYLOAD_LENGTH_INDEX, payloadLength, LITTLE_ENDIAN);
        final int payload = record + PUBLISHED_RECORD_LENGTH;
        buffer.putInt(record + PAYLOAD_CHECKSUM_INDEX, checksum.compute(buffer, payload, payloadLength), LITTLE_ENDIAN);
        length += PUBLISHED_RECORD_LENGTH + payloadLength;
        buffer.putShort(offset + COUNT_INDEX, (short) (count() + 1), LITTLE_ENDIAN);
    }

    /**
     * Makes the message ready to be sent in a session.
     *
     * @param tokenHigh first half of the session's token
     * @param tokenLow  second half
     * @param producer  handle in the session
     * @param checksum  to compute with
     */
    public void seal(final long tokenHigh, final long tokenLow, final int producer, final Checksum checksum) {
        buffer.putLong(offset + TOKEN_INDEX, tokenHigh, LITTLE_ENDIAN);
        buffer.putLong(offset + TOKEN_INDEX + Long.BYTES, tokenLow, LITTLE_ENDIAN);
        buffer.putInt(offset + PRODUCER_INDEX, producer, LITTLE_ENDIAN);
        final int sum =
                checksum.compute(buffer, offset, offset + COMMAND_CHECKED_INDEX, length - COMMAND_CHECKED_INDEX);
        buffer.putInt(offset + COMMAND_CHECKSUM_INDEX, sum, LITTLE_ENDIAN);
    }

    /**
     * Where the first record begins, to walk over them with {@link #nextRecord}.
     *
     * @return offset in {@link #buffer()}
     */
    public int firstRecord() {
        return offset + PUBLISH_LENGTH;
    }

    /**
     * Where the record behind one begins.
     *
     * @param record offset of a record
     * @return offset in {@link #buffer()}; the end of the message behind the last one
     */
    public int nextRecord(final int record) {
        return record + PUBLISHED_RECORD_LENGTH + buffer.getInt(record + PAYLOAD_LENGTH_INDEX, LITTLE_ENDIAN);
    }

    /**
     * The partition of a record.
     *
     * @param record offset of it
     * @return partition of the topic
     */
    public int partition(final int record) {
        return buffer.getInt(record + PARTITION_INDEX, LITTLE_ENDIAN);
    }

    /**
     * The sequence of a record.
     *
     * @param record offset of it
     * @return sequence in its partition
     */
    public long sequence(final int record) {
        return buffer.getLong(record + SEQUENCE_INDEX, LITTLE_ENDIAN);
    }
}
