package io.millrace.perf.log;

import io.millrace.log.LogAppender;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordHandler;
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
 * Polls a segment that fills no processor cache, beside a plain scan that follows length words in a mapped file. Both
 * load one number of each record's payload.
 *
 * <p>Hypothesis: both are bound by memory, one or two cache lines per record; the reader's call to its handler is inlined.
 * Short records have 40 bytes of header to the scan's 8, and each is looked at before its length is followed. The target
 * is 0.8 of the scan.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class LogReaderBenchmark {
    private static final int RECORDS = 192_000;

    @Param({"32", "128", "1024"})
    private int length;

    private final RecordHandler handler = this::onRecord;
    private BenchmarkStore store;
    private LogReader reader;
    private UnsafeBuffer plain;
    private long endPosition;
    private long sum;

    @Setup(Level.Trial)
    public void fill() {
        store = BenchmarkStore.create("fixed");
        final LogPartition partition = store.partition();
        final LogAppender appender = partition.appender();
        plain = store.warmBuffer();
        final UnsafeBuffer payload = new UnsafeBuffer(new byte[1024]);
        int offset = 0;
        for (int i = 0; i < RECORDS; i++) {
            payload.putLong(0, i);
            appender.append(RecordKind.DATA, i, null, 0, 0, payload, 0, length);
            plain.putBytes(offset + 8, payload, 0, length);
            plain.putIntRelease(offset, length);
            offset += 8 + length;
        }
        reader = partition.reader();
        endPosition = partition.tailPosition();
    }

    @TearDown(Level.Trial)
    public void delete() {
        reader.close();
        store.close();
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long poll() {
        reader.seekToBegin();
        int count = 0;
        while (count < RECORDS) {
            count += reader.poll(handler, 1000);
        }
        return sum;
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long pollToEndPosition() {
        reader.seekToBegin();
        int count = 0;
        while (count < RECORDS) {
            count += reader.poll(handler, 1000, endPosition);
        }
        return sum;
    }

    private void onRecord(final RecordFlyweight record) {
        sum += record.buffer().getLong(record.valueOffset());
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long plainScan() {
        int offset = 0;
        long total = 0;
        for (int i = 0; i < RECORDS; i++) {
            final int recordLength = plain.getIntAcquire(offset);
            total += plain.getLong(offset + 8);
            offset += 8 + recordLength;
        }
        return total;
    }
}
