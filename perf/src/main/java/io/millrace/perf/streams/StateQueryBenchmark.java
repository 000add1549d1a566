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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What queries take: S2 with a thousand instruments by two jobs over the same trades, of which one is asked a thousand times a
 * second for the open windows of an instrument, by a thread on another core, and they change roles from shot to shot. The
 * score, which is the time of both, means nothing: read the counters of {@link QueryCost}; the percentiles of the round trips
 * are printed at the end.
 *
 * <p>Hypothesis: an answer is a look-up, a copy of 32 bytes and a few objects, a microsecond or two, so a thousand a second take
 * 0.1 to 0.2 %; and where nobody asks, a look at an empty queue in every 256 records is not to be measured. A round trip is a
 * duty cycle of 256 records, 7 µs, and what the asker's own waiting adds.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 4)
@Measurement(iterations = 40)
public class StateQueryBenchmark {
    private static final int INSTRUMENTS = 1_000;
    private static final int TRADES = 4_000_000;
    private static final long STEP_NS = 250;
    private static final int QUERIES_PER_SECOND = 1_000;

    static {
        // The forked process gets no flag, and buffers are made before any door of the log is touched.
        JdkAccess.open();
    }

    private TradeFeed feed;
    private QueriedRun one;
    private QueriedRun other;

    @Setup
    public void create() {
        final Windows windows = Windows.tumbling(Duration.ofSeconds(1));
        feed = TradeFeed.create(INSTRUMENTS, STEP_NS);
        one = QueriedRun.open(feed, TradeJob.vwaps("one", windows), INSTRUMENTS, QUERIES_PER_SECOND);
        other = QueriedRun.open(feed, TradeJob.vwaps("other", windows), INSTRUMENTS, QUERIES_PER_SECOND);
    }

    @Setup(Level.Iteration)
    public void append() {
        feed.append(TRADES);
    }

    /** A shot of each. */
    @Benchmark
    @OperationsPerInvocation(TRADES)
    public void bothJobs(final QueryCost cost) {
        cost.run(TRADES, one, other);
    }

    @TearDown
    public void delete() {
        for (final QueriedRun run : new QueriedRun[] {one, other}) {
            System.out.printf(
                    "%nround trips: %,d, p50 %,d ns, p99 %,d ns, p99.9 %,d ns%n",
                    run.queries(), run.roundTripNs(50), run.roundTripNs(99), run.roundTripNs(99.9));
        }
        one.close();
        other.close();
        feed.close();
    }
}
