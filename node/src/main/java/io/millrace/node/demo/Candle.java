package io.millrace.node.demo;

import io.millrace.node.demo.codec.CandleDecoder;

/**
 * A candle as the demo shows and checks it; decimals are scaled by 10^8, times are nanoseconds since the epoch.
 *
 * @param symbol        traded.
 * @param windowStartNs first nanosecond of the window.
 * @param windowEndNs   first nanosecond after the window.
 * @param open          price of the first trade in log order.
 * @param high          highest price.
 * @param low           lowest price.
 * @param close         price of the last trade in log order.
 * @param volume        sum of the quantities.
 * @param vwap          volume-weighted average price.
 * @param count         number of trades.
 */
record Candle(
        String symbol,
        long windowStartNs,
        long windowEndNs,
        long open,
        long high,
        long low,
        long close,
        long volume,
        long vwap,
        long count) {

    /**
     * Copies a candle out of its message.
     *
     * @param message wrapped over the record's value.
     * @return the copy.
     */
    static Candle of(final CandleDecoder message) {
        return new Candle(
                message.symbol(),
                message.windowStartNs(),
                message.windowEndNs(),
                message.open().mantissa(),
                message.high().mantissa(),
                message.low().mantissa(),
                message.close().mantissa(),
                message.volume().mantissa(),
                message.vwap().mantissa(),
                message.count());
    }
}
