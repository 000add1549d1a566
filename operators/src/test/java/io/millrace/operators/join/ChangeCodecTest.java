package io.millrace.operators.join;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.codec.StringCodec;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeCodecTest {
    private static final int OFFSET = 8;

    @Test
    void shouldWriteBothValues() {
        assertEquals("old -> new", throughBytes(true, "old", "new"));
        assertEquals("null -> ", throughBytes(true, null, ""));
        assertEquals("old -> null", throughBytes(true, "old", null));
    }

    @Test
    void shouldLeaveOutTheValueBeforeWhereNobodyNeedsIt() {
        assertEquals("null -> new", throughBytes(false, "old", "new"));
        assertEquals("null -> null", throughBytes(false, "old", null));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 5, 6})
    void shouldRefuseBytesThatAreNoChange(final int length) {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[length]);
        bytes.setMemory(0, length, (byte) 0x7F);
        final Codec<Change<String>> codec = new ChangeCodec<>(new StringCodec(), true).forTask();

        final MillraceException e = assertThrows(MillraceException.class, () -> codec.decode(bytes, 0, length));

        assertEquals(ErrorCode.MALFORMED_RECORD, e.code());
    }

    private static String throughBytes(final boolean withBefore, final String before, final String after) {
        final Codec<Change<String>> codec = new ChangeCodec<>(new StringCodec(), withBefore).forTask();
        final Change<String> change = new Change<String>().wrap(before, after);
        final int length = codec.encodedLength(change);
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[OFFSET + length]);
        codec.encode(change, bytes, OFFSET);
        final String read = codec.decode(bytes, OFFSET, length).toString();
        assertEquals(
                read, codec.decodeFresh(new UnsafeBuffer(bytes, OFFSET, length)).toString());
        return read;
    }
}
