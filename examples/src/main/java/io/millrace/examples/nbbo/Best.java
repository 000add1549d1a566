package io.millrace.examples.nbbo;

import io.millrace.examples.market.Quote;
import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;
import java.util.Collection;

/**
 * The best bid and ask of a symbol over all venues.
 *
 * @param timeNs   since when, in ns since the epoch.
 * @param symbol   what is quoted.
 * @param bidE8    highest bid, in units of 10^-8.
 * @param bidVenue whose it is; of several, the first by name.
 * @param askE8    lowest ask, in units of 10^-8.
 * @param askVenue whose it is; of several, the first by name.
 */
public record Best(long timeNs, String symbol, long bidE8, String bidVenue, long askE8, String askVenue) {
    /** Writes best quotes into topics. */
    public static final Codec<Best> CODEC = Codecs.records(Best.class);

    /**
     * Finds the best of several quotes.
     *
     * @param timeNs of the newest, in ns since the epoch.
     * @param quotes one for each venue; a side of 0 is none.
     * @return the best of them; null while nobody bids, or nobody asks.
     */
    static Best of(final long timeNs, final Collection<Quote> quotes) {
        Quote bid = null;
        Quote ask = null;
        for (final Quote quote : quotes) {
            if (quote.bidE8() > 0 && (bid == null || isBefore(bid.bidE8(), quote.bidE8(), bid, quote))) {
                bid = quote;
            }
            if (quote.askE8() > 0 && (ask == null || isBefore(quote.askE8(), ask.askE8(), ask, quote))) {
                ask = quote;
            }
        }
        return bid == null || ask == null
                ? null
                : new Best(timeNs, bid.symbol(), bid.bidE8(), bid.venue(), ask.askE8(), ask.venue());
    }

    private static boolean isBefore(final long low, final long high, final Quote before, final Quote now) {
        return low < high || low == high && now.venue().compareTo(before.venue()) < 0;
    }

    boolean isSameAs(final Best other) {
        return bidE8 == other.bidE8
                && askE8 == other.askE8
                && bidVenue.equals(other.bidVenue)
                && askVenue.equals(other.askVenue);
    }

    /**
     * Ask less bid.
     *
     * @return in units of 10^-8; negative where the bid of one venue is above the ask of another.
     */
    public long spreadE8() {
        return askE8 - bidE8;
    }

    /**
     * The middle between bid and ask, times two, which is exact.
     *
     * @return in units of 10^-8.
     */
    public long doubleMidE8() {
        return askE8 + bidE8;
    }
}
