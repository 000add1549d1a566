package io.millrace.perf.log;

import io.millrace.log.JdkAccess;
import io.millrace.log.LogPartition;
import io.millrace.log.ProducerAppender;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
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
 * Appends of a producer that is alone, and of one that is shared by replicas, all by one thread.
 *
 * <p>Hypothesis: a producer alone costs what an appender without one costs, see {@link LogAppenderBenchmark}. A replica that comes
 * first pays for one more atomic step, the turn. One that lags finds that the record is held, without a look at what others
 * write.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 8)
@Measurement(iterations = 12)
public class ProducerAppenderBenchmark {
    private static final int RECORDS = 192_000;

    static {
        // The forked process gets no flag, and the field below makes a buffer before any door of the log is touched.
        JdkAccess.open();
    }

    @Param({"32", "128"})
    private int length;

    private final UnsafeBuffer payload = new UnsafeBuffer(new byte[1024]);
    private BenchmarkStore store;
    private LogPartition partition;
    private ProducerAppender alone;
    private List<ProducerAppender> replicas;

    @Setup(Level.Invocation)
    public void create() {
        store = BenchmarkStore.create("shared");
        partition = store.partition();
        alone = partition.producer(1);
        replicas = partition.sharedProducer(2, 2);
    }

    @TearDown(Level.Invocation)
    public void delete() {
        store.close();
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long alone(final RecordCost cost) {
        return append(alone, cost);
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long first(final RecordCost cost) {
        return append(replicas.get(0), cost);
    }

    // After the first replica, whose time does not count here.
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long behind(final RecordCost cost) {
        for (int i = 0; i < RECORDS; i++) {
            checked(append(replicas.get(0), i));
        }
        cost.begin();
        long outcome = 0;
        for (int i = 0; i < RECORDS; i++) {
            outcome = append(replicas.get(1), i);
        }
        cost.end(RECORDS);
        if (outcome != Outcome.DUPLICATE) {
            throw new IllegalStateException("the record should be held: " + outcome);
        }
        return outcome;
    }

    private long append(final ProducerAppender appender, final RecordCost cost) {
        long position = 0;
        cost.begin();
        for (int i = 0; i < RECORDS; i++) {
            position = append(appender, i);
        }
        cost.end(RECORDS);
        return checked(position);
    }

    private long append(final ProducerAppender appender, final int number) {
        return appender.append(number, RecordKind.DATA, number, null, 0, 0, payload, 0, length);
    }

    private static long checked(final long position) {
        if (position < 0) {
            throw new IllegalStateException("the segment is too short for the benchmark: " + position);
        }
        return position;
    }
}
