package io.millrace.perf.streams;

import io.millrace.perf.compare.stream.StreamWorkload;
import java.util.SplittableRandom;

/** Draws the trades of a workload one after the other: those that a {@link TradeFeed} of one partition appends. */
public final class TradeDraw {
    private final SplittableRandom random = new SplittableRandom(TradeFeed.SEED);
    private final long[] instrumentIds;
    private final long stepNs;
    private long eventTimeNs;
    private long instrumentId;
    private int price;
    private int quantity;

    /**
     * Creates one that stands before the first trade.
     *
     * @param workload whose trades are drawn.
     */
    public TradeDraw(final StreamWorkload workload) {
        this(workload.keys(), workload.stepNs());
    }

    /**
     * Creates one that stands before the first trade.
     *
     * @param keys   number of instruments.
     * @param stepNs event time from one trade to the next.
     */
    public TradeDraw(final int keys, final long stepNs) {
        this.stepNs = stepNs;
        eventTimeNs = TradeFeed.START_NS - stepNs;
        instrumentIds = new long[keys];
        for (int i = 0; i < instrumentIds.length; i++) {
            instrumentIds[i] = TradeFeed.instrumentId(i);
        }
    }

    /** Goes on to the next trade. */
    public void next() {
        eventTimeNs += stepNs;
        instrumentId = instrumentIds[random.nextInt(instrumentIds.length)];
        price = 1 + random.nextInt(TradeFeed.MAX_PRICE);
        quantity = 1 + random.nextInt(TradeFeed.MAX_QUANTITY);
    }

    /**
     * When it happened.
     *
     * @return ns since the epoch.
     */
    public long eventTimeNs() {
        return eventTimeNs;
    }

    /**
     * What was traded.
     *
     * @return any 64 bits but 0.
     */
    public long instrumentId() {
        return instrumentId;
    }

    /**
     * Its price.
     *
     * @return 1 to {@value TradeFeed#MAX_PRICE}.
     */
    public int price() {
        return price;
    }

    /**
     * How many.
     *
     * @return 1 to {@value TradeFeed#MAX_QUANTITY}.
     */
    public int quantity() {
        return quantity;
    }
}
