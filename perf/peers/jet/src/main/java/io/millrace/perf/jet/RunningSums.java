package io.millrace.perf.jet;

import java.io.Serial;
import java.io.Serializable;

/**
 * What has become of an instrument with one trade more.
 *
 * @param dueNs        when the trade was due.
 * @param instrumentId what was traded.
 * @param count        number of its trades.
 * @param quantity     sum of their quantities.
 * @param vwap         sum of price times quantity, divided by the quantity and rounded down.
 */
record RunningSums(long dueNs, long instrumentId, long count, long quantity, long vwap) implements Serializable {
    @Serial
    private static final long serialVersionUID = 1;

    /** Adds a trade, whose time is when it was due. */
    static RunningSums of(final Sums sums, final Trade trade) {
        sums.add(trade);
        return new RunningSums(trade.eventTimeUs(), trade.instrumentId(), sums.count(), sums.quantity(), sums.vwap());
    }
}
