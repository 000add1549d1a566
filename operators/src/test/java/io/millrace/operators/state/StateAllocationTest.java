package io.millrace.operators.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.IntConsumer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Counts what a million operations on state allocate on the Java heap: nothing. */
class StateAllocationTest {
    private static final int ROUNDS = 8;
    private static final int OPERATIONS = 1_000_000;
    private static final int KEYS = 10_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final MemoryBudget budget = new MemoryBudget("job", Long.MAX_VALUE);
    private final StateMemory memory = new StateMemory(budget);
    private final KeyedTable table = new KeyedTable(memory, "table", 24);
    private final TimerQueue timers = new TimerQueue(memory, "timers");
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[20]);
    private final CountState state = new CountState();
    private long sum;
    private long beside;

    @AfterEach
    void close() {
        memory.close();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void shouldAllocateNothingWhileKeysAreFound() {
        assertNothingAllocated(i -> {
            sum += table.prefetchLong(i % KEYS);
            increment(table.findOrAddLong(i % KEYS));
            key.putInt(0, i % KEYS);
            sum += table.prefetch(key, 0, 20);
            increment(table.findOrAdd(key, 0, 20));
        });
        assertThat(table.size()).isEqualTo(2 * KEYS);
    }

    @Test
    void shouldAllocateNothingWhileKeysComeAndGo() {
        assertNothingAllocated(i -> {
            increment(table.findOrAddLong(i));
            final long old = table.findLong(i - KEYS);
            if (old >= 0) {
                table.remove(old);
            }
        });
        assertThat(table.size()).isEqualTo(KEYS);
    }

    @Test
    void shouldAllocateNothingWhileWindowsOpenAndClose() {
        assertNothingAllocated(i -> {
            if (i % (20 * KEYS) == 0) {
                for (long entry = table.first(); entry >= 0; entry = table.next(entry)) {
                    sum += table.buffer(entry).getLong(table.stateOffset(entry));
                }
                table.clear();
            }
            increment(table.findOrAddLong(i));
        });
        assertThat(sum).isPositive();
    }

    @Test
    void shouldAllocateNothingWhileTimersComeDueAndAreCancelled() {
        assertNothingAllocated(i -> {
            key.putInt(0, i);
            timers.schedule(i, key, 0, 20);
            timers.schedule(i + KEYS, key, 0, 20, i);
            timers.cancel(i, key, 0, 20);
            while (timers.popDue(i)) {
                sum += timers.keyBuffer().getInt(timers.keyOffset());
            }
        });
        assertThat(timers.size()).isEqualTo(KEYS);
    }

    @Test
    void shouldAllocateNothingWhileCheckpointsAreTaken() {
        final ExpandableArrayBuffer frame = new ExpandableArrayBuffer(1 << 20);
        final BlockSink sink = (number, page, block, buffer, offset, length) -> sum += buffer.getLong(offset);
        assertNothingAllocated(i -> {
            if (i % (20 * KEYS) == 0) {
                table.clear();
            }
            increment(table.findOrAddLong(i % (4 * KEYS)));
            if (i % 10 == 0 && memory.copyBlocks(1) == 0 && i % 1_000 == 0) {
                final long before = threads.getCurrentThreadAllocatedBytes();
                memory.beginCheckpoint(sink, memory.mustBeFull());
                table.snapshot(StateWriter.checkpoint(frame, 0));
                // To write a frame takes a few objects; all else takes none.
                beside += threads.getCurrentThreadAllocatedBytes() - before;
            }
        });
        assertThat(sum).isNotZero();
    }

    private void increment(final long entry) {
        state.wrap(table.buffer(entry), table.stateOffset(entry));
        state.increment();
    }

    private void assertNothingAllocated(final IntConsumer operation) {
        // The JVM itself allocates a few bytes when a path runs for the first time or is compiled anew, and tables
        // grow.
        // What one operation allocated would show in every round.
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && allocated > 0; round++) {
            beside = 0;
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < OPERATIONS; i++) {
                operation.accept(round * OPERATIONS + i);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before - beside;
        }
        assertThat(allocated).isZero();
    }
}
