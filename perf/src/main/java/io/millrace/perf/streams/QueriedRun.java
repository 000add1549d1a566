package io.millrace.perf.streams;

import io.millrace.streams.Codecs;
import io.millrace.streams.JobTasks;
import io.millrace.streams.Topology;
import io.millrace.streams.query.StateQuery;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** A job of one task, of which another thread asks for the windows of a key so many times a second, in some shots. */
final class QueriedRun implements AutoCloseable {
    private static final int MAX_QUERIES = 1 << 16;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final JobTasks tasks;
    private final int keys;
    private final long intervalNs;

    private final long[] roundTripsNs = new long[MAX_QUERIES];
    private final Thread asker;
    private volatile int queries;
    private volatile boolean isAsking;
    private volatile boolean isClosed;
    private volatile Throwable failure;

    private QueriedRun(final JobTasks tasks, final int keys, final int queriesPerSecond) {
        this.tasks = tasks;
        this.keys = keys;
        this.intervalNs = TimeUnit.SECONDS.toNanos(1) / queriesPerSecond;
        this.asker = new Thread(this::ask, "asker");
        asker.setDaemon(true);
    }

    static QueriedRun open(final TradeFeed feed, final Topology topology, final int keys, final int queriesPerSecond) {
        final QueriedRun run = new QueriedRun(TradeJob.tasks(feed, topology, Duration.ZERO), keys, queriesPerSecond);
        run.asker.start();
        return run;
    }

    private void ask() {
        final StateQuery<Long, VwapState> vwaps = tasks.state("vwaps", Codecs.int64(), VwapState.class);
        final SplittableRandom random = new SplittableRandom(1);
        try {
            long nextNs = System.nanoTime();
            while (!isClosed) {
                if (isAsking) {
                    final long startNs = System.nanoTime();
                    vwaps.windows(TradeFeed.instrumentId(random.nextInt(keys))).await(TIMEOUT);
                    final int number = queries;
                    roundTripsNs[number & MAX_QUERIES - 1] = System.nanoTime() - startNs;
                    queries = number + 1;
                }
                nextNs += intervalNs;
                LockSupport.parkNanos(nextNs - System.nanoTime());
                nextNs = Math.max(nextNs, System.nanoTime() - intervalNs);
            }
        } catch (final InterruptedException | TimeoutException | RuntimeException e) {
            failure = isClosed ? null : e;
        }
    }

    /** Works until there is nothing more to read, and nobody asks. */
    void runWithout() {
        while (tasks.doWork() > 0) {
            // On to the end.
        }
    }

    /** Works until there is nothing more to read, while the other thread asks. */
    void runWith() {
        isAsking = true;
        runWithout();
        isAsking = false;
        if (failure != null) {
            throw new IllegalStateException("the asker has stopped", failure);
        }
    }

    /** Answers what is still asked, so that the next shot begins with none. */
    void finishQueries() {
        final long endNs = System.nanoTime() + 2 * intervalNs;
        while (System.nanoTime() < endNs) {
            tasks.doWork();
        }
    }

    /** Number of queries that were answered. */
    int queries() {
        return queries;
    }

    /** A percentile of all round trips so far, in ns; by the asker's thread or when it does not ask. */
    long roundTripNs(final double percentile) {
        final long[] sorted = Arrays.copyOf(roundTripsNs, Math.min(queries, MAX_QUERIES));
        Arrays.sort(sorted);
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, sorted.length * percentile / 100)];
    }

    @Override
    public void close() {
        isClosed = true;
        tasks.close();
    }
}
