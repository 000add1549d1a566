package io.millrace.perf.kafka.streams;

/**
 * All trades of one instrument so far.
 *
 * @param tag      of the last one.
 * @param count    number of trades.
 * @param quantity sum of their quantities.
 * @param notional sum of price times quantity.
 */
record TaggedSums(long tag, long count, long quantity, long notional) {
    static final TaggedSums NONE = new TaggedSums(0, 0, 0, 0);

    TaggedSums plus(final TaggedTrade trade) {
        return new TaggedSums(
                trade.tag(), count + 1, quantity + trade.quantity(), notional + trade.price() * trade.quantity());
    }
}
