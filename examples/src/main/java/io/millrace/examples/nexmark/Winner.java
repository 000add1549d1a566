package io.millrace.examples.nexmark;

import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;

/**
 * The bid that won an auction.
 *
 * @param auction  number of the auction.
 * @param seller   of the auction.
 * @param category of the auction.
 * @param expires  when it ended, in ms since the epoch.
 * @param bidder   who won.
 * @param price    of the bid, in cents.
 * @param ts       of the bid, in ms since the epoch.
 */
record Winner(long auction, long seller, long category, long expires, long bidder, long price, long ts) {
    static final Codec<Winner> CODEC = Codecs.records(Winner.class);

    String row() {
        return Row.of(auction, seller, category, expires, bidder, price, ts);
    }
}
