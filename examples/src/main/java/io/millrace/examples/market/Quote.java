package io.millrace.examples.market;

import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;

/**
 * The best bid and ask of a venue. A side of 0 is not told, and is what it was before.
 *
 * @param timeNs        in ns since the epoch.
 * @param symbol        what is quoted.
 * @param venue         where.
 * @param bidE8         highest price that a buyer offers, in units of 10^-8.
 * @param bidQuantityE8 how much of it, in units of 10^-8.
 * @param askE8         lowest price that a seller asks for, in units of 10^-8.
 * @param askQuantityE8 how much of it, in units of 10^-8.
 */
public record Quote(
        long timeNs, String symbol, String venue, long bidE8, long bidQuantityE8, long askE8, long askQuantityE8)
        implements MarketEvent {
    /** Writes quotes into topics. */
    public static final Codec<Quote> CODEC = Codecs.records(Quote.class);
}
