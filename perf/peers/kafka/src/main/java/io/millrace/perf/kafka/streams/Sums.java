package io.millrace.perf.kafka.streams;

/**
 * The trades of one instrument in one window.
 *
 * @param count    number of trades.
 * @param quantity sum of their quantities.
 * @param notional sum of price times quantity.
 */
record Sums(long count, long quantity, long notional) {
    static final Sums NONE = new Sums(0, 0, 0);

    Sums plus(final Trade trade) {
        return new Sums(count + 1, quantity + trade.quantity(), notional + trade.price() * trade.quantity());
    }
}
