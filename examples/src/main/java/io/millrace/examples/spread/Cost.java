package io.millrace.examples.spread;

import io.millrace.examples.market.Trade;
import io.millrace.examples.nbbo.Best;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.join.Joined;
import io.millrace.streams.Codecs;

/**
 * What a trade cost against its quote. All but the symbol is in units of 10^-8.
 *
 * @param symbol      what was traded.
 * @param quantityE8  of the trade.
 * @param doubleMidE8 the middle of the quote, times two; 0 if there was none.
 * @param quotedE8    the spread of the quote.
 * @param effectiveE8 twice the distance of the price from the middle.
 */
record Cost(String symbol, long quantityE8, long doubleMidE8, long quotedE8, long effectiveE8) {
    static final Codec<Cost> CODEC = Codecs.records(Cost.class);

    static Cost of(final Joined<Trade, Best> pair) {
        final Trade trade = pair.left();
        if (!pair.hasRight()) {
            return new Cost(trade.symbol(), trade.quantityE8(), 0, 0, 0);
        }
        final Best best = pair.right();
        return new Cost(
                trade.symbol(),
                trade.quantityE8(),
                best.doubleMidE8(),
                best.spreadE8(),
                Math.abs(2 * trade.priceE8() - best.doubleMidE8()));
    }

    boolean hasQuote() {
        return doubleMidE8 > 0;
    }

    /** A spread in units of 10^-8 as hundredths of a percent of the price. */
    double bps(final long spreadE8) {
        return 2e4 * spreadE8 / doubleMidE8;
    }
}
