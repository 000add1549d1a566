package io.millrace.examples.nexmark;

import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;
import java.util.ArrayList;
import java.util.List;

/**
 * A bid that is kept on the heap.
 *
 * @param auction number of its auction.
 * @param bidder  number of the person.
 * @param price   in cents.
 * @param ts      event time in ms since the epoch.
 * @param seq     number of the event.
 */
record Bid(long auction, long bidder, long price, long ts, long seq) {
    /**
     * Bids in some order. Not changed once made.
     *
     * @param bids of it.
     */
    record Bids(List<Bid> bids) {
        static final Bids NONE = new Bids(List.of());
        static final Codec<Bids> CODEC = Codecs.records(Bids.class);

        /** These and another bid, the best first, and no more than some. */
        Bids withBest(final int most, final Bid bid) {
            if (bids.size() == most && !bid.isBetterThan(bids.get(most - 1))) {
                return this;
            }
            final List<Bid> best = new ArrayList<>(bids);
            int place = best.size();
            while (place > 0 && bid.isBetterThan(best.get(place - 1))) {
                place--;
            }
            best.add(place, bid);
            return new Bids(best.size() > most ? List.copyOf(best.subList(0, most)) : List.copyOf(best));
        }

        /**
         * These and another bid, in the order of time, without those that cannot win whatever the auction asks: there is one as high
         * that is no later. What is left has rising prices.
         */
        Bids withContender(final Bid bid) {
            int place = bids.size();
            while (place > 0 && bid.isBefore(bids.get(place - 1))) {
                place--;
            }
            if (place > 0 && bids.get(place - 1).price() >= bid.price()) {
                return this;
            }
            final List<Bid> contenders = new ArrayList<>(bids.subList(0, place));
            contenders.add(bid);
            for (final Bid later : bids.subList(place, bids.size())) {
                if (later.price() > bid.price()) {
                    contenders.add(later);
                }
            }
            return new Bids(List.copyOf(contenders));
        }
    }

    static Bid of(final Event bid) {
        return new Bid(bid.auction(), bid.bidder(), bid.price(), bid.ts(), bid.seq());
    }

    /** Whether it is higher, or as high and came before. */
    boolean isBetterThan(final Bid other) {
        return price > other.price || price == other.price && isBefore(other);
    }

    private boolean isBefore(final Bid other) {
        return ts < other.ts || ts == other.ts && seq < other.seq;
    }
}
