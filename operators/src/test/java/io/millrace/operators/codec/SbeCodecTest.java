package io.millrace.operators.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class SbeCodecTest {
    private static final int OFFSET = 24;

    private final Codec<PointDecoder> codec = new SbeCodec<>(PointDecoder::new).forTask();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[256]);

    @Test
    void shouldWrapAMessageWhereItLies() {
        message(PointDecoder.BLOCK_LENGTH, PointDecoder.TEMPLATE_ID, PointDecoder.SCHEMA_ID, PointDecoder.VERSION);

        final PointDecoder point = codec.decode(buffer, OFFSET, 16);

        assertThat(point.x()).isEqualTo(11);
        assertThat(point.y()).isEqualTo(12);
    }

    @Test
    void shouldAcceptALongerBlockOfANewerVersionAndForwardItWhole() {
        message(
                PointDecoder.BLOCK_LENGTH + 4,
                PointDecoder.TEMPLATE_ID,
                PointDecoder.SCHEMA_ID,
                PointDecoder.VERSION + 1);
        buffer.putInt(OFFSET + 16, 13, ByteOrder.LITTLE_ENDIAN);
        final UnsafeBuffer copy = new UnsafeBuffer(new byte[20]);

        final PointDecoder point = codec.decode(buffer, OFFSET, 20);
        final int length = codec.encodedLength(point);
        codec.encode(point, copy, 0);

        assertThat(length).isEqualTo(20);
        assertThat(copy.getInt(16, ByteOrder.LITTLE_ENDIAN)).isEqualTo(13);
    }

    @Test
    void shouldWriteAFlyweightThatItDidNotDecodeWithAHeaderOfItsOwn() {
        buffer.putInt(100, 21, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(104, 22, ByteOrder.LITTLE_ENDIAN);
        final PointDecoder other =
                new PointDecoder().wrap(buffer, 100, PointDecoder.BLOCK_LENGTH, PointDecoder.VERSION);
        final UnsafeBuffer copy = new UnsafeBuffer(new byte[codec.encodedLength(other)]);

        codec.encode(other, copy, 0);

        assertThat(codec.decode(copy, 0, copy.capacity()).y()).isEqualTo(22);
    }

    @Test
    void shouldForwardWhatAnotherTasksCodecDecodedWithTheFieldsOfItsNewerVersion() {
        message(
                PointDecoder.BLOCK_LENGTH + 4,
                PointDecoder.TEMPLATE_ID,
                PointDecoder.SCHEMA_ID,
                PointDecoder.VERSION + 1);
        buffer.putInt(OFFSET + 16, 13, ByteOrder.LITTLE_ENDIAN);
        final UnsafeBuffer copy = new UnsafeBuffer(new byte[20]);
        final Codec<PointDecoder> other = codec.forTask();

        final PointDecoder point = codec.decode(buffer, OFFSET, 20);
        other.encode(point, copy, 0);

        assertThat(other.encodedLength(point)).isEqualTo(20);
        assertThat(copy).isEqualTo(new UnsafeBuffer(buffer, OFFSET, 20));
    }

    @Test
    void shouldWriteAFlyweightWrappedOverAnotherMessageAsOneOfItsOwn() {
        message(PointDecoder.BLOCK_LENGTH, PointDecoder.TEMPLATE_ID, PointDecoder.SCHEMA_ID, PointDecoder.VERSION);
        final PointDecoder point = codec.decode(buffer, OFFSET, 16);
        buffer.putShort(OFFSET + 2, (short) 8, ByteOrder.LITTLE_ENDIAN);
        final UnsafeBuffer copy = new UnsafeBuffer(new byte[codec.encodedLength(point)]);

        codec.encode(point, copy, 0);

        assertThat(codec.decode(copy, 0, copy.capacity()).x()).isEqualTo(11);
    }

    @Test
    void shouldCopyAValueThatIsToBeKept() {
        message(PointDecoder.BLOCK_LENGTH, PointDecoder.TEMPLATE_ID, PointDecoder.SCHEMA_ID, PointDecoder.VERSION);

        final PointDecoder kept = codec.copy(codec.decode(buffer, OFFSET, 16));
        buffer.putInt(OFFSET + 8, 21, ByteOrder.LITTLE_ENDIAN);
        final PointDecoder next = codec.decode(buffer, OFFSET, 16);

        assertThat(codec.isBorrowed()).isTrue();
        assertThat(kept.x()).isEqualTo(11);
        assertThat(next.x()).isEqualTo(21);
    }

    @Test
    void shouldReadNumbersOfAHeaderThatHaveTheirHighestBit() {
        message(PointDecoder.BLOCK_LENGTH, PointDecoder.TEMPLATE_ID, PointDecoder.SCHEMA_ID, 0xFFFE);
        assertThat(codec.decode(buffer, OFFSET, 16).x()).isEqualTo(11);

        message(0xFFFE, PointDecoder.TEMPLATE_ID, PointDecoder.SCHEMA_ID, 0xFFFE);
        assertRefused(16, "claims a block of 65534 bytes");

        message(PointDecoder.BLOCK_LENGTH, 0xFFFE, 0xFFFD, PointDecoder.VERSION);
        assertRefused(16, "template 65534 of schema 65533");
    }

    @Test
    void shouldRefuseWhatIsNoSuchMessageAndSayWhy() {
        message(PointDecoder.BLOCK_LENGTH, 8, PointDecoder.SCHEMA_ID, PointDecoder.VERSION);
        assertRefused(16, "template 8 of schema 9, expected template 7 of schema 9");

        message(PointDecoder.BLOCK_LENGTH, PointDecoder.TEMPLATE_ID, PointDecoder.SCHEMA_ID, PointDecoder.VERSION);
        assertRefused(15, "claims a block of 8 bytes, but only 7 follow");
        assertRefused(7, "is 7 bytes long");
        assertRefused(0, "is 0 bytes long");

        message(4, PointDecoder.TEMPLATE_ID, PointDecoder.SCHEMA_ID, PointDecoder.VERSION);
        assertRefused(16, "has a block of 4 bytes, version 1 needs 8");
    }

    @Test
    void shouldNotShowWhatStandsBehindAShortMessageOfAnOlderVersion() {
        message(0, PointDecoder.TEMPLATE_ID, PointDecoder.SCHEMA_ID, PointDecoder.VERSION - 1);
        final PointDecoder point = codec.decode(buffer, OFFSET, SbeHeader.LENGTH);

        assertThatThrownBy(point::x).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void shouldNeverReadBeyondTheValueWhateverTheBytesAre() {
        final long seed = 20_240_808L;
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 200_000; i++) {
            final byte[] bytes = new byte[random.nextInt(24)];
            random.nextBytes(bytes);
            if (bytes.length >= SbeHeader.LENGTH && random.nextBoolean()) {
                SbeHeader.write(new UnsafeBuffer(bytes), 0, random.nextInt(20), 7, 9, random.nextInt(3));
            }
            decodeOrRefuse(new UnsafeBuffer(bytes), seed, i);
        }
    }

    private void decodeOrRefuse(final UnsafeBuffer bytes, final long seed, final int round) {
        try {
            final PointDecoder point = codec.decode(bytes, 0, bytes.capacity());
            assertThat(point.buffer().capacity()).isEqualTo(bytes.capacity());
            assertThat(point.x()).isEqualTo(bytes.getInt(SbeHeader.LENGTH, ByteOrder.LITTLE_ENDIAN));
            assertThat(point.y()).isEqualTo(bytes.getInt(SbeHeader.LENGTH + 4, ByteOrder.LITTLE_ENDIAN));
        } catch (final IndexOutOfBoundsException e) {
            // A message of an older version that is shorter than it should be: reading its fields fails.
            assertThat(bytes.capacity()).as("seed %d round %d", seed, round).isLessThan(16);
        } catch (final MillraceException e) {
            assertThat(e.code()).as("seed %d round %d", seed, round).isEqualTo(ErrorCode.MALFORMED_RECORD);
        }
    }

    private void assertRefused(final int length, final String reason) {
        assertThatThrownBy(() -> codec.decode(buffer, OFFSET, length))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining(reason);
    }

    private void message(final int blockLength, final int templateId, final int schemaId, final int version) {
        SbeHeader.write(buffer, OFFSET, blockLength, templateId, schemaId, version);
        buffer.putInt(OFFSET + 8, 11, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(OFFSET + 12, 12, ByteOrder.LITTLE_ENDIAN);
    }
}
