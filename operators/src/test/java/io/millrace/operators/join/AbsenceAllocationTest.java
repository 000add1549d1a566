package io.millrace.operators.join;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateMemory;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.util.function.BiPredicate;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class AbsenceAllocationTest {
    private static final int KEYS = 1_000;
    private static final int RECORDS = 300_000;
    private static final int MEASURED_ROUNDS = 5;
    private static final int WARM_UP_ROUNDS = 4;
    private static final long SPAN = 20_000;
    private static final long LAG = 3_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final StateMemory memory = new StateMemory(new MemoryBudget("test", Long.MAX_VALUE));
    private final RecordContext context = new RecordContext();
    private final UnsafeBuffer record = new UnsafeBuffer(new byte[16]);
    private final Sided sided = new Sided();
    private long time;
    private long results;

    @Test
    void shouldAllocateNothingToFindWhatIsAbsentWithinAnInterval() {
        shouldAllocateNothing(sides(absence(null)));
    }

    @Test
    void shouldAllocateNothingToAskACondition() {
        shouldAllocateNothing(
                sides(absence((left, right) -> left.getLong(0) / KEYS % 2 == right.getLong(0) / KEYS % 2)));
    }

    @Test
    void shouldAllocateNothingToFindKeysThatFallSilent() {
        shouldAllocateNothing(new SilenceOperator<>(
                "silent",
                (failed, failure) -> {},
                SPAN,
                new ViewCodec(),
                memory,
                new TaskCounters(),
                new Results(),
                new Results()));
    }

    private AbsenceOperator<DirectBuffer, DirectBuffer> absence(
            final BiPredicate<DirectBuffer, DirectBuffer> condition) {
        return new AbsenceOperator<>(
                "missing",
                (failed, failure) -> {},
                0,
                SPAN,
                0,
                condition,
                new ViewCodec(),
                new ViewCodec(),
                memory,
                new TaskCounters(),
                new Results(),
                new Results(),
                new Results());
    }

    // Two of three are of the left side.
    private Operator<DirectBuffer> sides(final Operator<Sided> operator) {
        return new Operator<>() {
            @Override
            public void process(final RecordContext given, final DirectBuffer value) {
                sided.wrap(value.getLong(0) % 3 == 0 ? 1 : 0, value);
                operator.process(given, sided);
            }

            @Override
            public void onWatermark(final RecordContext given, final long watermarkNs) {
                operator.onWatermark(given, watermarkNs);
            }

            @Override
            public void onLogTime(final RecordContext given, final long logTimeNs) {}
        };
    }

    private void shouldAllocateNothing(final Operator<DirectBuffer> operator) {
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            run(operator);
        }
        final long resultsBefore = results;
        long allocated = Long.MAX_VALUE;
        // The JVM itself allocates a few bytes when a path is compiled anew. What is allocated for a record or a result
        // shows in every round.
        for (int round = 0; round < MEASURED_ROUNDS && allocated > 0; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            run(operator);
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }

        assertThat(results - resultsBefore).isGreaterThanOrEqualTo(KEYS);
        assertThat(allocated).as("bytes for %d records", RECORDS).isZero();
    }

    private void run(final Operator<DirectBuffer> operator) {
        for (int i = 0; i < RECORDS; i++) {
            time++;
            final long watermark = time - LAG;
            if (watermark >= context.eventCallNs()) {
                context.clearEventTimes();
                operator.onWatermark(context, watermark);
            }
            context.watermarkNs(watermark);
            // Every other record lies behind, and each tenth of the time belongs to keys that are silent otherwise.
            context.record(time, time - (i & 1) * LAG / 2, time);
            record.putLong(0, i);
            record.putLong(8, i * 7919L % KEYS + i / (RECORDS / 10) * KEYS, ByteOrder.LITTLE_ENDIAN);
            context.key(record, 8, Long.BYTES);
            operator.process(context, record);
        }
    }

    private static final class ViewCodec implements Codec<DirectBuffer> {
        private final UnsafeBuffer view = new UnsafeBuffer(0, 0);

        @Override
        public Codec<DirectBuffer> forTask() {
            return new ViewCodec();
        }

        @Override
        public DirectBuffer decode(final DirectBuffer buffer, final int offset, final int length) {
            view.wrap(buffer, offset, length);
            return view;
        }

        @Override
        public int encodedLength(final DirectBuffer value) {
            return value.capacity();
        }

        @Override
        public void encode(final DirectBuffer value, final MutableDirectBuffer buffer, final int offset) {
            buffer.putBytes(offset, value, 0, value.capacity());
        }

        @Override
        public String describe() {
            return "view";
        }
    }

    private final class Results implements Operator<DirectBuffer> {
        @Override
        public void process(final RecordContext given, final DirectBuffer value) {
            results += value.capacity() > 0 ? 1 : 0;
        }

        @Override
        public void onWatermark(final RecordContext given, final long watermarkNs) {}

        @Override
        public void onLogTime(final RecordContext given, final long logTimeNs) {}
    }
}
