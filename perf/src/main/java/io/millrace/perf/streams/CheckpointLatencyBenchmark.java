package io.millrace.perf.streams;

import io.millrace.log.JdkAccess;
import io.millrace.streams.JobTasks;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What checkpoints do to latency: sums for a million instruments with a result for each trade, at a fixed rate, from the intended
 * time of a trade to when its result is read from the log. Sums are those of S2, kept for all of time: all keys are there in
 * each checkpoint, and no result waits for the end of a window.
 *
 * <p>Two jobs read the same trades, one with a checkpoint each second and one with none. Each round is one with, one without and
 * one of the idle machine, and which job comes first changes; who does not run catches up between. The score means nothing: read
 * the table that is printed at the end. {@code ratio} is the median over rounds of with by without.
 *
 * <p>Hypothesis: a checkpoint copies some twelve thousand blocks of 4 KiB at about a microsecond each, within a part of a second in
 * which trades wait for a block now and then. So p50 and p90 do not feel it, p99 by a microsecond or two, and p99.9 is the
 * machine's as long as nobody waits for a segment of the log.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 2)
@Measurement(iterations = 7)
public class CheckpointLatencyBenchmark {
    private static final int INSTRUMENTS = 1_000_000;
    private static final int TRADES_OF_A_SHOT = 4_000_000;
    private static final int SHOTS_TO_FILL = 4;
    private static final int SECONDS = 5;
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    static {
        // The forked process gets no flag, and buffers are made before any door of the log is touched.
        JdkAccess.open();
    }

    /** Trades a second. */
    @Param({"20000", "100000"})
    public int rate;

    private final LatencyRounds rounds = new LatencyRounds();
    private final ExecutorService housekeeping = Executors.newSingleThreadExecutor();
    private TradeFeed feed;
    private PacedTrades trades;
    private JobTasks with;
    private JobTasks without;
    private int shot;

    @Setup
    public void create() {
        final long intervalNs = TimeUnit.SECONDS.toNanos(1) / rate;
        feed = TradeFeed.create(INSTRUMENTS, intervalNs);
        with = TradeJob.tasks(feed, TradeJob.rollingVwaps("with"), INTERVAL, housekeeping);
        without = TradeJob.tasks(feed, TradeJob.rollingVwaps("without"), Duration.ZERO);
        for (int i = 0; i < SHOTS_TO_FILL; i++) {
            feed.append(TRADES_OF_A_SHOT);
            catchUp();
        }
        trades = new PacedTrades(feed, intervalNs, (long) SHOTS_TO_FILL * TRADES_OF_A_SHOT);
    }

    @Setup(Level.Iteration)
    public void catchUp() {
        catchUp(with);
        catchUp(without);
    }

    private static void catchUp(final JobTasks job) {
        while (job.doWork() > 0) {
            // On to the end, and to the end of the checkpoint.
        }
    }

    /** A round. */
    @Benchmark
    public void round() {
        rounds.begin();
        final JobTasks first = (shot & 1) == 0 ? with : without;
        final JobTasks second = first == with ? without : with;
        run(first);
        catchUp(second);
        run(second);
        trades.idle(SECONDS * rate, rounds.idle());
        shot++;
    }

    private void run(final JobTasks job) {
        trades.run(job, SECONDS * rate, job == with ? rounds.with() : rounds.without());
    }

    @TearDown
    public void print() throws InterruptedException {
        System.out.printf(Locale.ROOT, "%n%s", rounds.table(2, rate));
        trades.close();
        with.close();
        without.close();
        housekeeping.shutdown();
        if (!housekeeping.awaitTermination(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("old checkpoints are not removed within a minute");
        }
        feed.close();
    }
}
