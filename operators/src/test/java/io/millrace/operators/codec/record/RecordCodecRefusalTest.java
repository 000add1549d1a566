package io.millrace.operators.codec.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RecordCodecRefusalTest {
    private enum Side {
        BUY,
        SELL
    }

    private record Point(int x, double y) {}

    private record Quote(String symbol, Side side, Instant time, Point point, List<Integer> sizes) {}

    @Test
    void shouldSayWhichComponentIsWrongAndHow() {
        final Codec<Quote> codec = new RecordCodec<>(Quote.class);
        final byte[] bytes =
                encoded(codec, new Quote("AB", Side.SELL, Instant.EPOCH, new Point(1, 2), List.of(5, 6, 7)));

        assertMalformed(codec, Arrays.copyOf(bytes, 3), "record Quote is 3 bytes long, shorter than its fingerprint");
        assertMalformed(codec, Arrays.copyOf(bytes, 20), "record Quote is 20 bytes long, expected at least 42");
        assertMalformed(
                codec,
                Arrays.copyOf(bytes, 50),
                "record Quote, component sizes says there are 3 of at least 4 bytes, 6 bytes are left");
        assertMalformed(
                codec, Arrays.copyOf(bytes, bytes.length + 1), "record Quote has 1 bytes behind its last component");
        assertMalformed(
                codec,
                with(bytes, 4, Integer.MAX_VALUE),
                "record Quote, component symbol says it is 2147483647 bytes long, 14 are left");
        assertMalformed(codec, with(bytes, 4, -2), "component symbol says it is -2 bytes long");
        assertMalformed(codec, with(bytes, 21, 1_000_000_000), "component time has 1000000000 nanoseconds in a second");
        assertMalformed(codec, with(bytes, 12, 0x0202), "component time begins with 2, where 0 stands for null");
        assertMalformed(codec, with(bytes, 42, -1), "component symbol is a string of 2 bytes that are not UTF-8");
    }

    @Test
    void shouldMakeNoRoomForWhatHostileBytesPromise() {
        record Nested(List<List<Map<String, byte[]>>> deep) {}
        final Codec<Nested> codec = new RecordCodec<>(Nested.class);
        final byte[] bytes = encoded(codec, new Nested(List.of(List.of(Map.of("a", new byte[1])))));

        for (int index = RecordLayout.FINGERPRINT_LENGTH; index + 4 <= bytes.length; index++) {
            for (final int promised : new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE / 4, Integer.MIN_VALUE, -2}) {
                try {
                    decoded(codec, with(bytes, index, promised));
                } catch (final MillraceException e) {
                    assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_RECORD);
                }
            }
        }
        assertMalformed(
                codec, with(bytes, 4, Integer.MAX_VALUE), "component deep says there are 2147483647 of at least 4");
    }

    private static byte[] with(final byte[] bytes, final int index, final int value) {
        final byte[] changed = bytes.clone();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(index, value);
        return changed;
    }

    @Test
    void shouldSayWhenAConstructorDoesNotTakeWhatTheBytesSay() {
        record Lax(int age) {}
        record Strict(int age) {
            Strict {
                if (age < 0) {
                    throw new IllegalArgumentException("age is negative: " + age);
                }
            }
        }

        assertMalformed(
                new RecordCodec<>(Strict.class),
                encoded(new RecordCodec<>(Lax.class), new Lax(-1)),
                "record Strict is refused by a constructor: java.lang.IllegalArgumentException: age is negative: -1");
    }

    @Test
    void shouldRefuseToWriteNullWhereNoneMayBe() {
        record Lists(List<String> texts, List<Integer> numbers) {}
        record Maps(Map<String, Integer> numbers) {}
        final List<Integer> withNull = Arrays.asList(1, null);
        final Map<String, Integer> nullValue = new HashMap<>();
        nullValue.put("a", null);

        assertThatThrownBy(() -> encoded(new RecordCodec<>(Lists.class), new Lists(Arrays.asList("a", null), null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("record Lists, component texts");
        assertThatThrownBy(() -> encoded(new RecordCodec<>(Lists.class), new Lists(null, withNull)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("record Lists, component numbers");
        assertThatThrownBy(() -> encoded(new RecordCodec<>(Maps.class), new Maps(nullValue)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("record Maps, component numbers");
    }

    @Test
    void shouldNeverWriteMoreThanItMeasuredNorLess() {
        record Growing(List<Integer> numbers) {}
        final List<Integer> numbers = new ArrayList<>(List.of(1, 2));
        final Growing value = new Growing(numbers);
        final Codec<Growing> codec = new RecordCodec<>(Growing.class).forTask();
        final byte[] bytes = new byte[100];

        final int length = codec.encodedLength(value);
        numbers.add(3);
        assertThatThrownBy(() -> codec.encode(value, new UnsafeBuffer(bytes), 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("changed while it was written");
        assertThat(Arrays.copyOfRange(bytes, length, bytes.length)).containsOnly(0);

        codec.encodedLength(value);
        numbers.clear();
        assertThatThrownBy(() -> codec.encode(value, new UnsafeBuffer(bytes), 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("less than were measured");
    }

    private static <T> byte[] encoded(final Codec<T> description, final T value) {
        final Codec<T> codec = description.forTask();
        final byte[] bytes = new byte[codec.encodedLength(value)];
        codec.encode(value, new UnsafeBuffer(bytes), 0);
        return bytes;
    }

    private static <T> T decoded(final Codec<T> description, final byte[] bytes) {
        return description.forTask().decode(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    private static void assertMalformed(final Codec<?> codec, final byte[] bytes, final String message) {
        assertThatThrownBy(() -> decoded(codec, bytes))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_RECORD))
                .hasMessageContaining(message);
    }
}
