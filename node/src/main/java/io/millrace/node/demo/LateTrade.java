package io.millrace.node.demo;

import io.millrace.node.demo.codec.TradeDecoder;

/**
 * A trade that the job put aside as late, with what identifies it in the file.
 *
 * @param symbol      traded.
 * @param eventTimeNs nanoseconds since the epoch.
 * @param price       scaled by 10^8.
 * @param quantity    scaled by 10^8.
 * @param tradeId     the exchange's number of the trade, or its line in the file.
 */
record LateTrade(String symbol, long eventTimeNs, long price, long quantity, long tradeId) {

    /**
     * Copies a trade out of its message.
     *
     * @param eventTimeNs of the record.
     * @param message     wrapped over the record's value.
     * @return the copy.
     */
    static LateTrade of(final long eventTimeNs, final TradeDecoder message) {
        return new LateTrade(
                message.symbol(),
                eventTimeNs,
                message.price().mantissa(),
                message.quantity().mantissa(),
                message.tradeId());
    }

    /**
     * The trade of a file as it would be put aside.
     *
     * @param trades of the file.
     * @param trade  its place among them.
     * @return the trade.
     */
    static LateTrade of(final Trades trades, final int trade) {
        return new LateTrade(
                trades.symbol(trade),
                trades.eventTimeNs(trade),
                trades.price(trade),
                trades.quantity(trade),
                trades.tradeId(trade));
    }
}
