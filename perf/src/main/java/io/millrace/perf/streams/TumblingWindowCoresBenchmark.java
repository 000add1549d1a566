package io.millrace.perf.streams;

import io.millrace.log.JdkAccess;
import io.millrace.log.LogContext;
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
 * S2 with a thousand instruments over two partitions, with one thread and with two: what a second core brings. The trades are
 * in the partitions of their keys, so the job has a task for each and no exchange.
 *
 * <p>A shot is four million trades and one window, as in {@link TumblingWindowOperatorBenchmark}, a half in each partition;
 * shots of one thread and of two take turns, so the score itself means nothing: read the counters of {@link CoresCost}.
 *
 * <p>Hypothesis: the two tasks share no field that either writes, so two threads take half the time, as two copies of the loop
 * by hand do. What they share is the machine: its memory, and the conductor, which fills in the checksums of the results and
 * needs a part of a core.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 8)
@Measurement(iterations = 24)
public class TumblingWindowCoresBenchmark {
    private static final int INSTRUMENTS = 1_000;
    private static final int TRADES = 4_000_000;
    private static final long STEP_NS = 250;
    private static final Duration WINDOW = Duration.ofSeconds(1);

    static {
        // The forked process gets no flag, and buffers are made before any door of the log is touched.
        JdkAccess.open();
    }

    private TradeFeed feed;

    @Setup
    public void create() {
        feed = TradeFeed.createPartitioned(2, INSTRUMENTS, STEP_NS, LogContext.DEFAULT_SEGMENT_LENGTH);
    }

    @Setup(Level.Iteration)
    public void append() {
        feed.append(TRADES);
    }

    @TearDown
    public void delete() {
        feed.close();
    }

    /** Maps the files on both sides: a loop for each partition. */
    @Benchmark
    @OperationsPerInvocation(TRADES)
    public void limit(final ByHand byHand, final CoresCost cost) {
        cost.run(TRADES, byHand::run, byHand.first::run, byHand.other::run);
    }

    /** The job: a task for each partition. */
    @Benchmark
    @OperationsPerInvocation(TRADES)
    public void job(final InAJob inAJob, final CoresCost cost) {
        final TradeJob job = inAJob.job;
        cost.run(TRADES, job::run, () -> job.run(0), () -> job.run(1));
    }

    @State(Scope.Thread)
    public static class ByHand {
        private FeedRun first;
        private FeedRun other;

        @Setup
        public void open(final TumblingWindowCoresBenchmark benchmark) {
            first = open(benchmark.feed, 0);
            other = open(benchmark.feed, 1);
        }

        private static FeedRun open(final TradeFeed feed, final int partition) {
            return FeedRun.byHand(
                    feed, partition, output -> new TumblingVwaps(WINDOW.toNanos(), INSTRUMENTS / 2, output));
        }

        @Setup(Level.Iteration)
        public void prepare() {
            first.prepare();
            other.prepare();
        }

        private void run() {
            first.run();
            other.run();
        }

        @TearDown
        public void close() {
            first.close();
            other.close();
        }
    }

    @State(Scope.Thread)
    public static class InAJob {
        private TradeJob job;

        @Setup
        public void open(final TumblingWindowCoresBenchmark benchmark) {
            job = TradeJob.open(benchmark.feed, TradeJob.keyedVwaps(Windows.tumbling(WINDOW)));
        }

        @TearDown
        public void close() {
            job.close();
        }
    }
}
