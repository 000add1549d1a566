package io.millrace.examples.nexmark;

import io.millrace.operators.join.Joined;
import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Stream;
import io.millrace.streams.Within;
import java.time.Duration;
import java.util.Set;

/** The queries that bring events of two types together. */
final class JoinQueries {
    private static final long CATEGORY = 10;
    private static final Set<String> STATES = Set.of("OR", "ID", "CA");

    private JoinQueries() {}

    /** Auctions of a category with their sellers in some states. */
    static Stream<String> q3(final Events events) {
        final KeyedStream<Long, Event> sellers = events.persons().filter(person -> STATES.contains(person.state()));
        return events.auctionsBySeller("q3-sellers")
                .filter(JoinQueries::isOfCategory)
                .join("q3-joined", sellers, Events.ALWAYS)
                .values()
                .map(
                        pair -> Row.begin(pair.right().name())
                                .add(pair.right().city())
                                .add(pair.right().state())
                                .add(pair.left().id())
                                .toString(),
                        Codecs.string());
    }

    /** Persons and what they offered in the ten seconds in which they came. */
    static Stream<String> q8b(final Events events) {
        return events.auctionsBySeller("q8b-sellers")
                .join("q8b-joined", events.persons(), Within.of(Events.TEN_SECONDS))
                .filter(pair -> Events.tenSecondsOf(pair.left()) == Events.tenSecondsOf(pair.right()))
                .values()
                .map(
                        pair -> Row.begin(Events.tenSecondsOf(pair.right()))
                                .add(pair.right().id())
                                .add(pair.right().name())
                                .add(pair.left().reserve())
                                .toString(),
                        Codecs.string());
    }

    /**
     * Bids with their auctions of a category, whichever comes first. A bid that finds its auction is not kept; only one that is early
     * waits.
     */
    static Stream<String> q20(final Events events) {
        final KeyedStream<Long, Joined<Event, Event>> bids = events.bidsWithAuction("q20-in-order");
        final Stream<String> inOrder = bids.filter(pair -> pair.hasRight() && isOfCategory(pair.right()))
                .values()
                .map(JoinQueries::bidAndAuction, Codecs.string());
        final Stream<String> early = bids.filter(pair -> !pair.hasRight())
                .mapValues(Joined::left, Events.CODEC)
                .join("q20-early", events.auctions().filter(JoinQueries::isOfCategory), Events.ALWAYS)
                .values()
                .map(JoinQueries::bidAndAuction, Codecs.string());
        return inOrder.merge("q20-all", early);
    }

    private static String bidAndAuction(final Joined<Event, Event> pair) {
        final Event bid = pair.left();
        final Event auction = pair.right();
        return Row.of(
                bid.auction(),
                bid.bidder(),
                bid.price(),
                bid.ts(),
                auction.ts(),
                auction.expires(),
                auction.seller(),
                auction.category(),
                auction.initialBid(),
                auction.reserve());
    }

    /** Bids of the first ten seconds of their auction. */
    static Stream<String> x3(final Events events) {
        return events.auctions()
                .join("x3-joined", events.bids(), Within.between(Duration.ZERO, Events.TEN_SECONDS))
                .values()
                .map(
                        pair -> Row.of(
                                pair.left().id(),
                                pair.left().ts(),
                                pair.right().ts(),
                                pair.right().bidder(),
                                pair.right().price()),
                        Codecs.string());
    }

    /** Each bid with what is known of its auction by then. */
    static Stream<String> x4l(final Events events) {
        return events.bidsWithAuction("x4l-joined")
                .values()
                .map(
                        pair -> Row.of(
                                pair.left().auction(),
                                pair.left().bidder(),
                                pair.left().price(),
                                pair.left().ts(),
                                pair.hasRight() ? pair.right().seller() : Event.NULL,
                                pair.hasRight() ? pair.right().category() : Event.NULL),
                        Codecs.string());
    }

    private static boolean isOfCategory(final Event auction) {
        return auction.category() == CATEGORY;
    }
}
