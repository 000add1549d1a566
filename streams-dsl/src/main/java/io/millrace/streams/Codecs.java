package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.codec.LongCodec;
import io.millrace.operators.codec.SbeCodec;
import io.millrace.operators.codec.StringCodec;
import java.util.function.Supplier;
import org.agrona.sbe.MessageDecoderFlyweight;

/** The codecs that come with Millrace. */
public final class Codecs {
    private Codecs() {}

    /**
     * SBE messages as flyweights over the log: nothing is copied and nothing allocated.
     *
     * @param factory that makes a generated decoder, such as {@code TradeDecoder::new}.
     * @param <D>     type of the decoder.
     * @return the codec.
     */
    public static <D extends MessageDecoderFlyweight> Codec<D> sbe(final Supplier<D> factory) {
        return new SbeCodec<>(factory);
    }

    /**
     * Strings in UTF-8.
     *
     * @return the codec.
     */
    public static Codec<String> string() {
        return new StringCodec();
    }

    /**
     * 64-bit integers in eight bytes, little-endian.
     *
     * @return the codec.
     */
    public static Codec<Long> int64() {
        return new LongCodec();
    }

    /**
     * 32-bit integers.
     *
     * @return four bytes, little-endian.
     */
    public static Codec<Integer> int32() {
        return new io.millrace.operators.codec.Int32Codec();
    }
}
