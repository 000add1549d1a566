package io.millrace.log.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.codec.SegmentIndexDecoder;
import io.millrace.log.codec.TimeSlotDecoder;
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
}
