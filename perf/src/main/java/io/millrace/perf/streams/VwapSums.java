package io.millrace.perf.streams;

/**
 * Sums over trades as an immutable value on the heap: what {@link VwapState} is outside of it.
 *
 * @param count    of the trades.
 * @param quantity sum of the quantities.
 * @param notional sum of price times quantity.
 */
public record VwapSums(long count, long quantity, long notional) {
    static final VwapSums NONE = new VwapSums(0, 0, 0);

    VwapSums plus(final TradeRecord trade) {
        return new VwapSums(count + 1, quantity + trade.quantity(), notional + trade.price() * trade.quantity());
    }

    VwapSums plus(final VwapSums other) {
        return new VwapSums(count + other.count, quantity + other.quantity, notional + other.notional);
    }
}
