package io.millrace.perf.state;

import io.millrace.operators.state.CountState;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateMemory;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.Long2LongHashMap;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Looks up random keys that are there, and counts in their state, beside a map of primitives that holds nothing but the
 * count.
 *
 * <p>Hypothesis: with a thousand keys both are bound by instructions, a look-up is a multiplication, two loads and a
 * comparison. With a million, they are bound by misses: the table has two for a key, the slot and the entry, the map one,
 * for key and count that lie side by side; and how many of them overlap is decided by the instructions between them.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED"})
public class KeyedTableBenchmark {
    private static final int STATE_LENGTH = 24;
    private static final int BATCH = 64;
    private static final int LOOKUPS = 1 << 22;
    private static final long STEP = 7_919;

    /** Keys in the table. */
    @Param({"1000", "1000000"})
    public int keys;

    private final long[] lookups = new long[LOOKUPS];
    private final int[] hashes = new int[BATCH];
    private final CountState state = new CountState();
    private final Long2LongHashMap map = new Long2LongHashMap(-1);
    private StateMemory memory;
    private KeyedTable table;
    private int position;

    /** Fills table and map. */
    @Setup(Level.Trial)
    public void fill() {
        memory = new StateMemory(new MemoryBudget("benchmark", Long.MAX_VALUE));
        table = new KeyedTable(memory, "count", STATE_LENGTH);
        for (int i = 0; i < keys; i++) {
            table.findOrAddLong(i * STEP);
            map.put(i * STEP, 0);
        }
        final SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < LOOKUPS; i++) {
            lookups[i] = random.nextInt(keys) * STEP;
        }
    }

    /** Frees the table. */
    @TearDown(Level.Trial)
    public void close() {
        System.out.printf("%n# %.1f bytes per key%n", (double) table.bytesInUse() / keys);
        memory.close();
    }

    private int nextBatch() {
        final int from = position;
        position = from + BATCH & LOOKUPS - 1;
        return from;
    }

    /**
     * Looks up one key after the other.
     *
     * @return sum of the entries.
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long find() {
        final int from = nextBatch();
        long sum = 0;
        for (int i = from; i < from + BATCH; i++) {
            sum += table.findOrAddLong(lookups[i]);
        }
        return sum;
    }

    /**
     * Looks up and counts one key after the other.
     *
     * @return the last count.
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long count() {
        final int from = nextBatch();
        for (int i = from; i < from + BATCH; i++) {
            count(lookups[i]);
        }
        return state.value();
    }

    /**
     * Reads ahead for a batch, then counts its keys.
     *
     * @return what was read ahead.
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long countWithPrefetch() {
        final int from = nextBatch();
        for (int i = 0; i < BATCH; i++) {
            hashes[i] = KeyedTable.hashLong(lookups[from + i]);
        }
        final long sum = table.prefetch(hashes, BATCH);
        for (int i = from; i < from + BATCH; i++) {
            count(lookups[i]);
        }
        return sum;
    }

    private void count(final long key) {
        final long entry = table.findOrAddLong(key);
        state.wrap(table.buffer(entry), table.stateOffset(entry));
        state.increment();
    }

    /**
     * Counts in the map.
     *
     * @return the last count.
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long countInMap() {
        final int from = nextBatch();
        long last = 0;
        for (int i = from; i < from + BATCH; i++) {
            last = map.get(lookups[i]) + 1;
            map.put(lookups[i], last);
        }
        return last;
    }
}
