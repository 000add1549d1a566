package io.millrace.perf.streams;

import io.millrace.log.JdkAccess;
import io.millrace.perf.log.RecordCost;
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
 * S1, filter and map: from the log to the log on one core, beside the limit, which maps the files, and the same loop over the
 * log's own reader and appender.
 *
 * <p>Half of three million trades pass, in an order that the processor cannot guess, so that the results (80 bytes each, as a
 * trade has) fill one segment that was prepared before.
 *
 * <p>Hypothesis: a trade costs the reading of two cache lines and half a misjudged branch; half a result costs the writing of one
 * and a half. The log adds headers and, for each result, the atomic add of its append.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
public class StatelessChainBenchmark {
    private static final int TRADES = 3_000_000;
    private static final int KEYS = 1_000;
    private static final long STEP_NS = 1_000;

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
        return new LargeTrades(output);
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
        public void open(final StatelessChainBenchmark benchmark) {
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
        public void open(final StatelessChainBenchmark benchmark) {
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
        public void open(final StatelessChainBenchmark benchmark) {
            job = TradeJob.open(benchmark.feed, TradeJob.largeTrades());
        }

        @TearDown
        public void close() {
            job.close();
        }
    }
}
