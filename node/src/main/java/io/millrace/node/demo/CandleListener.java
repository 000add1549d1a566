package io.millrace.node.demo;

import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.node.demo.codec.CandleDecoder;
import io.millrace.node.demo.codec.MessageHeaderDecoder;
import io.millrace.transport.Subscriber;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;

/**
 * Takes candles from a subscriber as they arrive over the wire, and measures how long each was under way: from the intended send
 * time of the trade that made it final, to here.
 */
final class CandleListener implements Runnable {
    private static final int POLL_LIMIT = 64;
    private static final int SIGNIFICANT_DIGITS = 3;
    private static final long IDLE_PARK_NS = TimeUnit.MICROSECONDS.toNanos(20);

    private final Subscriber subscriber;
    private final Trades trades;
    private final DemoFeed feed;
    private final CandleBoard board;
    private final Histogram latencyNs = new SynchronizedHistogram(SIGNIFICANT_DIGITS);
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final CandleDecoder decoder = new CandleDecoder();
    private volatile boolean isStopRequested;
    private volatile long lastArrivalNs;

    /**
     * Creates a listener.
     *
     * @param subscriber to topic candles; belongs to the thread that runs this from then on.
     * @param trades     that are fed.
     * @param feed       that knows when each should have been sent.
     * @param board      that gets the candles.
     */
    CandleListener(final Subscriber subscriber, final Trades trades, final DemoFeed feed, final CandleBoard board) {
        this.subscriber = subscriber;
        this.trades = trades;
        this.feed = feed;
        this.board = board;
    }

    @Override
    public void run() {
        while (!isStopRequested) {
            if (subscriber.poll(this::onRecord, POLL_LIMIT) == 0) {
                LockSupport.parkNanos(IDLE_PARK_NS);
            }
        }
    }

    void requestStop() {
        isStopRequested = true;
    }

    /** When the newest candle arrived, on the scale of {@link System#nanoTime()}; 0 before the first. */
    long lastArrivalNs() {
        return lastArrivalNs;
    }

    /** Latencies in nanoseconds of the candles that a trade sent in this run made final. */
    Histogram latencyNs() {
        return latencyNs;
    }

    private void onRecord(final RecordFlyweight record) {
        if (record.kind() != RecordKind.DATA) {
            return;
        }
        final long arrivalNs = System.nanoTime();
        final Candle candle = Candle.of(decoder.wrapAndApplyHeader(record.buffer(), record.valueOffset(), header));
        measure(candle, arrivalNs);
        lastArrivalNs = arrivalNs;
        board.add(candle);
    }

    private void measure(final Candle candle, final long arrivalNs) {
        final int closing = trades.firstReaching(DemoTiming.closingEventTimeNs(candle.windowEndNs()));
        final long intendedNs = closing < feed.inputCount() ? feed.intendedTimeNs(closing) : 0;
        if (intendedNs != 0) {
            latencyNs.recordValue(Math.max(0, arrivalNs - intendedNs));
        }
    }
}
