package io.millrace.operators.effect;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes inputs and what came of them into one exchange. What tells them apart stands behind, so that a value lies at a
 * multiple of 8 as ever.
 *
 * <pre>
 *  input  |                               kind 0 (int8)
 *  reply  | int64 position of the input | kind 1 (int8)
 *  reason | int64 position of the input | kind 2 (int8)
 * </pre>
 */
public final class CallCodec implements Codec<CallRecord> {
    /** Bytes at the end that tell the kind. */
    public static final int KIND_LENGTH = 1;

    private static final int OUTCOME_LENGTH = Long.BYTES + KIND_LENGTH;

    private final Codec<Object> inputCodec;
    private final CallRecord read = new CallRecord();

    /**
     * Creates a codec.
     *
     * @param inputCodec that writes the inputs.
     */
    @SuppressWarnings("unchecked") // It only ever gets the values that were typed where the step was built.
    public CallCodec(final Codec<?> inputCodec) {
        this.inputCodec = (Codec<Object>) inputCodec;
    }

    @Override
    public Codec<CallRecord> forTask() {
        return new CallCodec(inputCodec.forTask());
    }

    @Override
    public CallRecord decode(final DirectBuffer buffer, final int offset, final int length) {
        wrap(read, buffer, offset, length);
        return read;
    }

    @Override
    public CallRecord decodeFresh(final DirectBuffer record) {
        final CallRecord fresh = new CallRecord();
        wrap(fresh, record, 0, record.capacity());
        return fresh;
    }

    private static void wrap(final CallRecord record, final DirectBuffer buffer, final int offset, final int length) {
        final int kind = length < KIND_LENGTH ? -1 : buffer.getByte(offset + length - KIND_LENGTH);
        if (kind == CallRecord.REQUEST) {
            record.wrap(CallRecord.REQUEST, -1, buffer, offset, length - KIND_LENGTH);
        } else if ((kind == CallRecord.REPLY || kind == CallRecord.FAILURE) && length >= OUTCOME_LENGTH) {
            final int payload = length - OUTCOME_LENGTH;
            final long position = buffer.getLong(offset + payload, ByteOrder.LITTLE_ENDIAN);
            record.wrap((byte) kind, position, buffer, offset, payload);
        } else {
            throw new MillraceException(
                    ErrorCode.MALFORMED_RECORD,
                    "the bytes are neither an input of this step nor a reply: kind=" + kind + " length=" + length
                            + "; kinds are 0 to " + CallRecord.FAILURE);
        }
    }

    @Override
    public int encodedLength(final CallRecord record) {
        return record.kind() == CallRecord.REQUEST
                ? inputCodec.encodedLength(record.input()) + KIND_LENGTH
                : record.bytes().capacity() + OUTCOME_LENGTH;
    }

    @Override
    public void encode(final CallRecord record, final MutableDirectBuffer buffer, final int offset) {
        final int payload;
        if (record.kind() == CallRecord.REQUEST) {
            payload = inputCodec.encodedLength(record.input());
            inputCodec.encode(record.input(), buffer, offset);
            buffer.putByte(offset + payload, CallRecord.REQUEST);
        } else {
            payload = record.bytes().capacity();
            buffer.putBytes(offset, record.bytes(), 0, payload);
            buffer.putLong(offset + payload, record.inputPosition(), ByteOrder.LITTLE_ENDIAN);
            buffer.putByte(offset + payload + Long.BYTES, record.kind());
        }
    }

    @Override
    public String describe() {
        return "calls " + inputCodec.describe();
    }
}
