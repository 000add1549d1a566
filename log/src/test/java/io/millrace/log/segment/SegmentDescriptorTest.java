package io.millrace.log.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.codec.SegmentHeaderDecoder;
import org.junit.jupiter.api.Test;

class SegmentDescriptorTest {
    @Test
    void shouldHaveTheBootIdWhereTheSchemaSays() {
        assertThat(SegmentHeaderDecoder.bootIdEncodingOffset()).isEqualTo(SegmentDescriptor.BOOT_ID_OFFSET);
        assertThat(SegmentHeaderDecoder.bootIdEncodingLength()).isEqualTo(16);
        assertThat(SegmentHeaderDecoder.BLOCK_LENGTH).isLessThanOrEqualTo(SegmentIndex.START);
    }
}
