package io.millrace.examples.nexmark;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.window.Windowed;
import io.millrace.streams.Codecs;
import io.millrace.streams.Stream;
import io.millrace.streams.Windows;
import java.time.Duration;

/** The queries that look at bids alone, one by one or in windows. */
final class BidQueries {
    private static final Windows TUMBLING = Windows.tumbling(Events.TEN_SECONDS);
    private static final long RARE_AUCTION = 123;
    private static final long CENTS_PER_UNIT = 100;
    private static final long RATE = 89;
    private static final int TOP = 3;

    private BidQueries() {}

    /** Every bid as it is. */
    static Stream<String> q0(final Events events) {
        return events.allBids().map(bid -> Row.of(bid.auction(), bid.bidder(), bid.price(), bid.ts()), Codecs.string());
    }

    /** Prices in another currency. */
    static Stream<String> q1b(final Events events) {
        return events.allBids()
                .map(bid -> Row.of(bid.auction(), bid.bidder(), converted(bid.price()), bid.ts()), Codecs.string());
    }

    // The quotient of price x 89 and 100, which price x 89 may be too large for.
    private static long converted(final long price) {
        return price / CENTS_PER_UNIT * RATE + price % CENTS_PER_UNIT * RATE / CENTS_PER_UNIT;
    }

    /** A few auctions. */
    static Stream<String> q2(final Events events) {
        return events.allBids()
                .filter(bid -> bid.auction() % RARE_AUCTION == 0)
                .map(bid -> Row.of(bid.auction(), bid.price()), Codecs.string());
    }

    /** Sessions of each bidder. */
    static Stream<String> q11b(final Events events) {
        return events.bidsByBidder("q11b-bidders")
                .window("q11b-sessions", Windows.session(Events.TEN_SECONDS))
                .count()
                .map(
                        session -> Row.of(
                                session.keyLong(), session.value(), startMs(session), Events.ms(session.endNs())),
                        Codecs.string());
    }

    /** How often each bidder bids. */
    static Stream<String> q12e(final Events events) {
        return events.bidsByBidder("q12e-bidders")
                .window("q12e-counts", TUMBLING)
                .count()
                .map(window -> Row.of(startMs(window), window.keyLong(), window.value()), Codecs.string());
    }

    /** Figures of each auction. */
    static Stream<String> x1(final Events events) {
        return events.bids()
                .window("x1-figures", TUMBLING)
                .aggregate(PriceState.aggregation())
                .map(
                        window -> Row.begin(startMs(window))
                                .add(window.keyLong())
                                .add(window.value().count())
                                .add(window.value().sum())
                                .add(window.value().min())
                                .add(window.value().max())
                                .toString(),
                        Codecs.string());
    }

    /** The highest bids of each window, in order. */
    static Stream<String> x5(final Events events) {
        return events.allBids()
                .keyByLong("x5-windows", Events::tenSecondsOf)
                .window("x5-top", TUMBLING)
                .aggregate(Aggregation.<Event, Bid.Bids>values(
                                Bid.Bids.CODEC, () -> Bid.Bids.NONE, (top, bid) -> top.withBest(TOP, Bid.of(bid)))
                        .combine(BidQueries::topOf)
                        .named("top " + TOP))
                .flatMap(
                        (window, rows) -> {
                            long rank = 0;
                            for (final Bid bid : window.value().bids()) {
                                rows.accept(Row.of(
                                        startMs(window), ++rank, bid.auction(), bid.bidder(), bid.price(), bid.ts()));
                            }
                        },
                        Codecs.string());
    }

    private static Bid.Bids topOf(final Bid.Bids some, final Bid.Bids others) {
        Bid.Bids top = some;
        for (final Bid bid : others.bids()) {
            top = top.withBest(TOP, bid);
        }
        return top;
    }

    /** Count and sum of each auction, in windows that overlap. */
    static Stream<String> x6(final Events events) {
        return events.bids()
                .window("x6-sums", Windows.hopping(Events.TEN_SECONDS, Duration.ofSeconds(2)))
                .aggregate(PriceState.aggregation())
                .map(
                        window -> Row.begin(startMs(window))
                                .add(window.keyLong())
                                .add(window.value().count())
                                .add(window.value().sum())
                                .toString(),
                        Codecs.string());
    }

    /** Candles of each auction. */
    static Stream<String> x8(final Events events) {
        return events.bids()
                .window("x8-candles", TUMBLING)
                .aggregate(PriceState.aggregation())
                .map(
                        window -> Row.begin(startMs(window))
                                .add(window.keyLong())
                                .add(window.value().open())
                                .add(window.value().max())
                                .add(window.value().min())
                                .add(window.value().close())
                                .add(window.value().count())
                                .add(window.value().sum())
                                .toString(),
                        Codecs.string());
    }

    private static long startMs(final Windowed<Long, ?> window) {
        return Events.ms(window.startNs());
    }
}
