package io.millrace.operators.window;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.aggregate.Aggregator;
import io.millrace.operators.aggregate.SumState;
import io.millrace.operators.codec.LongCodec;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateMemory;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class WindowAllocationTest {
    private static final int KEYS = 1_000;
    private static final int RECORDS = 1_000_000;
    private static final int MEASURED_ROUNDS = 5;
    private static final int WARM_UP_ROUNDS = 4;
    private static final long WINDOW = 100_000;
    private static final long LAG = 3_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final StateMemory memory = new StateMemory(new MemoryBudget("test", Long.MAX_VALUE));
    private final Aggregator<UnsafeBuffer, SumState> sums = Aggregation.<UnsafeBuffer, SumState>flyweight(
                    SumState::new, (state, value) -> state.add(value.getLong(0)))
            .combine(SumState::combine)
            .forTask();
    private final RecordContext context = new RecordContext();
    private final UnsafeBuffer record = new UnsafeBuffer(new byte[16]);
    private long time;
    private long results;

    @Test
    void shouldAllocateNothingForRecordsAndResultsOfTumblingWindows() {
        shouldAllocateNothing(new TumblingWindowOperator<>(
                "window",
                new TumblingFrames(WINDOW),
                0,
                Emission.ON_CLOSE,
                sums,
                memory,
                new LongCodec(),
                new TaskCounters(),
                (failed, failure) -> {},
                new Results(),
                null));
    }

    @Test
    void shouldAllocateNothingForRecordsAndResultsOfHoppingWindows() {
        shouldAllocateNothing(new HoppingWindowOperator<>(
                "window",
                new PaneFrames(WINDOW, WINDOW / 5),
                0,
                Emission.ON_CLOSE,
                sums,
                memory,
                new LongCodec(),
                new TaskCounters(),
                (failed, failure) -> {},
                new Results(),
                null));
    }

    private void shouldAllocateNothing(final Operator<UnsafeBuffer> operator) {
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            run(operator);
        }
        final long resultsBefore = results;
        long allocated = Long.MAX_VALUE;
        // The JVM itself allocates a few bytes when a path is compiled anew. What is allocated for a record or a result
        // shows in
        // every round.
        for (int round = 0; round < MEASURED_ROUNDS && allocated > 0; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            run(operator);
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }

        assertThat(results - resultsBefore).isGreaterThanOrEqualTo(9L * KEYS);
        assertThat(allocated).as("bytes for %d records", RECORDS).isZero();
    }

    private void run(final Operator<UnsafeBuffer> operator) {
        for (int i = 0; i < RECORDS; i++) {
            time++;
            final long watermark = time - LAG;
            if (watermark >= context.eventCallNs()) {
                context.clearEventTimes();
                operator.onWatermark(context, watermark);
            }
            context.watermarkNs(watermark);
            // Every other record lies behind, so that two windows are open for a while.
            context.record(time, time - (i & 1) * LAG / 2, time);
            record.putLong(0, i);
            record.putLong(8, i * 7919L % KEYS, ByteOrder.LITTLE_ENDIAN);
            context.key(record, 8, Long.BYTES);
            operator.process(context, record);
        }
    }

    private final class Results implements Operator<Windowed<Long, SumState>> {
        @Override
        public void process(final RecordContext given, final Windowed<Long, SumState> value) {
            results += value.keyLong() >= 0 && value.value().value() > 0 ? 1 : 0;
        }

        @Override
        public void onWatermark(final RecordContext given, final long watermarkNs) {}

        @Override
        public void onLogTime(final RecordContext given, final long logTimeNs) {}
    }
}
