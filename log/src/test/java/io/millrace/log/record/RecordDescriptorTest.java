package io.millrace.log.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.codec.RecordHeaderDecoder;
import io.millrace.log.codec.RecordHeaderEncoder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RecordDescriptorTest {
    @Test
    void shouldHaveTheLayoutOfTheSchema() {
        assertThat(RecordDescriptor.HEADER_LENGTH).isEqualTo(RecordHeaderDecoder.ENCODED_LENGTH);
        assertThat(RecordDescriptor.LENGTH_OFFSET).isEqualTo(RecordHeaderDecoder.lengthEncodingOffset());
        assertThat(RecordDescriptor.CRC_OFFSET).isEqualTo(RecordHeaderDecoder.crc32cEncodingOffset());
        assertThat(RecordDescriptor.KIND_OFFSET).isEqualTo(RecordHeaderDecoder.kindEncodingOffset());
        assertThat(RecordDescriptor.FLAGS_OFFSET).isEqualTo(RecordHeaderDecoder.flagsEncodingOffset());
        assertThat(RecordDescriptor.KEY_LENGTH_OFFSET).isEqualTo(RecordHeaderDecoder.keyLengthEncodingOffset());
        assertThat(RecordDescriptor.PRODUCER_ID_OFFSET).isEqualTo(RecordHeaderDecoder.producerIdEncodingOffset());
        assertThat(RecordDescriptor.EVENT_TIME_OFFSET).isEqualTo(RecordHeaderDecoder.eventTimeNsEncodingOffset());
        assertThat(RecordDescriptor.LOG_TIME_OFFSET).isEqualTo(RecordHeaderDecoder.logTimeNsEncodingOffset());
        assertThat(RecordDescriptor.SEQUENCE_OFFSET).isEqualTo(RecordHeaderDecoder.sequenceEncodingOffset());
    }

    @Test
    void shouldWriteWhatTheGeneratedCodecReads() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);

        RecordDescriptor.putHeader(buffer, 8, RecordKind.WATERMARK, 0xFEDC, -5, 11, 12, 13);

        final RecordHeaderDecoder decoder = new RecordHeaderDecoder().wrap(buffer, 8);
        assertThat(decoder.kind()).isEqualTo(RecordKind.WATERMARK);
        assertThat(decoder.flags()).isZero();
        assertThat(decoder.keyLength()).isEqualTo(0xFEDC);
        assertThat(decoder.producerId()).isEqualTo(-5);
        assertThat(decoder.eventTimeNs()).isEqualTo(11);
        assertThat(decoder.logTimeNs()).isEqualTo(12);
        assertThat(decoder.sequence()).isEqualTo(13);
    }

    @Test
    void shouldReadWhatTheGeneratedCodecWrites() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);
        new RecordHeaderEncoder()
                .wrap(buffer, 8)
                .length(47)
                .crc32c(0xCAFEBABE)
                .kind(RecordKind.DATA)
                .flags((byte) 3)
                .keyLength(2)
                .producerId(9)
                .eventTimeNs(-1)
                .logTimeNs(Long.MAX_VALUE)
                .sequence(77);

        final RecordFlyweight record = new RecordFlyweight().wrap(buffer, 8, 47, 4096);

        assertThat(record.position()).isEqualTo(4096);
        assertThat(record.nextPosition()).isEqualTo(4096 + 48);
        assertThat(record.length()).isEqualTo(47);
        assertThat(record.crc()).isEqualTo(0xCAFEBABE);
        assertThat(record.kind()).isEqualTo(RecordKind.DATA);
        assertThat(record.flags()).isEqualTo((byte) 3);
        assertThat(record.producerId()).isEqualTo(9);
        assertThat(record.eventTimeNs()).isEqualTo(-1);
        assertThat(record.logTimeNs()).isEqualTo(Long.MAX_VALUE);
        assertThat(record.sequence()).isEqualTo(77);
        assertThat(record.keyOffset()).isEqualTo(48);
        assertThat(record.keyLength()).isEqualTo(2);
        assertThat(record.valueOffset()).isEqualTo(50);
        assertThat(record.valueLength()).isEqualTo(5);
    }

    @Test
    void shouldRefuseToReadFromAFlyweightThatIsOnNoRecord() {
        final RecordFlyweight record = new RecordFlyweight();

        assertThatThrownBy(record::eventTimeNs).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> record.wrap(new UnsafeBuffer(new byte[64]), 25, 47, 4096))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void shouldAlignLengthsToEightBytes() {
        assertThat(RecordDescriptor.align(40)).isEqualTo(40);
        assertThat(RecordDescriptor.align(41)).isEqualTo(48);
        assertThat(RecordDescriptor.maxRecordLength(64 * 1024)).isEqualTo(16 * 1024);
        assertThat(RecordDescriptor.maxRecordLength(1 << 30)).isEqualTo(RecordDescriptor.MAX_RECORD_LENGTH);
    }

    @Test
    void shouldNameEveryOutcome() {
        assertThat(Outcome.name(Outcome.BACK_PRESSURED)).isEqualTo("BACK_PRESSURED");
        assertThat(Outcome.name(Outcome.CLOSED)).isEqualTo("CLOSED");
        assertThat(Outcome.name(Outcome.RECORD_TOO_LONG)).isEqualTo("RECORD_TOO_LONG");
        assertThat(Outcome.name(Outcome.DUPLICATE)).isEqualTo("DUPLICATE");
        assertThat(Outcome.name(Outcome.NOT_CONNECTED)).isEqualTo("NOT_CONNECTED");
        assertThat(Outcome.name(Outcome.STORAGE_FULL)).isEqualTo("STORAGE_FULL");
        assertThat(Outcome.name(4096)).isEqualTo("4096");
    }
}
