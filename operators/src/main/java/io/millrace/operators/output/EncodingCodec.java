package io.millrace.operators.output;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.codec.SbeHeader;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * Writes values as SBE messages through a function that fills a generated encoder.
 *
 * <p>How long a message is, is known only when it is written (it may have variable data), so it is written to a buffer of
 * the task and copied into the log once.
 *
 * @param <V> type of the values.
 * @param <E> type of the generated encoder.
 */
public final class EncodingCodec<V, E extends MessageEncoderFlyweight> implements Codec<V> {
    private final Supplier<E> factory;
    private final BiConsumer<? super V, ? super E> function;
    private final E encoder;
    private final MutableDirectBuffer message = new ExpandableArrayBuffer();

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
    public int encodedLength(final V value) {
        // A field that the function does not set must not show what an earlier value left there.
        message.setMemory(0, SbeHeader.LENGTH + encoder.sbeBlockLength(), (byte) 0);
        encoder.wrap(message, SbeHeader.LENGTH);
        function.accept(value, encoder);
        SbeHeader.write(
                message,
                0,
                encoder.sbeBlockLength(),
                encoder.sbeTemplateId(),
                encoder.sbeSchemaId(),
                encoder.sbeSchemaVersion());
        return SbeHeader.LENGTH + encoder.encodedLength();
    }

    @Override
    public void encode(final V value, final MutableDirectBuffer buffer, final int offset) {
        buffer.putBytes(offset, message, 0, SbeHeader.LENGTH + encoder.encodedLength());
    }

    @Override
    public String describe() {
        return "sbe " + encoder.getClass().getSimpleName().replaceFirst("Encoder$", "");
    }
}
