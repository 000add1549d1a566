package io.millrace.perf.streams;

import io.millrace.log.JdkAccess;
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
 * What checkpoints take: S2 with a million instruments by two jobs over the same trades, of which one takes a checkpoint each
 * second of work and the other none, and they change roles. So both ways are measured in one process, under the same load of the
 * machine, and with the same memory.
 *
 * <p>A shot is four million trades for each, as in {@link TumblingWindowOperatorBenchmark}; a checkpoint begins in about every
 * other shot, at any fill of the window. The score, which is the time of both, means nothing: read the counters of
 * {@link CheckpointCost}.
 *
 * <p>Hypothesis: a checkpoint copies up to 49 MB in blocks of 4 KiB, of which nearly every one was changed, into pages of the
 * log that nobody has touched for long, and computes a checksum over them. At 2 to 4 GB/s that is 15 to 30 ms of a second. With
 * windows of a second the state is new each time and on the average at three quarters; with windows of ten seconds (forty
 * million trades) it is full nearly always.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 4)
@Measurement(iterations = 40)
public class TaskCheckpointsBenchmark {
    private static final int INSTRUMENTS = 1_000_000;
    private static final int TRADES = 4_000_000;
    private static final long STEP_NS = 250;
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    static {
        // The forked process gets no flag, and buffers are made before any door of the log is touched.
        JdkAccess.open();
    }

    /** Length of the windows. */
    @Param({"1", "10"})
    public int windowSeconds;

    private TradeFeed feed;
    private CheckpointedRun one;
    private CheckpointedRun other;

    @Setup
    public void create() {
        final Windows windows = Windows.tumbling(Duration.ofSeconds(windowSeconds));
        feed = TradeFeed.create(INSTRUMENTS, STEP_NS);
        one = CheckpointedRun.open(feed, TradeJob.vwaps("one", windows), INTERVAL);
        other = CheckpointedRun.open(feed, TradeJob.vwaps("other", windows), INTERVAL);
    }

    @Setup(Level.Iteration)
    public void append() {
        feed.append(TRADES);
    }

    /** A shot of each. */
    @Benchmark
    @OperationsPerInvocation(TRADES)
    public void bothJobs(final CheckpointCost cost) {
        cost.run(TRADES, one, other);
    }

    @TearDown
    public void delete() {
        one.close();
        other.close();
        feed.close();
    }
}
