package io.millrace.perf.streams;

import io.millrace.perf.compare.stream.StreamWorkload;

/**
 * Trades in memory, drawn before anything is timed, for those who have no log to read: 16 bytes each, in arrays of numbers that
 * cost the collector nothing. Safe for many readers.
 */
public final class TradeBlock {
    private static final long NS_PER_US = 1_000;

    private final long[] instrumentIds;
    private final int[] prices;
    private final int[] quantities;
    private final long stepNs;

    /**
     * Draws the first trades of a workload.
     *
     * @param workload whose trades they are.
     * @param count    how many.
     */
    public TradeBlock(final StreamWorkload workload, final int count) {
        this(workload.keys(), workload.stepNs(), count);
    }

    /**
     * Draws the first trades.
     *
     * @param keys   number of instruments.
     * @param stepNs event time from one trade to the next.
     * @param count  how many.
     */
    public TradeBlock(final int keys, final long stepNs, final int count) {
        instrumentIds = new long[count];
        prices = new int[count];
        quantities = new int[count];
        this.stepNs = stepNs;
        final TradeDraw draw = new TradeDraw(keys, stepNs);
        for (int i = 0; i < count; i++) {
            draw.next();
            instrumentIds[i] = draw.instrumentId();
            prices[i] = draw.price();
            quantities[i] = draw.quantity();
        }
    }

    /**
     * How many there are.
     *
     * @return their number.
     */
    public int count() {
        return prices.length;
    }

    /**
     * When a trade happened, for those who count in other units than ns. The ends of windows and what lies between two trades that
     * may be a pair are whole numbers of µs, so the results are the same.
     *
     * @param index of the trade, from 0.
     * @return µs since the epoch.
     */
    public long eventTimeUs(final int index) {
        return (TradeFeed.START_NS + index * stepNs) / NS_PER_US;
    }

    /**
     * What was traded.
     *
     * @param index of the trade, from 0.
     * @return any 64 bits but 0.
     */
    public long instrumentId(final int index) {
        return instrumentIds[index];
    }

    /**
     * Its price.
     *
     * @param index of the trade, from 0.
     * @return more than 0.
     */
    public long price(final int index) {
        return prices[index];
    }

    /**
     * How many.
     *
     * @param index of the trade, from 0.
     * @return more than 0.
     */
    public long quantity(final int index) {
        return quantities[index];
    }
}
