package io.millrace.perf.log;

import io.millrace.log.JdkAccess;
import io.millrace.log.LogAppender;
import io.millrace.log.record.RecordKind;
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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * Two threads that append to one partition, and to one each. The time is that of one record of one thread, so the
 * throughput of both together is twice its reciprocal; {@link LogAppenderBenchmark} has that of a thread alone.
 *
 * <p>Hypothesis: two partitions share memory bandwidth and nothing else. On one partition the tail's cache line goes to and
 * fro between the cores, once per record, and no record's bytes do but for those that share a line with their neighbours.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Threads(2)
@Fork(1)
@Warmup(iterations = 8)
@Measurement(iterations = 12)
public class LogAppendersBenchmark {
    private static final int RECORDS = 96_000;

    static {
        // The forked process gets no flag, and the state below makes a buffer before any door of the log is touched.
        JdkAccess.open();
    }

    /** One store, so that the threads meet. */
    @State(Scope.Benchmark)
    public static class Store {
        @Param({"1", "2"})
        private int partitions;

        private BenchmarkStore store;

        @Setup(Level.Invocation)
        public void create() {
            store = BenchmarkStore.create("shared");
            for (int i = 0; i < partitions; i++) {
                store.partition(partitions, i);
            }
        }

        @TearDown(Level.Invocation)
        public void delete() {
            store.close();
        }
    }

    /** An appender for each thread. */
    @State(Scope.Thread)
    public static class Appender {
        @Param({"32", "128", "1024"})
        private int length;

        private final UnsafeBuffer payload = new UnsafeBuffer(new byte[1024]);
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long append(final Store store, final Appender state, final ThreadParams thread, final RecordCost cost) {
        final LogAppender appender =
                store.store.existing(thread.getThreadIndex() % store.partitions).appender();
        long position = 0;
        cost.begin();
        for (int i = 0; i < RECORDS; i++) {
            position = appender.append(RecordKind.DATA, i, null, 0, 0, state.payload, 0, state.length);
        }
        cost.end(RECORDS);
        if (position < 0) {
            throw new IllegalStateException("the segment is too short for the benchmark: " + position);
        }
        return position;
    }
}
