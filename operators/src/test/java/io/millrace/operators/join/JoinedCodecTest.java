package io.millrace.operators.join;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.codec.LongCodec;
import io.millrace.operators.codec.StringCodec;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoinedCodecTest {
    private static final int OFFSET = 8;

    @Test
    void shouldWriteBothValuesAndTheirTimes() {
        assertEquals("left 3|7 -4", throughBytes("left", 3, 7L, -4));
        assertEquals(" 3|null 0", throughBytes("", 3, null, Long.MIN_VALUE));
        assertEquals("null 0|7 -4", throughBytes(null, 5, 7L, -4));
    }

    @Test
    void shouldWriteAJoinOfAJoin() {
        final Codec<Joined<Joined<String, Long>, String>> codec =
                new JoinedCodec<>(new JoinedCodec<>(new StringCodec(), new LongCodec()), new StringCodec()).forTask();
        final Joined<String, Long> inner = new Joined<>();
        inner.wrap("a", 1, null, 0);
        final Joined<Joined<String, Long>, String> outer = new Joined<>();
        outer.wrap(inner, 2, "b", 3);

        assertEquals("a|null|b", codec.copy(outer).toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 20, 21, 30})
    void shouldRefuseBytesThatAreNoResult(final int length) {
        for (final byte fill : new byte[] {0, 0x7F}) {
            final UnsafeBuffer bytes = new UnsafeBuffer(new byte[length]);
            bytes.setMemory(0, length, fill);
            final Codec<Joined<String, String>> codec =
                    new JoinedCodec<>(new StringCodec(), new StringCodec()).forTask();

            final MillraceException e = assertThrows(MillraceException.class, () -> codec.decode(bytes, 0, length));

            assertEquals(ErrorCode.MALFORMED_RECORD, e.code());
        }
    }

    private static String throughBytes(
            final String left, final long leftTimeNs, final Long right, final long rightTimeNs) {
        final Codec<Joined<String, Long>> codec = new JoinedCodec<>(new StringCodec(), new LongCodec()).forTask();
        final Joined<String, Long> joined = new Joined<>();
        joined.wrap(left, leftTimeNs, right, rightTimeNs);
        final int length = codec.encodedLength(joined);
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[OFFSET + length]);
        codec.encode(joined, bytes, OFFSET);
        final String read = text(codec.decode(bytes, OFFSET, length));
        assertEquals(read, text(codec.decodeFresh(new UnsafeBuffer(bytes, OFFSET, length))));
        return read;
    }

    private static String text(final Joined<String, Long> joined) {
        return joined.left() + " " + joined.leftTimeNs() + "|" + joined.right() + " " + joined.rightTimeNs();
    }
}
