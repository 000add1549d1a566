package io.millrace.perf.streams;

import io.millrace.log.LogReader;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.streams.JobTasks;
import org.HdrHistogram.Histogram;

/**
 * Trades at a fixed rate through a job, by one thread that appends what is due, runs a duty cycle and reads the results. A trade
 * is due at its intended time; whoever is late appends what was missed at once, and the lateness counts. The cores that this thread
 * leaves are for the threads of the log.
 */
final class PacedTrades implements AutoCloseable {
    private static final int POLL_LIMIT = 1024;

    private final TradeFeed feed;
    private final LogReader results;
    private final long intervalNs;
    private Histogram histogram;
    private long trades;
    private long originNs;
    private long answered;

    /** Of a feed whose event time goes on by the interval from trade to trade, and of which so many were appended. */
    PacedTrades(final TradeFeed feed, final long intervalNs, final long trades) {
        this.feed = feed;
        this.results = feed.store().topic(TradeFeed.RESULTS).partition(0).reader();
        this.intervalNs = intervalNs;
        this.trades = trades;
    }

    /** Runs a job on so many new trades, and records how long after its intended time the result of each is read. */
    void run(final JobTasks job, final int count, final Histogram newHistogram) {
        histogram = newHistogram;
        results.seek(feed.store().topic(TradeFeed.RESULTS).partition(0).tailPosition());
        answered = 0;
        final long end = trades + count;
        // So that event time tells the intended time of each trade, in ns of System.nanoTime().
        originNs = System.nanoTime() - trades * intervalNs;
        while (trades < end || answered < count) {
            final long nowNs = System.nanoTime();
            while (trades < end && originNs + trades * intervalNs <= nowNs) {
                feed.appendNext();
                trades++;
            }
            job.doWork();
            results.poll(this::onResult, POLL_LIMIT);
        }
    }

    private void onResult(final RecordFlyweight result) {
        if (result.kind() == RecordKind.DATA) {
            final long intendedNs = originNs + result.eventTimeNs() - TradeFeed.START_NS;
            histogram.recordValue(Math.max(0, System.nanoTime() - intendedNs));
            answered++;
        }
    }

    /** How late the machine lets a thread see so many intended times that does nothing else. */
    void idle(final int count, final Histogram newHistogram) {
        final long startNs = System.nanoTime();
        int seen = 0;
        while (seen < count) {
            final long nowNs = System.nanoTime();
            for (long dueNs = startNs + seen * intervalNs; seen < count && dueNs <= nowNs; dueNs += intervalNs) {
                newHistogram.recordValue(nowNs - dueNs);
                seen++;
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        results.close();
    }
}
