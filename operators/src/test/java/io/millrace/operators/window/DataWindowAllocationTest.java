package io.millrace.operators.window;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.millrace.operators.codec.LongCodec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateMemory;
import java.lang.management.ManagementFactory;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Counts what a million records allocate on the Java heap in sessions, sliding and count windows: nothing. */
class DataWindowAllocationTest {
    private static final int ROUNDS = 4;
    private static final int RECORDS = 1_000_000;
    private static final int KEYS = 1_000;
    private static final Long VALUE = 7L;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final StateMemory memory = new StateMemory(new MemoryBudget("job", Long.MAX_VALUE));
    private final RecordContext context = new RecordContext();
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[Long.BYTES]);
    private final Sum sum = new Sum();
    private final FailureHandler failures = (failed, failure) -> {
        throw new AssertionError(failure);
    };
    private long timeNs;

    @AfterEach
    void close() {
        memory.close();
        assertThat(memory.usedBytes()).isZero();
    }

    @Test
    void shouldAllocateNothingForSessions() {
        assertNothingAllocated(new SessionWindowOperator<>(
                "sessions",
                1_500,
                100,
                Emission.ON_UPDATE,
                SumState.asView().forTask(),
                memory,
                new LongCodec(),
                new TaskCounters(),
                failures,
                sum,
                null));
    }

    @Test
    void shouldAllocateNothingForSlidingWindows() {
        assertNothingAllocated(new SlidingWindowOperator<>(
                "sliding",
                20_000,
                100,
                SumState.asView().forTask(),
                memory,
                new LongCodec(),
                new TaskCounters(),
                failures,
                sum,
                null));
    }

    @Test
    void shouldAllocateNothingForCountWindows() {
        assertNothingAllocated(new CountWindowOperator<>(
                "counts", 10, Emission.ON_CLOSE, SumState.asView().forTask(), memory, new LongCodec(), failures, sum));
    }

    private void assertNothingAllocated(final Operator<Long> operator) {
        long allocated = -1;
        for (int round = 0; round < ROUNDS && allocated != 0; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < RECORDS; i++) {
                step(operator, i);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(allocated).isZero();
        assertThat(sum.results).isPositive();
    }

    /** Records of many keys a little out of order; now and then all keys are silent, and the watermark follows. */
    private void step(final Operator<Long> operator, final int i) {
        timeNs += i % 100_000 == 0 ? 50_000 : 1;
        if (timeNs - 50 >= context.eventCallNs()) {
            context.clearEventTimes();
            operator.onWatermark(context, timeNs - 50);
        }
        context.watermarkNs(timeNs - 50);
        key.putLong(0, i * 7919L % KEYS);
        context.record(i, timeNs - i % 40, i);
        context.key(key, 0, Long.BYTES);
        operator.process(context, VALUE);
    }

    private static final class Sum implements Operator<Windowed<Long, SumState>> {
        private long results;
        private long values;

        @Override
        public void process(final RecordContext context, final Windowed<Long, SumState> value) {
            results++;
            values += value.value().sum();
        }

        @Override
        public void onWatermark(final RecordContext context, final long watermarkNs) {}

        @Override
        public void onLogTime(final RecordContext context, final long logTimeNs) {}
    }
}
