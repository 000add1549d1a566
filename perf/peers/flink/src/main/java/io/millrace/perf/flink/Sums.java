package io.millrace.perf.flink;

/** The trades of one instrument in one window. */
public final class Sums {
    /** What was traded. */
    public long instrumentId;

    /** First µs after the window. */
    public long windowEndUs;

    /** Number of trades. */
    public long count;

    /** Sum of their quantities. */
    public long quantity;

    /** Sum of price times quantity. */
    public long notional;

    /** Creates one of no trades. */
    public Sums() {}

    void add(final Trade trade) {
        count++;
        quantity += trade.quantity;
        notional += trade.price * trade.quantity;
    }
}
