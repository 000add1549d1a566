package io.millrace.operators.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.codec.CutManifestDecoder;
import io.millrace.log.codec.CutManifestEncoder;
import io.millrace.log.codec.MessageHeaderDecoder;
import io.millrace.operators.codec.Codec;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class EncodingCodecTest {
    private static final int OFFSET = 24;
    private static final byte GUARD = 0x5A;
    private static final int HEADER_LENGTH = MessageHeaderDecoder.ENCODED_LENGTH;
    private static final int CUT_LENGTH = HEADER_LENGTH + CutManifestEncoder.BLOCK_LENGTH;

    private final byte[] bytes = new byte[256];
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private int calls;

    @Test
    void shouldWriteAMessageOfFixedLengthWhereItGoes() {
        Arrays.fill(bytes, GUARD);
        final Codec<Long> codec = cuts((value, cut) -> {
            calls++;
            assertThat(cut.buffer().addressOffset() + cut.offset())
                    .isEqualTo(buffer.addressOffset() + OFFSET + HEADER_LENGTH);
            cut.generation(value).entryCount(7);
        });

        assertThat(codec.encodedLength(5L)).isEqualTo(CUT_LENGTH).isEqualTo(codec.fixedLength());
        assertThat(calls).isZero();
        codec.encode(5L, buffer, OFFSET);

        assertThat(calls).isOne();
        final CutManifestDecoder read =
                new CutManifestDecoder().wrapAndApplyHeader(buffer, OFFSET, new MessageHeaderDecoder());
        assertThat(read.generation()).isEqualTo(5);
        assertThat(read.entryCount()).isEqualTo(7);
        assertThat(read.magic()).as("a field that was not set").isZero();
        assertGuarded(OFFSET, OFFSET + CUT_LENGTH);
    }

    @Test
    void shouldLetABufferGrowForIt() {
        final ExpandableArrayBuffer growing = new ExpandableArrayBuffer(CUT_LENGTH);

        cuts((value, cut) -> cut.generation(value)).encode(5L, growing, CUT_LENGTH);

        assertThat(new CutManifestDecoder()
                        .wrapAndApplyHeader(growing, CUT_LENGTH, new MessageHeaderDecoder())
                        .generation())
                .isEqualTo(5);
    }

    @Test
    void shouldNotLetAnEncoderThatWasKeptWriteIntoTheLog() {
        final CutManifestEncoder[] kept = new CutManifestEncoder[1];
        final Codec<Long> codec = cuts((value, cut) -> kept[0] = cut.generation(value));
        codec.encode(5L, buffer, OFFSET);
        final byte[] committed = bytes.clone();

        assertThatThrownBy(() -> kept[0].generation(6)).isInstanceOf(IndexOutOfBoundsException.class);

        assertThat(bytes).isEqualTo(committed);
    }

    @Test
    void shouldNotLetTheFunctionWriteBeyondItsMessage() {
        Arrays.fill(bytes, GUARD);
        final Codec<Long> codec = cuts((value, cut) -> cut.buffer().putLong(cut.limit(), value));

        assertThatThrownBy(() -> codec.encode(5L, buffer, OFFSET)).isInstanceOf(IndexOutOfBoundsException.class);

        assertGuarded(OFFSET, OFFSET + CUT_LENGTH);
    }

    @Test
    void shouldPassOnWhatTheFunctionThrowsAndGoOnWithTheNextValue() {
        final RuntimeException failure = new IllegalArgumentException("no");
        final Codec<Long> codec = cuts((value, cut) -> {
            if (value < 0) {
                throw failure;
            }
            cut.generation(value);
        });

        assertThatThrownBy(() -> codec.encode(-1L, buffer, OFFSET)).isSameAs(failure);
        codec.encode(5L, buffer, OFFSET);

        assertThat(buffer.getShort(OFFSET, ByteOrder.LITTLE_ENDIAN)).isEqualTo((short) CutManifestEncoder.BLOCK_LENGTH);
    }

    @Test
    void shouldWriteAMessageOfVariableLengthOnceAndNotShowWhatAnEarlierOneLeft() {
        Arrays.fill(bytes, GUARD);
        final Codec<String> codec = new EncodingCodec<String, NoteEncoder>(NoteEncoder::new, (value, note) -> {
                    calls++;
                    if (value.length() > 2) {
                        note.number(value.length());
                    }
                    note.text(value);
                })
                .forTask();
        assertThat(codec.fixedLength()).isEqualTo(Codec.VARIABLE_LENGTH);
        codec.encodedLength("a longer text");

        final int length = codec.encodedLength("ab");
        codec.encode("ab", buffer, OFFSET);

        assertThat(calls).isEqualTo(2);
        assertThat(length).isEqualTo(HEADER_LENGTH + NoteEncoder.BLOCK_LENGTH + NoteEncoder.textHeaderLength() + 2);
        assertThat(buffer.getInt(OFFSET + HEADER_LENGTH)).isZero();
        assertThat(buffer.getStringWithoutLengthAscii(OFFSET + length - 2, 2)).isEqualTo("ab");
        assertGuarded(OFFSET, OFFSET + length);
    }

    private static Codec<Long> cuts(final BiConsumer<Long, CutManifestEncoder> function) {
        return new EncodingCodec<Long, CutManifestEncoder>(CutManifestEncoder::new, function).forTask();
    }

    private void assertGuarded(final int from, final int to) {
        for (int i = 0; i < bytes.length; i++) {
            assertThat(i >= from && i < to || bytes[i] == GUARD)
                    .as("byte %d is untouched", i)
                    .isTrue();
        }
    }
}
