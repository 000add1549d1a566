package io.millrace.perf.streams;

import io.millrace.log.JdkAccess;
import io.millrace.log.LogContext;
import io.millrace.perf.log.RecordCost;
import io.millrace.streams.Windows;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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
 * S2 in Java records, from the log to the log: trades, sums and results are records, the sums lie on the heap. Beside the job of
 * {@link TumblingWindowOperatorBenchmark}, which does the same in flyweights.
 *
 * <p>Hypothesis: a trade costs three objects, two of which the compiler may leave out, and the sums of a key that lie somewhere
 * else than the key. Less than twice the flyweights.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
public class RecordJobBenchmark {
    private static final int TRADES = 4_000_000;
    private static final long STEP_NS = 250;
    private static final Duration WINDOW = Duration.ofSeconds(1);

    static {
        // The forked process gets no flag, and buffers are made before any door of the log is touched.
        JdkAccess.open();
    }

    /** Number of instruments, which is the number of keys. */
    @Param({"1000", "1000000"})
    public int instruments;

    /** Whether trades, sums and results are Java records, or SBE messages and memory outside the heap. */
    @Param({"true", "false"})
    public boolean records;

    private TradeFeed feed;
    private TradeJob job;

    @Setup
    public void open() {
        final Windows windows = Windows.tumbling(WINDOW);
        feed = records
                ? TradeFeed.createOfRecords(instruments, STEP_NS, LogContext.DEFAULT_SEGMENT_LENGTH)
                : TradeFeed.create(instruments, STEP_NS);
        job = TradeJob.open(feed, records ? TradeJob.recordVwaps(windows) : TradeJob.vwaps(windows));
    }

    @Setup(Level.Iteration)
    public void append() {
        feed.append(TRADES);
    }

    @TearDown
    public void close() {
        job.close();
        feed.close();
    }

    /** One window of trades. */
    @Benchmark
    @OperationsPerInvocation(TRADES)
    public void job(final RecordCost cost) {
        cost.begin();
        job.run();
        cost.end(TRADES);
    }
}
