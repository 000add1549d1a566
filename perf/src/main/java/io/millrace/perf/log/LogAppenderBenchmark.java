package io.millrace.perf.log;

import io.millrace.log.BatchClaim;
import io.millrace.log.JdkAccess;
import io.millrace.log.LogAppender;
import io.millrace.log.LogPartition;
import io.millrace.log.RecordClaim;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Appends of one thread into a prepared segment, beside the two limits: a copy with a length word into a plain mapped file
 * whose pages were touched before ({@code warm}), and into one that is fresh ({@code cold}).
 *
 * <p>Hypothesis: all write payload plus header once, so long payloads are bound by memory. At short ones the log pays for an
 * atomic add, which waits for all stores before it, a header of 40 bytes instead of 8, its checks, and its share of a
 * reading of the clock; with {@code each} the clock is read for every record, which costs more than all the rest. A batch
 * of 64 pays for add, clock and commit once. The target is 0.6 of warm, for batches 0.9.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 8)
@Measurement(iterations = 12)
public class LogAppenderBenchmark {
    private static final int RECORDS = 192_000;
    private static final int BATCH_SIZE = 64;

    static {
        // The forked process gets no flag, and the field below makes a buffer before any door of the log is touched.
        JdkAccess.open();
    }

    @Param({"32", "128", "1024"})
    private int length;

    @Param({"shared", "each"})
    private String clock;

    private final RecordClaim claim = new RecordClaim();
    private final BatchClaim batch = new BatchClaim();
    private final UnsafeBuffer payload = new UnsafeBuffer(new byte[1024]);
    private BenchmarkStore store;
    private LogAppender appender;
    private UnsafeBuffer warm;
    private UnsafeBuffer cold;

    @Setup(Level.Invocation)
    public void create() {
        store = BenchmarkStore.create(clock);
        final LogPartition partition = store.partition();
        appender = partition.appender();
        warm = store.warmBuffer();
        cold = store.coldBuffer();
    }

    @TearDown(Level.Invocation)
    public void delete() {
        store.close();
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long append(final RecordCost cost) {
        long position = 0;
        cost.begin();
        for (int i = 0; i < RECORDS; i++) {
            position = appender.append(RecordKind.DATA, i, null, 0, 0, payload, 0, length);
        }
        cost.end(RECORDS);
        return checked(position);
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long claim(final RecordCost cost) {
        long position = 0;
        cost.begin();
        for (int i = 0; i < RECORDS; i++) {
            position = appender.claim(claim, RecordKind.DATA, i, 0, length);
            claim.buffer().putBytes(0, payload, 0, length);
            claim.commit();
        }
        cost.end(RECORDS);
        return checked(position);
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long batch(final RecordCost cost) {
        long position = 0;
        cost.begin();
        for (int i = 0; i < RECORDS; i += BATCH_SIZE) {
            position = appender.claimBatch(batch, BATCH_SIZE * BatchClaim.recordLength(0, length));
            for (int j = 0; j < BATCH_SIZE; j++) {
                batch.append(RecordKind.DATA, i, null, 0, 0, payload, 0, length);
            }
            batch.commit();
        }
        cost.end(RECORDS);
        return checked(position);
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public int warm(final RecordCost cost) {
        return copy(warm, cost);
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public int cold(final RecordCost cost) {
        return copy(cold, cost);
    }

    private int copy(final UnsafeBuffer target, final RecordCost cost) {
        int offset = 0;
        cost.begin();
        for (int i = 0; i < RECORDS; i++) {
            target.putBytes(offset + 8, payload, 0, length);
            target.putIntRelease(offset, length);
            offset += 8 + length;
        }
        cost.end(RECORDS);
        return offset;
    }

    private static long checked(final long position) {
        if (position < 0) {
            throw new IllegalStateException("the segment is too short for the benchmark: " + position);
        }
        return position;
    }
}
