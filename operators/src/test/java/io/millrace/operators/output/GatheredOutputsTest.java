package io.millrace.operators.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.RecordBatch;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.OperatorException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;

/** What is gathered and for how long; {@link OutputAppenderTest} shows what becomes of it in the log. */
final class GatheredOutputsTest {
    private static final int MAX_RECORD_LENGTH = 16 * 1024;
    private static final long TICK_NS = 1_000_000_000;

    private final GatheredOutputs outputs = new GatheredOutputs(2, MAX_RECORD_LENGTH, false);

    @Test
    void shouldGatherForAPartitionOnceItIsBegun() {
        assertThat(outputs.isAllowed()).isTrue();
        assertThat(outputs.batch(1)).isNull();

        outputs.begin(1);

        assertThat(outputs.batch(1).count()).isZero();
        assertThat(outputs.batch(0)).isNull();
    }

    @Test
    void shouldNotGatherForReplicas() {
        assertThat(new GatheredOutputs(1, MAX_RECORD_LENGTH, true).isAllowed()).isFalse();
    }

    @Test
    void shouldNotGatherForManyPartitions() {
        final int most = GatheredOutputs.MAX_PARTITIONS;

        assertThat(new GatheredOutputs(most, MAX_RECORD_LENGTH, false).isAllowed())
                .isTrue();
        assertThat(new GatheredOutputs(most + 1, MAX_RECORD_LENGTH, false).isAllowed())
                .isFalse();
    }

    @Test
    void shouldTakeShortValuesOnly() {
        final RecordBatch batch = batch();

        assertThat(outputs.takes(0, 8, OutputAppender.MAX_ASIDE_LENGTH, TICK_NS))
                .isTrue();
        assertThat(outputs.takes(0, 8, OutputAppender.MAX_ASIDE_LENGTH + 1, TICK_NS))
                .isFalse();
    }

    @Test
    void shouldTakeRecordsUpToTheLengthOfABatch() {
        final RecordBatch batch = batch();
        final int length = 128 - RecordDescriptor.HEADER_LENGTH;
        int count = 0;
        while (outputs.takes(0, 0, length, TICK_NS)) {
            add(batch, length);
            count++;
        }

        assertThat(count).isEqualTo(GatheredOutputs.BATCH_LENGTH / 128);
        batch.clear();
        assertThat(outputs.takes(0, 0, length, TICK_NS)).isTrue();
    }

    @Test
    void shouldNeverTakeAKeyThatIsLongerThanABatch() {
        outputs.begin(0);

        assertThat(outputs.takes(0, GatheredOutputs.BATCH_LENGTH, 0, TICK_NS)).isFalse();
    }

    @Test
    void shouldGatherNoMoreThanARecordOfTheTopicTakes() {
        final int maxRecordLength = 256;
        final GatheredOutputs small = new GatheredOutputs(1, maxRecordLength, false);
        small.begin(0);
        final int longest = maxRecordLength - RecordDescriptor.HEADER_LENGTH;

        assertThat(small.takes(0, 0, longest, TICK_NS)).isTrue();
        assertThat(small.takes(0, 1, longest, TICK_NS)).isFalse();
    }

    @Test
    void shouldTakeNoMoreWhenTheFirstIsTooOld() {
        final RecordBatch batch = batch();
        final long lastNs = TICK_NS + GatheredOutputs.MAX_AGE_NS;
        assertThat(outputs.takes(0, 0, 8, TICK_NS)).isTrue();
        add(batch, 8);

        assertThat(outputs.takes(0, 0, 8, lastNs)).isTrue();
        assertThat(outputs.takes(0, 0, 8, lastNs + 1)).isFalse();

        batch.clear();
        assertThat(outputs.takes(0, 0, 8, lastNs + 1))
                .as("as the first of the next")
                .isTrue();
    }

    @Test
    void shouldKeepTheAgeOfEachPartitionWhateverIsGatheredForOthers() {
        final RecordBatch batch = batch();
        outputs.begin(1);
        final long lastNs = TICK_NS + GatheredOutputs.MAX_AGE_NS;
        assertThat(outputs.takes(0, 0, 8, TICK_NS)).isTrue();
        add(batch, 8);

        assertThat(outputs.takes(1, 0, 8, lastNs)).isTrue();

        assertThat(outputs.takes(0, 0, 8, lastNs + 1)).isFalse();
    }

    @Test
    void shouldTakeAValueThatCannotBeEncodedForNoRecord() {
        final RecordBatch batch = batch();
        add(batch, 8);

        assertThatThrownBy(() -> outputs.add("other", batch, 0, null, 0, 0, new Lengths(true), 8, 8))
                .isInstanceOf(OperatorException.class);

        assertThat(batch.count()).isEqualTo(1);
        assertThat(outputs.step()).isEqualTo("step");
    }

    private RecordBatch batch() {
        outputs.begin(0);
        return outputs.batch(0);
    }

    private void add(final RecordBatch batch, final int length) {
        outputs.add("step", batch, 0, null, 0, 0, new Lengths(false), length, length);
    }

    /** Values are lengths, encoded as zeros. */
    private record Lengths(boolean isFailing) implements Codec<Integer> {
        @Override
        public Codec<Integer> forTask() {
            return this;
        }

        @Override
        public Integer decode(final DirectBuffer buffer, final int offset, final int length) {
            return length;
        }

        @Override
        public int encodedLength(final Integer value) {
            return value;
        }

        @Override
        public void encode(final Integer value, final MutableDirectBuffer buffer, final int offset) {
            if (isFailing) {
                throw new IllegalStateException("cannot be encoded");
            }
        }

        @Override
        public String describe() {
            return "zeros";
        }
    }
}
