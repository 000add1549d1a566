package io.millrace.examples.market;

import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;

/**
 * A trade.
 *
 * @param timeNs     in ns since the epoch.
 * @param symbol     what was traded.
 * @param venue      where.
 * @param priceE8    in units of 10^-8.
 * @param quantityE8 in units of 10^-8.
 */
public record Trade(long timeNs, String symbol, String venue, long priceE8, long quantityE8) implements MarketEvent {
    /** Writes trades into topics. */
    public static final Codec<Trade> CODEC = Codecs.records(Trade.class);
}
