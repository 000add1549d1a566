package io.millrace.operators.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.MillraceException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class GuardedCodecTest {
    private static final int LENGTH = SbeHeader.LENGTH + PointDecoder.BLOCK_LENGTH;
    private static final int NEWER_LENGTH = LENGTH + Integer.BYTES;

    private final GuardedCodec<PointDecoder> codec = guardedForTask(new SbeCodec<>(PointDecoder::new));
    private final UnsafeBuffer log = new UnsafeBuffer(new byte[256]);

    private static <V> GuardedCodec<V> guardedForTask(final Codec<V> inner) {
        return (GuardedCodec<V>) new GuardedCodec<>(inner).forTask();
    }

    @Test
    void shouldLendAValueForItsCall() {
        givenPoint(24, 11, 12);

        final PointDecoder point = codec.decode(log, 24, LENGTH);

        assertThat(point.x()).isEqualTo(11);
        assertThat(point.y()).isEqualTo(12);
        codec.release("points", 3, 4096);
    }

    @Test
    void shouldCatchAValueThatWasKeptForTheNextCall() {
        final List<PointDecoder> kept = new ArrayList<>();
        givenPoint(0, 11, 12);
        givenPoint(64, 21, 22);

        kept.add(codec.decode(log, 0, LENGTH));
        codec.release("points", 3, 4096);
        kept.add(codec.decode(log, 64, LENGTH));

        assertThat(kept.get(1).x()).isEqualTo(21);
        assertThatThrownBy(() -> kept.get(0).x())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "a borrowed PointDecoder of topic=points partition=3 position=4096 was used after its call had"
                                + " ended; copy what you keep");
    }

    @Test
    void shouldCatchAllValuesOfACallAndWhateverIsDoneWithThem() {
        givenPoint(0, 11, 12);
        givenPoint(64, 21, 22);
        final PointDecoder first = codec.decode(log, 0, LENGTH);
        final PointDecoder second = codec.decode(log, 64, LENGTH);
        assertThat(first.x() + second.x()).isEqualTo(32);

        codec.release("points", 0, 8);

        for (final PointDecoder point : List.of(first, second)) {
            assertThatThrownBy(point::y).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> codec.copy(point)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> codec.encodedLength(point)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> point.buffer().byteArray()).isInstanceOf(IllegalStateException.class);
            assertThat(point.buffer().toString()).contains("after its call had ended");
        }
    }

    @Test
    void shouldLetACopyBeKept() {
        givenPoint(0, 11, 12);

        final PointDecoder kept = codec.copy(codec.decode(log, 0, LENGTH));
        codec.release("points", 3, 4096);

        assertThat(kept.x()).isEqualTo(11);
    }

    @Test
    void shouldEncodeWhatItLendsAsItWouldBeWithoutAGuard() {
        SbeHeader.write(log, 0, 12, PointDecoder.TEMPLATE_ID, PointDecoder.SCHEMA_ID, PointDecoder.VERSION + 1);
        log.putInt(16, 13, ByteOrder.LITTLE_ENDIAN);
        final UnsafeBuffer written = new UnsafeBuffer(new byte[NEWER_LENGTH]);

        final PointDecoder point = codec.decode(log, 0, NEWER_LENGTH);
        assertThat(codec.encodedLength(point)).isEqualTo(NEWER_LENGTH);
        codec.encode(point, written, 0);

        assertThat(written).isEqualTo(new UnsafeBuffer(log, 0, NEWER_LENGTH));
    }

    @Test
    void shouldStillRefuseMalformedBytesAndReadingBeyondTheValue() {
        assertThatThrownBy(() -> codec.decode(log, 0, LENGTH)).isInstanceOf(MillraceException.class);

        SbeHeader.write(log, 0, 0, PointDecoder.TEMPLATE_ID, PointDecoder.SCHEMA_ID, PointDecoder.VERSION - 1);
        final PointDecoder empty = codec.decode(log, 0, SbeHeader.LENGTH);
        assertThatThrownBy(empty::x).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void shouldOverwriteWhatAFlyweightWithAnAddressOfItsOwnReads() {
        final GuardedCodec<UnsafeBuffer> views = guardedForTask(new ViewCodec());
        log.putLong(0, 77);

        final UnsafeBuffer view = views.decode(log, 0, Long.BYTES);
        assertThat(view.getLong(0)).isEqualTo(77);
        views.release("views", 0, 0);

        assertThat(view.getLong(0)).isEqualTo(0xDDDD_DDDD_DDDD_DDDDL);
        assertThat(log.getLong(0)).isEqualTo(77);
    }

    @Test
    void shouldHaveNothingToGuardWhereValuesAreMadeToKeep() {
        assertThatThrownBy(() -> new GuardedCodec<>(new StringCodec()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("codec string lends no values");
    }

    private void givenPoint(final int offset, final int x, final int y) {
        SbeHeader.write(
                log,
                offset,
                PointDecoder.BLOCK_LENGTH,
                PointDecoder.TEMPLATE_ID,
                PointDecoder.SCHEMA_ID,
                PointDecoder.VERSION);
        log.putInt(offset + SbeHeader.LENGTH, x, ByteOrder.LITTLE_ENDIAN);
        log.putInt(offset + SbeHeader.LENGTH + Integer.BYTES, y, ByteOrder.LITTLE_ENDIAN);
    }

    /** A codec of a user, whose values take the address of their bytes. */
    private static final class ViewCodec implements Codec<UnsafeBuffer> {
        private final UnsafeBuffer view = new UnsafeBuffer(0, 0);

        @Override
        public Codec<UnsafeBuffer> forTask() {
            return new ViewCodec();
        }

        @Override
        public boolean isBorrowed() {
            return true;
        }

        @Override
        public UnsafeBuffer decode(final DirectBuffer buffer, final int offset, final int length) {
            view.wrap(buffer, offset, length);
            return view;
        }

        @Override
        public int encodedLength(final UnsafeBuffer value) {
            return value.capacity();
        }

        @Override
        public void encode(final UnsafeBuffer value, final MutableDirectBuffer buffer, final int offset) {
            buffer.putBytes(offset, value, 0, value.capacity());
        }

        @Override
        public String describe() {
            return "view";
        }
    }
}
