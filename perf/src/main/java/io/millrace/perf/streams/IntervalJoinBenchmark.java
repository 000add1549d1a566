package io.millrace.perf.streams;

import io.millrace.log.JdkAccess;
import io.millrace.perf.log.RecordCost;
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
 * S4, an interval join: pairs of large and small trades of one instrument within 500 ms, from the log to the log on one core, as a
 * job, beside the limit, which maps the files and keeps a ring for each instrument and side.
 *
 * <p>There are a thousand instruments, and a trade each 250 us: so a trade finds one partner, on average, among two that are as
 * new.
 *
 * <p>Hypothesis: the limit spends its time on mispredicted rings that are long or short by chance. The job adds what a value
 * costs to be copied into a row, put into the list of its key, and taken out again.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
public class IntervalJoinBenchmark {
    private static final int TRADES = 2_000_000;
    private static final long STEP_NS = 250_000;
    private static final Duration WITHIN = Duration.ofMillis(500);
    private static final int INSTRUMENTS = 1_000;

    static {
        // The forked process gets no flag, and buffers are made before any door of the log is touched.
        JdkAccess.open();
    }

    private TradeFeed feed;

    @Setup
    public void create() {
        feed = TradeFeed.create(INSTRUMENTS, STEP_NS);
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
        return new NearPairs(WITHIN.toNanos(), INSTRUMENTS, output);
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
        public void open(final IntervalJoinBenchmark benchmark) {
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
        public void open(final IntervalJoinBenchmark benchmark) {
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
        public void open(final IntervalJoinBenchmark benchmark) {
            job = TradeJob.open(benchmark.feed, TradeJob.nearPairs(WITHIN));
        }

        @TearDown
        public void close() {
            job.close();
        }
    }
}
