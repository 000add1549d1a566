package io.millrace.examples.nexmark;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.streams.Codecs;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The last prices that somebody was paid, by the times of the bids and then by price. Not changed once made.
 *
 * @param prices at most {@value #MOST}, the last one at the end.
 */
record LastPrices(List<Price> prices) {
    static final int MOST = 10;

    /**
     * A price at its time.
     *
     * @param ts    of the bid, in ms since the epoch.
     * @param cents of the bid.
     */
    record Price(long ts, long cents) {}

    private static final Comparator<Price> ORDER =
            Comparator.comparingLong(Price::ts).thenComparingLong(Price::cents);

    static Aggregation<Winner, LastPrices, LastPrices> aggregation() {
        return Aggregation.values(Codecs.records(LastPrices.class), () -> new LastPrices(List.of()), LastPrices::with)
                .named("last " + MOST);
    }

    private LastPrices with(final Winner winner) {
        final List<Price> all = new ArrayList<>(prices);
        all.add(new Price(winner.ts(), winner.price()));
        all.sort(ORDER);
        return new LastPrices(List.copyOf(all.subList(Math.max(0, all.size() - MOST), all.size())));
    }

    /** Rounded half up to a whole number. */
    BigInteger average() {
        BigInteger sum = BigInteger.ZERO;
        for (final Price price : prices) {
            sum = sum.add(BigInteger.valueOf(price.cents()));
        }
        return WideSum.average(sum, prices.size());
    }
}
