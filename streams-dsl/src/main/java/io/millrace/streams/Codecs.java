package io.millrace.streams;

import io.millrace.operators.codec.BooleanCodec;
import io.millrace.operators.codec.BytesCodec;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.codec.DoubleCodec;
import io.millrace.operators.codec.Int32Codec;
import io.millrace.operators.codec.LongCodec;
import io.millrace.operators.codec.SbeCodec;
import io.millrace.operators.codec.StringCodec;
import io.millrace.operators.codec.record.RecordCodec;
import io.millrace.operators.join.Joined;
import io.millrace.operators.join.JoinedCodec;
import java.util.function.Supplier;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * The codecs that come with Millrace. What these methods give is a description: one may be used in many places of many
 * topologies, on whatever threads.
 */
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
     * Java records, with a codec derived from their components: primitive types and their boxes, strings, byte arrays,
     * enums, exact decimals and integers, the times of {@code java.time}, UUIDs, other records, lists, and maps from
     * strings. {@link RecordCodec} says what their bytes are and which changes to a record they survive.
     *
     * @param type of the records; the class may be private or local.
     * @param <T>  type of the records.
     * @return the codec; keep it if you use it more than once, deriving it takes some milliseconds.
     * @throws IllegalArgumentException if some components are of other types; it names them all.
     */
    public static <T extends Record> Codec<T> records(final Class<T> type) {
        return new RecordCodec<>(type);
    }

    /**
     * Byte arrays as they are.
     *
     * @return the codec.
     */
    public static Codec<byte[]> bytes() {
        return new BytesCodec();
    }

    /**
     * Strings in UTF-8. One that holds half of a surrogate pair has no form in it and is refused when it is written.
     *
     * @return the codec.
     */
    public static Codec<String> string() {
        return new StringCodec();
    }

    /**
     * Truth values in one byte.
     *
     * @return the codec.
     */
    public static Codec<Boolean> bool() {
        return new BooleanCodec();
    }

    /**
     * 32-bit integers in four bytes, little-endian.
     *
     * @return the codec.
     */
    public static Codec<Integer> int32() {
        return new Int32Codec();
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
     * 64-bit floating-point numbers in eight bytes, little-endian. For exact amounts take a record with a
     * {@code BigDecimal}.
     *
     * @return the codec.
     */
    public static Codec<Double> float64() {
        return new DoubleCodec();
    }

    /**
     * What a join has found, with the event times of both values.
     *
     * @param lefts  writes the values of the left side.
     * @param rights writes the values of the right side.
     * @param <L>    type of the values of the left side.
     * @param <R>    type of the values of the right side.
     * @return the codec; what it reads is a view that is valid inside the call.
     */
    public static <L, R> Codec<Joined<L, R>> joined(final Codec<L> lefts, final Codec<R> rights) {
        return new JoinedCodec<>(lefts, rights);
    }
}
