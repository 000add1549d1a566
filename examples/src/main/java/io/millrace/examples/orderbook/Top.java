package io.millrace.examples.orderbook;

import io.millrace.examples.market.Level;
import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;
import java.util.List;

/**
 * The best levels of an order book after a change.
 *
 * @param timeNs    of the change, in ns since the epoch.
 * @param lastId    its number.
 * @param bidE8     best bid, in units of 10^-8.
 * @param askE8     best ask, in units of 10^-8.
 * @param levels    of both sides, all in all.
 * @param imbalance of the five best levels: 1 when all is bid, -1 when all is asked.
 */
record Top(long timeNs, long lastId, long bidE8, long askE8, int levels, double imbalance) {
    static final Codec<Top> CODEC = Codecs.records(Top.class);

    private static final int BEST = 5;

    static Top of(final long timeNs, final Book book) {
        final double bid = quantity(book.bids());
        final double ask = quantity(book.asks());
        return new Top(
                timeNs,
                book.lastId(),
                book.bids().get(0).priceE8(),
                book.asks().get(0).priceE8(),
                book.bids().size() + book.asks().size(),
                (bid - ask) / (bid + ask));
    }

    private static double quantity(final List<Level> side) {
        double sum = 0;
        for (final Level level : side.subList(0, Math.min(BEST, side.size()))) {
            sum += level.quantityE8();
        }
        return sum;
    }

    long doubleMidE8() {
        return bidE8 + askE8;
    }
}
