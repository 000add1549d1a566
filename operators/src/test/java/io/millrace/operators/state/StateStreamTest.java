package io.millrace.operators.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class StateStreamTest {
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(16);
    private final StateWriter writer = new StateWriter(buffer, 3);

    @Test
    void shouldReadWhatWasWritten() {
        writer.writeInt(-7);
        writer.writeLong(Long.MIN_VALUE);
        writer.writeString("Zürich");
        writer.writeBoolean(true);
        writer.writeBytes(new UnsafeBuffer(new byte[] {1, 2, 3, 4}), 1, 2);
        writer.writeBytes(null, 0, 0);

        final StateReader reader = reader();

        assertThat(reader.readInt()).isEqualTo(-7);
        assertThat(reader.readLong()).isEqualTo(Long.MIN_VALUE);
        assertThat(reader.readString()).isEqualTo("Zürich");
        assertThat(reader.readBoolean()).isTrue();
        final int offset = reader.readBytes();
        assertThat(reader.bytesLength()).isEqualTo(2);
        assertThat(reader.buffer().getByte(offset)).isEqualTo((byte) 2);
        reader.readBytes();
        assertThat(reader.bytesLength()).isZero();
        assertThat(reader.remaining()).isZero();
    }

    @Test
    void shouldMakeRoomForBytesThatTheCallerWrites() {
        final int offset = writer.claimBytes(1_000);
        writer.buffer().putByte(offset + 999, (byte) 5);
        writer.writeInt(6);

        final StateReader reader = reader();

        assertThat(reader.buffer().getByte(reader.readBytes() + 999)).isEqualTo((byte) 5);
        assertThat(reader.readInt()).isEqualTo(6);
    }

    @Test
    void shouldRefuseToReadBeyondTheEnd() {
        writer.writeInt(100);
        writer.writeInt(-1);

        assertCorrupt(() -> reader().readBytes(), "a length is 100, 0 to 4 is allowed");
        final StateReader reader = reader();
        reader.readInt();
        assertCorrupt(reader::readLong, "it ends too early; before byte 4 of 8");
        assertCorrupt(() -> reader.readCount(9, "the number of things"), "the number of things is -1, 0 to 9");
        assertCorrupt(reader::readBoolean, "it ends too early");
    }

    @Test
    void shouldRefuseABooleanThatIsNeither() {
        writer.writeInt(2);

        assertCorrupt(() -> reader().readBoolean(), "neither true nor false");
    }

    private StateReader reader() {
        return new StateReader(buffer, 3, writer.length());
    }

    private static void assertCorrupt(final Runnable read, final String message) {
        assertThatThrownBy(read::run)
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT))
                .hasMessageContaining(message);
    }
}
