package io.millrace.transport;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.Durability;
import io.millrace.log.JdkAccess;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import io.millrace.transport.codec.DeliverEncoder;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.egress.EgressAdapter;
import io.millrace.transport.protocol.Checksum;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Deliveries whose own checksum is right, but whose frames are not. */
class DeliveryEventsTest {
    static {
        JdkAccess.open();
    }

    private static final int VALUE_LENGTH = 24;
    private static final int LENGTH = RecordDescriptor.HEADER_LENGTH + VALUE_LENGTH;
    private static final long POSITION = 4096;

    private final DeliveryEvents events = new DeliveryEvents("trades");
    private final EgressAdapter adapter = new EgressAdapter(events);
    private final List<Integer> keyLengths = new ArrayList<>();

    DeliveryEventsTest() {
        events.onSubscriptionOpened(1, 1, Durability.PROCESS, new long[] {POSITION});
        events.begin((partition, record) -> keyLengths.add(record.keyLength()));
    }

    @Test
    void shouldHandOutAFrameThatCameWholeAndOneThatCameInPieces() {
        deliver(POSITION, ProtocolDescriptor.FLAGS_WHOLE, frame(LENGTH, VALUE_LENGTH), 0, LENGTH);
        deliver(POSITION + LENGTH, ProtocolDescriptor.FLAG_FIRST, frame(LENGTH, 3), 0, 10);
        deliver(POSITION + LENGTH, ProtocolDescriptor.FLAG_LAST, frame(LENGTH, 3), 10, LENGTH - 10);

        assertThat(events.failure()).isNull();
        assertThat(keyLengths).containsExactly(VALUE_LENGTH, 3);
    }

    @Test
    void shouldHandOutTheLastPieceAgainAfterItsHandlerHasThrown() {
        deliver(POSITION, ProtocolDescriptor.FLAG_FIRST, frame(LENGTH, 3), 0, 10);
        events.begin((partition, record) -> {
            throw new IllegalStateException("not now");
        });
        assertThat(send(POSITION, ProtocolDescriptor.FLAG_LAST, frame(LENGTH, 3), 10, LENGTH - 10))
                .isFalse();
        assertThatThrownBy(events::end).hasMessage("not now");

        events.begin((partition, record) -> keyLengths.add(record.keyLength()));
        deliver(POSITION, ProtocolDescriptor.FLAG_LAST, frame(LENGTH, 3), 10, LENGTH - 10);

        assertThat(events.failure()).isNull();
        assertThat(keyLengths).containsExactly(3);
    }

    @Test
    void shouldRefuseAKeyThatIsLongerThanItsRecord() {
        deliver(POSITION, ProtocolDescriptor.FLAGS_WHOLE, frame(LENGTH, VALUE_LENGTH + 1), 0, LENGTH);

        assertCorrupt("delivered key is longer than its record: topic=trades partition=0 position=4096 keyLength=25"
                + " length=64");
    }

    @Test
    void shouldRefusePiecesThatDoNotMakeTheLengthOfTheirFrame() {
        deliver(POSITION, ProtocolDescriptor.FLAG_FIRST, frame(LENGTH + 8, 0), 0, 48);
        deliver(POSITION, ProtocolDescriptor.FLAG_LAST, frame(LENGTH + 8, 0), 48, LENGTH - 48);

        assertDamaged("delivered frame is broken: topic=trades partition=0 position=4096 length=72 remaining=64");
    }

    @Test
    void shouldRefusePiecesThatAreShorterThanAHeader() {
        deliver(POSITION, ProtocolDescriptor.FLAG_FIRST, frame(16, 0), 0, 8);
        deliver(POSITION, ProtocolDescriptor.FLAG_LAST, frame(16, 0), 8, 8);

        assertDamaged("delivered frame is broken: topic=trades partition=0 position=4096 length=0 remaining=16");
    }

    @Test
    void shouldTakeAGapForDamageOnTheWay() {
        deliver(POSITION + 120, ProtocolDescriptor.FLAGS_WHOLE, frame(LENGTH, 0), 0, LENGTH);

        assertDamaged("gap in delivery: topic=trades partition=0 expected=4096 actual=4216");
    }

    private void assertCorrupt(final String message) {
        assertFailed(message, ErrorCode.CORRUPT);
    }

    /** Another session mends it: it begins where this one stands. */
    private void assertDamaged(final String message) {
        assertFailed(message, ErrorCode.TRANSPORT);
    }

    private void assertFailed(final String message, final ErrorCode code) {
        assertThat(events.failure()).hasMessage(message);
        assertThat(events.failure().code()).isEqualTo(code);
        assertThat(keyLengths).isEmpty();
    }

    private static UnsafeBuffer frame(final int lengthWord, final int keyLength) {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[LENGTH]);
        frame.putInt(RecordDescriptor.LENGTH_OFFSET, lengthWord, LITTLE_ENDIAN);
        frame.putByte(RecordDescriptor.KIND_OFFSET, RecordKind.DATA);
        frame.putShort(RecordDescriptor.KEY_LENGTH_OFFSET, (short) keyLength, LITTLE_ENDIAN);
        return frame;
    }

    private void deliver(
            final long position, final int flags, final UnsafeBuffer frame, final int offset, final int length) {
        assertThat(send(position, flags, frame, offset, length)).isTrue();
    }

    private boolean send(
            final long position, final int flags, final UnsafeBuffer frame, final int offset, final int length) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[256]);
        final DeliverEncoder deliver = new DeliverEncoder();
        deliver.wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
                .subscription(1)
                .fromPosition(position)
                .position(position)
                .partition(0)
                .flags(flags)
                .putFrames(frame, offset, length);
        final int end = ProtocolDescriptor.HEADER_LENGTH + deliver.encodedLength();
        final int index = ProtocolDescriptor.EVENT_CHECKED_INDEX;
        deliver.checksum(new Checksum().compute(buffer, 0, index, end - index) & 0xFFFF_FFFFL);
        return adapter.onMessage(buffer, 0, end);
    }
}
