package io.millrace.operators.codec.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
    private enum Side {
        BUY,
        SELL
    }

    private record Point(int x, double y) {}

    private record Quote(String symbol, Side side, Instant time, Point point, List<Integer> sizes) {}

    @Test
    void shouldLayTheBytesOutAsDocumented() {
        final ByteBuffer expected = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        expected.putInt(crc("{symbol:string,side:enum,time:instant?,point:{x:int32,y:float64}?,sizes:[int32]}"));
        expected.putInt(2).putInt(crc("SELL"));
        expected.put((byte) 1).putLong(7).putInt(8);
        expected.put((byte) 0).putInt(0).putDouble(0);
        expected.putInt(3);
        expected.put("AB".getBytes(StandardCharsets.US_ASCII))
                .putInt(5)
                .putInt(6)
                .putInt(7);

        final byte[] bytes = encoded(
                new RecordCodec<>(Quote.class),
                new Quote("AB", Side.SELL, Instant.ofEpochSecond(7, 8), null, List.of(5, 6, 7)));

        assertThat(bytes).isEqualTo(Arrays.copyOf(expected.array(), expected.position()));
    }

    private static int crc(final String text) {
        final CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }

    @Test
    void shouldHaveAFixedLengthWhereNothingVaries() {
        final Codec<Point> codec = new RecordCodec<>(Point.class);

        assertThat(codec.fixedLength()).isEqualTo(4 + 4 + 8).isEqualTo(codec.encodedLength(new Point(1, 2)));
        assertThat(new RecordCodec<>(Quote.class).fixedLength()).isEqualTo(Codec.VARIABLE_LENGTH);
        assertThat(codec.isBorrowed()).isFalse();
        assertThat(codec.describe()).isEqualTo("record Point");
    }

    @Test
    void shouldTakeARecordThatIsLocalToAMethod() {
        record Local(int number, Point point) {}
        final Codec<Local> codec = new RecordCodec<>(Local.class);

        final byte[] bytes = encoded(codec, new Local(3, new Point(4, 5)));

        assertThat(decoded(codec, bytes)).isEqualTo(new Local(3, new Point(4, 5)));
    }

    @Test
    void shouldTakeARecordWithoutComponents() {
        record Beat() {}
        final Codec<Beat> codec = new RecordCodec<>(Beat.class);

        assertThat(codec.fixedLength()).isEqualTo(RecordLayout.FINGERPRINT_LENGTH);
        assertThat(decoded(codec, encoded(codec, new Beat()))).isEqualTo(new Beat());
    }

    @Test
    void shouldLetABufferGrowForIt() {
        final Codec<Quote> codec = new RecordCodec<>(Quote.class).forTask();
        final Quote quote = new Quote("ABC".repeat(100), Side.BUY, null, new Point(1, 2), null);
        final ExpandableArrayBuffer growing = new ExpandableArrayBuffer(1);

        codec.encode(quote, growing, 5);

        assertThat(codec.decode(growing, 5, codec.encodedLength(quote))).isEqualTo(quote);
    }

    @Test
    void shouldReadTheSameNamesWhereAnEnumWasReorderedAndExtended() {
        record Before(Letters letter) {
            enum Letters {
                A,
                B,
                C
            }
        }
        record After(Letters letter) {
            enum Letters {
                C,
                X,
                A
            }
        }
        final Codec<Before> before = new RecordCodec<>(Before.class);
        final Codec<After> after = new RecordCodec<>(After.class);

        assertThat(decoded(after, encoded(before, new Before(Before.Letters.A))).letter())
                .isEqualTo(After.Letters.A);
        assertThat(decoded(after, encoded(before, new Before(Before.Letters.C))).letter())
                .isEqualTo(After.Letters.C);
        assertThat(decoded(after, encoded(before, new Before(null))).letter()).isNull();
        assertMalformed(
                after,
                encoded(before, new Before(Before.Letters.B)),
                "record After, component letter has code 0x" + Integer.toHexString(crc("B"))
                        + ", which no constant of enum Letters has");
    }

    @Test
    void shouldRefuseARecordOfAnotherShape() {
        record Renamed(int x, double z) {}
        record Reordered(double y, int x) {}
        record Boxed(Integer x, double y) {}
        record Longer(int x, double y, byte z) {}
        final byte[] bytes = encoded(new RecordCodec<>(Point.class), new Point(1, 2));

        for (final Class<? extends Record> other : List.of(Renamed.class, Reordered.class, Boxed.class, Longer.class)) {
            assertMalformed(new RecordCodec<>(other), bytes, "is of another shape: its bytes begin with 0x");
        }
        assertMalformed(new RecordCodec<>(Renamed.class), bytes, "for {x:int32,z:float64}");
    }

    @Test
    void shouldReadARecordWhoseClassWasRenamed() {
        record Place(int x, double y) {}

        assertThat(decoded(new RecordCodec<>(Place.class), encoded(new RecordCodec<>(Point.class), new Point(1, 2))))
                .isEqualTo(new Place(1, 2));
    }

    @Test
    void shouldDoTheSameWhereNoHiddenCopyCanBeMade() {
        final Quote quote = new Quote("AB", Side.SELL, Instant.EPOCH, new Point(1, 2), List.of(5, 6, 7));
        final Codec<Quote> copy = new RecordCodec<>(Quote.class).forTask();
        final Codec<Quote> plain = new RecordTaskCodec<>(new RecordLayout(Quote.class, Derivation.of(Quote.class)));

        final byte[] bytes = encoded(plain, quote);

        assertThat(copy.getClass().isHidden()).isTrue();
        assertThat(copy.getClass())
                .isNotEqualTo(new RecordCodec<>(Point.class).forTask().getClass());
        assertThat(bytes).isEqualTo(encoded(copy, quote));
        assertThat(decoded(plain, bytes)).isEqualTo(quote);
    }

    @Test
    void shouldPassOnWhatAnAccessorThrows() {
        record Throwing(int number) {
            public int number() {
                throw new IllegalStateException("not now");
            }
        }

        assertThatThrownBy(() -> encoded(new RecordCodec<>(Throwing.class), new Throwing(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("not now");
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
