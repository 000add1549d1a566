package io.millrace.perf.streams;

import io.millrace.log.JdkAccess;
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
 * S2, count, sum and volume-weighted price in windows of one second, by instrument: from the log to the log on one core,
 * as a job, beside the limit, which maps the files, and the same loop over the log's own reader and appender.
 *
 * <p>A shot is four million trades, 250 ns apart, which is one window: so even with a million instruments a window tells a
 * quarter as many results as it took trades, and telling them does not outweigh adding them up. It ends with the first trade of
 * the next shot.
 *
 * <p>Hypothesis: with a thousand instruments the state (32 kB) lies in the first caches, and a trade costs reading and some
 * arithmetic. With a million it has 64 MB, each trade misses cache and translation once, and as many misses overlap as the
 * processor finds on its own.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
public class TumblingWindowOperatorBenchmark {
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

    private TradeFeed feed;

    @Setup
    public void create() {
        feed = TradeFeed.create(instruments, STEP_NS);
    }

    @Setup(Level.Iteration)
    public void append() {
        feed.append(TRADES);
    }

    @TearDown
    public void delete() {
        feed.close();
    }

    private TradeHandler work(final MessageOutput output) {
        return new TumblingVwaps(WINDOW.toNanos(), instruments, output);
    }

    /** Maps the files on both sides. */
    @Benchmark
    @OperationsPerInvocation(TRADES)
    public void limit(final ByHand byHand, final RecordCost cost) {
        cost.begin();
        byHand.run.run();
        cost.end(TRADES);
    }

    /** Reads and appends through the log, with the same code between. */
    @Benchmark
    @OperationsPerInvocation(TRADES)
    public void logLoop(final OverTheLog overTheLog, final RecordCost cost) {
        cost.begin();
        overTheLog.run.run();
        cost.end(TRADES);
    }

    /** The same as a job. */
    @Benchmark
    @OperationsPerInvocation(TRADES)
    public void job(final InAJob inAJob, final RecordCost cost) {
        cost.begin();
        inAJob.job.run();
        cost.end(TRADES);
    }

    @State(Scope.Thread)
    public static class ByHand {
        private FeedRun run;

        @Setup
        public void open(final TumblingWindowOperatorBenchmark benchmark) {
            run = FeedRun.byHand(benchmark.feed, benchmark::work);
        }

        @Setup(Level.Iteration)
        public void prepare() {
            run.prepare();
        }

        @TearDown
        public void close() {
            run.close();
        }
    }

    @State(Scope.Thread)
    public static class OverTheLog {
        private FeedRun run;

        @Setup
        public void open(final TumblingWindowOperatorBenchmark benchmark) {
            run = FeedRun.overTheLog(benchmark.feed, benchmark::work);
        }

        @TearDown
        public void close() {
            run.close();
        }
    }

    @State(Scope.Thread)
    public static class InAJob {
        private TradeJob job;

        @Setup
        public void open(final TumblingWindowOperatorBenchmark benchmark) {
            job = TradeJob.open(benchmark.feed, TradeJob.vwaps(Windows.tumbling(WINDOW)));
        }

        @TearDown
        public void close() {
            job.close();
        }
    }
}
