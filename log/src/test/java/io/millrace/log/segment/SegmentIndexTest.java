package io.millrace.log.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.codec.SegmentIndexDecoder;
import io.millrace.log.codec.TimeSlotDecoder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class SegmentIndexTest {
    @Test
    void shouldHaveTheLayoutOfTheSchema() {
        assertThat(SegmentIndexDecoder.crcEncodingOffset()).isZero();
        assertThat(SegmentIndex.START + SegmentIndexDecoder.versionEncodingOffset())
                .isEqualTo(SegmentIndex.VERSION_OFFSET);
        assertThat(SegmentIndex.START + SegmentIndexDecoder.clockEncodingOffset())
                .isEqualTo(SegmentIndex.CLOCK_OFFSET);
        assertThat(SegmentIndex.START + SegmentIndexDecoder.recordCountEncodingOffset())
                .isEqualTo(SegmentIndex.RECORD_COUNT_OFFSET);
        assertThat(SegmentIndex.START + SegmentIndexDecoder.BLOCK_LENGTH).isEqualTo(SegmentIndex.SLOTS_OFFSET);
        assertThat(TimeSlotDecoder.clockEncodingOffset()).isZero();
        assertThat(TimeSlotDecoder.recordOffsetEncodingOffset()).isEqualTo(Long.BYTES);
        assertThat(TimeSlotDecoder.ENCODED_LENGTH).isEqualTo(SegmentIndex.SLOT_LENGTH);
        assertThat(SegmentIndex.END).isEqualTo(3168);
    }

    @Test
    void shouldFindTheLastRecordThatDoesNotStartBehindAPlace() {
        final int segmentLength = 64 * 1024;
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[segmentLength]);
        final SegmentIndex index = new SegmentIndex(segmentLength);
        index.reset(SegmentIndex.NO_CLOCK);
        // A slot is 256 bytes long: the second record fills several, and the third lies in the midst of one.
        for (final int offset : new int[] {4096, 4160, 6000, 6064}) {
            index.add(buffer, offset);
        }

        assertThat(index.startBefore(4095)).isEqualTo(4096);
        assertThat(index.startBefore(4096)).isEqualTo(4096);
        assertThat(index.startBefore(5000)).isEqualTo(4096);
        assertThat(index.startBefore(5999)).isEqualTo(4096);
        assertThat(index.startBefore(6000)).isEqualTo(6000);
        assertThat(index.startBefore(6100)).isEqualTo(6000);
        assertThat(index.startBefore(segmentLength)).isEqualTo(6000);
    }
}
