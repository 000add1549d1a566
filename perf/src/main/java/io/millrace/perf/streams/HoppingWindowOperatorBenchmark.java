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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * S3, the same sums in windows of ten seconds that begin every 100 ms, for a thousand instruments: from the log to the log on one
 * core, as a job, beside the limit, which maps the files, and the same loop over the log's own reader and appender.
 *
 * <p>A shot is three million trades, 1 µs apart: 100,000 in each of 30 panes, so that one result is told for a hundred trades.
 * Windows are full, and lose a pane at each hop, from the fourth shot on.
 *
 * <p>Hypothesis: a trade costs what it costs in a tumbling window, since it is added to one pane; a hundred windows per trade
 * show in nothing but the results.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
public class HoppingWindowOperatorBenchmark {
    private static final int TRADES = 3_000_000;
    private static final int KEYS = 1_000;
    private static final long STEP_NS = 1_000;
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final Duration HOP = Duration.ofMillis(100);

    static {
        // The forked process gets no flag, and buffers are made before any door of the log is touched.
        JdkAccess.open();
    }

    private TradeFeed feed;

    @Setup
    public void create() {
        feed = TradeFeed.create(KEYS, STEP_NS);
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
        return new HoppingVwaps(WINDOW.toNanos(), HOP.toNanos(), KEYS, output);
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
        public void open(final HoppingWindowOperatorBenchmark benchmark) {
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
        public void open(final HoppingWindowOperatorBenchmark benchmark) {
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
        public void open(final HoppingWindowOperatorBenchmark benchmark) {
            job = TradeJob.open(benchmark.feed, TradeJob.vwaps(Windows.hopping(WINDOW, HOP)));
        }

        @TearDown
        public void close() {
            job.close();
        }
    }
}
