package io.millrace.operators.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class SimpleCodecsTest {
    private static final int OFFSET = 3;

    @Test
    void shouldReadBackWhatTheyWroteInTheLengthThatTheyPromise() {
        assertRoundTrip(new Int32Codec(), List.of(0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE), Integer.BYTES);
        assertRoundTrip(new LongCodec(), List.of(0L, 1L, -1L, Long.MIN_VALUE, Long.MAX_VALUE), Long.BYTES);
        assertRoundTrip(
                new DoubleCodec(), List.of(0.0, -0.0, 1.5, Double.NaN, Double.NEGATIVE_INFINITY, Double.MIN_VALUE), 8);
        assertRoundTrip(new BooleanCodec(), List.of(true, false), Byte.BYTES);
        assertRoundTrip(new StringCodec(), List.of("", "a", "grün", "😀"), Codec.VARIABLE_LENGTH);
        assertRoundTrip(
                new BytesCodec(), List.of(new byte[0], new byte[] {1, -1}, new byte[100]), Codec.VARIABLE_LENGTH);
    }

    private static <V> void assertRoundTrip(final Codec<V> description, final List<V> values, final int fixedLength) {
        final Codec<V> codec = description.forTask();
        for (final V value : values) {
            final int length = codec.encodedLength(value);
            final UnsafeBuffer buffer = new UnsafeBuffer(new byte[OFFSET + length]);

            codec.encode(value, buffer, OFFSET);

            assertThat(codec.decode(buffer, OFFSET, length)).isEqualTo(value);
            assertThat(codec.decodeFresh(new UnsafeBuffer(buffer, OFFSET, length)))
                    .isEqualTo(value);
            assertThat(codec.fixedLength()).isEqualTo(fixedLength);
            assertThat(fixedLength == Codec.VARIABLE_LENGTH || length == fixedLength)
                    .isTrue();
        }
    }

    @Test
    void shouldMakeValuesThatAreTheCallersToKeep() {
        final byte[] value = {1, 2};
        final Codec<byte[]> codec = new BytesCodec();

        assertThat(codec.isBorrowed()).isFalse();
        assertThat(codec.copy(value)).isSameAs(value);
    }

    @Test
    void shouldRefuseBytesOfAnotherLength() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[16]);

        for (final Codec<?> codec : List.of(new Int32Codec(), new LongCodec(), new DoubleCodec(), new BooleanCodec())) {
            for (int length = 0; length <= buffer.capacity(); length++) {
                if (length != codec.fixedLength()) {
                    assertMalformed(codec, buffer, length, "this value has " + length);
                }
            }
        }
    }

    @Test
    void shouldRefuseATruthValueThatIsNeither() {
        assertMalformed(new BooleanCodec(), new UnsafeBuffer(new byte[] {2}), 1, "0 or 1, this byte is 2");
    }

    @Test
    void shouldRefuseAStringThatIsNotUtf8() {
        final byte[] bytes = "grün".getBytes(StandardCharsets.ISO_8859_1);

        assertMalformed(new StringCodec(), new UnsafeBuffer(bytes), bytes.length, "a string of 4 bytes is not UTF-8");
    }

    private static void assertMalformed(
            final Codec<?> codec, final UnsafeBuffer buffer, final int length, final String reason) {
        assertThatThrownBy(() -> codec.decode(buffer, 0, length))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_RECORD))
                .hasMessageContaining(reason);
    }

    @Test
    void shouldGiveEqualNumbersEqualBytes() {
        final Codec<Double> codec = new DoubleCodec();
        final UnsafeBuffer usual = new UnsafeBuffer(new byte[Double.BYTES]);
        final UnsafeBuffer unusual = new UnsafeBuffer(new byte[Double.BYTES]);

        codec.encode(Double.NaN, usual, 0);
        codec.encode(Double.longBitsToDouble(0x7FF8_0000_0000_0001L), unusual, 0);

        assertThat(unusual).isEqualTo(usual);
    }
}
