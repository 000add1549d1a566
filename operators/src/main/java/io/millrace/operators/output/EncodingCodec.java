package io.millrace.operators.output;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordMemory;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.codec.SbeHeader;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * Writes values as SBE messages through a function that fills a generated encoder. The function is called once for each
 * value, and what it does not set is zero.
 *
 * <p>A message of fixed length is written where it goes, into the record that is claimed in the log: the function gets an
 * encoder over that place and nothing is copied. How long a message with groups or variable data is, is known only when
 * it is written, so it is written to a buffer of the task and copied into the log once.
 *
 * <p>The encoder is the function's during the call only. Afterwards it stands on no bytes at all, so that one that was
 * kept can not write into a record that others read.
 *
 * @param <V> type of the values.
 * @param <E> type of the generated encoder.
 */
public final class EncodingCodec<V, E extends MessageEncoderFlyweight> implements Codec<V> {
    private final Supplier<E> factory;
    private final BiConsumer<? super V, ? super E> function;
    private final E encoder;
    private final long header;
    private final int fixedLength;
    private final UnsafeBuffer target = new UnsafeBuffer(0, 0);
    private final MutableDirectBuffer message = new ExpandableArrayBuffer();
    private int messageLength;

    /**
     * Creates a codec.
     *
     * @param factory  that makes an encoder, such as {@code CandleEncoder::new}.
     * @param function that fills the encoder from a value.
     */
    public EncodingCodec(final Supplier<E> factory, final BiConsumer<? super V, ? super E> function) {
        this.factory = factory;
        this.function = function;
        this.encoder = factory.get();
        this.header = SbeHeader.of(encoder);
        this.fixedLength = GeneratedEncoder.isOfFixedLength(encoder.getClass())
                ? SbeHeader.LENGTH + encoder.sbeBlockLength()
                : VARIABLE_LENGTH;
    }

    @Override
    public Codec<V> forTask() {
        return new EncodingCodec<>(factory, function);
    }

    @Override
    public V decode(final DirectBuffer buffer, final int offset, final int length) {
        throw new MillraceException(ErrorCode.INTERNAL, describe() + " only writes");
    }

    @Override
    public int fixedLength() {
        return fixedLength;
    }

    @Override
    public int encodedLength(final V value) {
        if (fixedLength == VARIABLE_LENGTH) {
            messageLength = writeAside(value);
            return messageLength;
        }
        return fixedLength;
    }

    @Override
    public void encode(final V value, final MutableDirectBuffer buffer, final int offset) {
        if (fixedLength == VARIABLE_LENGTH) {
            buffer.putBytes(offset, message, 0, messageLength);
        } else {
            writeInPlace(value, buffer, offset);
        }
    }

    private int writeAside(final V value) {
        // A field that the function does not set must not show what an earlier value left there.
        message.setMemory(0, SbeHeader.LENGTH + encoder.sbeBlockLength(), (byte) 0);
        SbeHeader.write(message, 0, encoder);
        encoder.wrap(message, SbeHeader.LENGTH);
        function.accept(value, encoder);
        return SbeHeader.LENGTH + encoder.encodedLength();
    }

    private void writeInPlace(final V value, final MutableDirectBuffer buffer, final int offset) {
        // Before the wrap, because a buffer that grows does so here.
        buffer.checkLimit(offset + fixedLength);
        if (buffer.byteArray() == null) {
            // The caller keeps the memory, and storing a reference costs more than a look: collectors keep books of it.
            buffer.boundsCheck(offset, fixedLength);
            final long address = buffer.addressOffset() + offset;
            RecordMemory.clear(address, fixedLength);
            UnsafeApi.putLong(null, address, header);
            target.wrap(address, fixedLength);
        } else {
            buffer.setMemory(offset, fixedLength, (byte) 0);
            SbeHeader.write(buffer, offset, encoder);
            target.wrap(buffer, offset, fixedLength);
        }
        try {
            encoder.wrap(target, SbeHeader.LENGTH);
            function.accept(value, encoder);
        } finally {
            target.wrap(0, 0);
        }
    }

    @Override
    public String describe() {
        return "sbe " + encoder.getClass().getSimpleName().replaceFirst("Encoder$", "");
    }
}
