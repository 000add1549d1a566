package io.millrace.operators.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class DeadLetterCodecTest {
    private static final int OFFSET = 3;

    private final DeadLetterCodec codec = new DeadLetterCodec();

    @Test
    void shouldGiveBackWhatItWrote() {
        final DeadLetter letter = letter("v\u00e4lue".getBytes(StandardCharsets.UTF_8));

        final DeadLetter read = codec.decode(written(letter), OFFSET, codec.encodedLength(letter));

        assertThat(read).usingRecursiveComparison().isEqualTo(letter);
        assertThat(read.hasRecord()).isTrue();
    }

    @Test
    void shouldTellARecordWithAnEmptyValueFromNoRecord() {
        final DeadLetter empty = letter(new byte[0]);
        final DeadLetter none = letter(null);

        assertThat(codec.decode(written(empty), OFFSET, codec.encodedLength(empty))
                        .hasRecord())
                .isTrue();
        assertThat(codec.decode(written(none), OFFSET, codec.encodedLength(none))
                        .hasRecord())
                .isFalse();
    }

    @Test
    void shouldRefuseBytesThatEndTooEarlyOrGoOn() {
        final DeadLetter letter = letter("value".getBytes(StandardCharsets.UTF_8));
        final UnsafeBuffer bytes = written(letter);
        final int length = codec.encodedLength(letter);

        for (int shorter = 0; shorter < length; shorter++) {
            final int tried = shorter;
            assertMalformed(bytes, tried);
        }
        assertMalformed(bytes, length + 1);
    }

    @Test
    void shouldRefuseBytesOfAnotherVersion() {
        final DeadLetter letter = letter(null);
        final UnsafeBuffer bytes = written(letter);
        bytes.putByte(OFFSET, (byte) 2);

        assertMalformed(bytes, codec.encodedLength(letter));
    }

    private void assertMalformed(final UnsafeBuffer bytes, final int length) {
        assertThatThrownBy(() -> codec.decode(bytes, OFFSET, length))
                .as("%d bytes", length)
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_RECORD));
    }

    private UnsafeBuffer written(final DeadLetter letter) {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[OFFSET + codec.encodedLength(letter) + 1]);
        codec.encode(letter, bytes, OFFSET);
        return bytes;
    }

    private static DeadLetter letter(final byte[] value) {
        return new DeadLetter("job", "topic", 3, 4096, -7, "map-1", "a reason", new byte[] {1, 2}, value);
    }
}
