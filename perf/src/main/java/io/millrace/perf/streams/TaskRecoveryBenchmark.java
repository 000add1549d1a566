package io.millrace.perf.streams;

import io.millrace.log.JdkAccess;
import io.millrace.log.LogPartition;
import io.millrace.streams.JobTasks;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long a task with a million keys takes from {@link JobTasks#open} to its first new result: it restores the state from its
 * newest checkpoint, which is a full one, reads the next trade and appends what comes of it. Sums are kept for all of time, so
 * that a result comes from one trade and not from the end of a window.
 *
 * <p>Nothing is warmed up: the first shot of a process is what a start takes whose code for restoring was never run (that for
 * trades was, to fill the state), the later ones show what compiled code takes.
 *
 * <p>Hypothesis: 49 MB are read twice, once for checksums and once to be copied into pages that are new, and a million keys are
 * put into the index again, each a cache miss. At 50 ns a key and some GB/s that is under 0.1 s.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Thread)
@Fork(2)
@Warmup(iterations = 0)
@Measurement(iterations = 6)
public class TaskRecoveryBenchmark {
    private static final int INSTRUMENTS = 1_000_000;
    private static final int TRADES = 4_000_000;
    private static final int SHOTS_TO_FILL = 4;
    private static final long STEP_NS = 250;
    private static final Duration NEVER = Duration.ofDays(1);

    static {
        // The forked process gets no flag, and buffers are made before any door of the log is touched.
        JdkAccess.open();
    }

    private TradeFeed feed;
    private LogPartition results;
    private JobTasks tasks;

    /** Of so many trades only e⁻¹⁶ of the instruments are not among them, which is none of a million. */
    @Setup
    public void fill() {
        feed = TradeFeed.create(INSTRUMENTS, STEP_NS);
        results = feed.store().topic(TradeFeed.RESULTS).partition(0);
        tasks = open();
        for (int i = 0; i < SHOTS_TO_FILL; i++) {
            feed.append(TRADES);
            readOn();
        }
    }

    private JobTasks open() {
        return TradeJob.tasks(feed, TradeJob.rollingVwaps(), NEVER);
    }

    private void readOn() {
        while (tasks.doWork() > 0) {
            // On to the end.
        }
    }

    /** The job ends, with a checkpoint, and there are new trades. */
    @Setup(Level.Iteration)
    public void stop() {
        tasks.close();
        tasks = null;
        feed.append(1);
    }

    /** From the start to the first new result. */
    @Benchmark
    public long restore() {
        tasks = open();
        // Only from here on: what a start itself might append is no result of the next trade.
        final long tail = results.tailPosition();
        while (results.tailPosition() == tail) {
            if (tasks.doWork() == 0) {
                throw new IllegalStateException("there is no new result");
            }
        }
        return results.tailPosition();
    }

    /** What was measured was a restore of all keys. */
    @TearDown(Level.Iteration)
    public void check() {
        readOn();
        final long checkpoint = tasks.tasks().get(0).restored().checkpoint();
        if (checkpoint == 0) {
            throw new IllegalStateException("the task began at the beginning of its input, not at a checkpoint");
        }
    }

    @TearDown
    public void delete() {
        tasks.close();
        feed.close();
    }
}
