package io.millrace.perf.flink;

import io.millrace.perf.streams.TradeBlock;

/** A trade as Flink's documentation wants values to be: public, mutable, with a constructor without parameters. */
public final class Trade {
    /** What was traded. */
    public long instrumentId;

    /** Its price. */
    public long price;

    /** How many. */
    public long quantity;

    /** Creates one of nothing. */
    public Trade() {}

    void set(final TradeBlock trades, final int number) {
        instrumentId = trades.instrumentId(number);
        price = trades.price(number);
        quantity = trades.quantity(number);
    }
}
