package io.millrace.log.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.RecordChecksum;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class SegmentSearchTest {
    private static final long BASE = 65_536;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[4096]);
    private final SegmentSearch search = new SegmentSearch();
    private final RecordChecksum checksum = new RecordChecksum();

    @Test
    void shouldProveRecordsUpToTheFirstThatIsNotWhole() {
        final int second = put(0, 100, false);
        final int third = put(second, 60, false);
        put(third, 80, false);
        buffer.putByte(third + 50, (byte) 1);

        assertThat(search.provenEnd(buffer, 0, BASE)).isEqualTo(third);
    }

    @Test
    void shouldNotProveARecordWhoseChecksumIsNotFilled() {
        final int second = put(0, 100, false);
        put(second, 60, false);
        buffer.putInt(second + RecordDescriptor.CRC_OFFSET, 0);

        assertThat(search.provenEnd(buffer, 0, BASE)).isEqualTo(second);
    }

    @Test
    void shouldNotProveARecordOfAnotherPlace() {
        put(0, 100, false);

        assertThat(search.provenEnd(buffer, 0, BASE + 65_536)).isZero();
    }

    @Test
    void shouldProveABatchAsAWholeOrNotAtAll() {
        final int second = put(0, 60, false);
        final int third = put(second, 60, true);
        final int fourth = put(third, 60, true);
        assertThat(search.provenEnd(buffer, 0, BASE)).isEqualTo(second);

        final int end = put(fourth, 60, false);
        assertThat(search.provenEnd(buffer, 0, BASE)).isEqualTo(end);
    }

    @Test
    void shouldGoOverPadding() {
        final int second = put(0, 60, false);
        buffer.putInt(second, 48);
        buffer.putByte(second + RecordDescriptor.KIND_OFFSET, RecordKind.PADDING);
        final int end = put(second + 48, 60, false);

        assertThat(search.provenEnd(buffer, 0, BASE)).isEqualTo(end);
    }

    @Test
    void shouldFindTheNextWholeRecordBehindRubbish() {
        buffer.setMemory(0, 96, (byte) 0x5A);
        put(96, 60, false);

        assertThat(search.nextIntact(buffer, 8, BASE)).isEqualTo(96);
        assertThat(search.nextIntact(buffer, 104, BASE)).isEqualTo(buffer.capacity());
    }

    /** Writes a record; returns where the next one starts. */
    private int put(final int offset, final int length, final boolean hasMore) {
        RecordDescriptor.putHeader(buffer, offset, RecordKind.DATA, 0, 0, 1, 2, 0);
        buffer.putByte(offset + RecordDescriptor.FLAGS_OFFSET, hasMore ? RecordDescriptor.MORE_FLAG : 0);
        buffer.setMemory(offset + RecordDescriptor.HEADER_LENGTH, length - RecordDescriptor.HEADER_LENGTH, (byte) 9);
        buffer.putInt(offset, length);
        buffer.putInt(offset + RecordDescriptor.CRC_OFFSET, 0);
        checksum.fill(buffer, offset, length, BASE + offset);
        return offset + RecordDescriptor.align(length);
    }
}
