package io.millrace.perf.streams;

import io.millrace.log.JdkAccess;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.perf.log.RecordCost;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Changes of two tables through a join of both, and through a foreign-key join whose three steps are one after the other in one
 * task, without a log; beside a loop over arrays that keeps the same numbers.
 *
 * <p>Hypothesis: a change costs a look-up of its key, and a row that is written, compared with the one before and freed. A foreign-key join has the table of the left side before, two more look-ups for the links of those
 * rows that move, and the copy of the answer. Nothing is allocated for a record.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 4)
@Measurement(iterations = 6)
public class TableJoinOperatorBenchmark {
    private static final int CHANGES = 2_000_000;
    private static final int KEYS = 10_000;
    private static final int FOREIGN_KEYS = 1_000;
    private static final int VALUE_LENGTH = 24;
    private static final int FOREIGN_KEY = 8;

    static {
        // The forked process gets no flag, and buffers are made before any door of the log is touched.
        JdkAccess.open();
    }

    private final int[] keys = new int[CHANGES];
    private final RecordContext context = new RecordContext();
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[Long.BYTES]);
    private final UnsafeBuffer value = new UnsafeBuffer(new byte[VALUE_LENGTH]);
    private final long[] lefts = new long[KEYS];
    private final long[] rights = new long[KEYS];
    private JoinedTables joined;
    private long made;
    private long sum;

    @Setup
    public void create() {
        final SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < CHANGES; i++) {
            keys[i] = random.nextInt(KEYS);
        }
    }

    @Setup(Level.Iteration)
    public void open() {
        joined = new JoinedTables(FOREIGN_KEY);
    }

    @TearDown(Level.Iteration)
    public void close() {
        joined.close();
    }

    /**
     * Keeps numbers in arrays.
     *
     * @return sum of what has changed.
     */
    @Benchmark
    @OperationsPerInvocation(CHANGES)
    public long limit(final RecordCost cost) {
        cost.begin();
        for (int i = 0; i < CHANGES; i++) {
            final long[] side = (i & 1) == 0 ? lefts : rights;
            final long before = lefts[keys[i]] + rights[keys[i]];
            side[keys[i]] = made++;
            sum += lefts[keys[i]] + rights[keys[i]] - before;
        }
        cost.end(CHANGES);
        return sum;
    }

    /**
     * Joins two tables.
     *
     * @return sum of what has changed.
     */
    @Benchmark
    @OperationsPerInvocation(CHANGES)
    public long join(final RecordCost cost) {
        cost.begin();
        for (int i = 0; i < CHANGES; i++) {
            process((i & 1) == 0 ? joined.left() : joined.right(), keys[i], 0);
        }
        cost.end(CHANGES);
        return joined.sum();
    }

    /**
     * Joins by a foreign key: left rows, one in eight of which takes another foreign key, and a change of the right table for each 64
     * of them, which ten rows hear of.
     *
     * @return sum of what has changed.
     */
    @Benchmark
    @OperationsPerInvocation(CHANGES)
    public long foreignKeyJoin(final RecordCost cost) {
        cost.begin();
        for (int i = 0; i < CHANGES; i++) {
            if ((i & 63) == 0) {
                process(joined.foreignRight(), keys[i] % FOREIGN_KEYS, 0);
            } else {
                final long foreign = (i & 7) == 0 ? made : keys[i];
                process(joined.foreignLeft(), keys[i], foreign % FOREIGN_KEYS);
            }
        }
        cost.end(CHANGES);
        return joined.sum();
    }

    private void process(final Operator<DirectBuffer> side, final long ofKey, final long foreign) {
        key.putLong(0, ofKey);
        value.putLong(0, made++);
        value.putLong(FOREIGN_KEY, foreign);
        context.record(made, made, made);
        context.key(key, 0, Long.BYTES);
        side.process(context, value);
    }
}
