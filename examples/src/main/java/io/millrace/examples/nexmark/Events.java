package io.millrace.examples.nexmark;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.join.Joined;
import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.SourceStream;
import io.millrace.streams.Stream;
import io.millrace.streams.Table;
import io.millrace.streams.Topology;
import io.millrace.streams.Within;
import java.time.Duration;

/**
 * What the queries read: the topic of all events, parted by type.
 *
 * <p>One topic holds persons, auctions and bids, in the order of the file. A bid lies under the key of its auction, so an auction and its
 * bids are in one partition, and their order there is that of the file, however many partitions there are. Persons lie under their own
 * number. What a query brings together by anything else goes through an exchange.
 */
final class Events {
    static final Codec<Event> CODEC = new EventCodec();

    /** Name of the topic. */
    static final String TOPIC = "events";

    /** Any two events of a file are in each other's reach, see {@link EventLine#MAX_DISTANCE_MS}. */
    static final Within ALWAYS = Within.of(Duration.ofMillis(2 * EventLine.MAX_DISTANCE_MS));

    static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    private static final long NS_PER_MS = 1_000_000;
    private static final Duration ANY_DATE = Duration.ofNanos(1L << 60);

    private final KeyedStream<Long, Event> all;

    /**
     * Begins a topology.
     *
     * @param topology that reads the topic here and nowhere else.
     * @param disorder by how much an event may be earlier than one before it.
     */
    Events(final Topology topology, final Duration disorder) {
        final SourceStream<Event> source = topology.stream(TOPIC, CODEC)
                .outOfOrderness(disorder)
                .maxAhead(ANY_DATE)
                .neverIdle(); // the end of the input is told, and a pause of the feed means nothing
        all = source.keyed(Codecs.int64());
    }

    /** Under the number of their auction. */
    KeyedStream<Long, Event> bids() {
        return all.filter(Event::isBid);
    }

    /** Under their number. */
    KeyedStream<Long, Event> auctions() {
        return all.filter(Event::isAuction);
    }

    /** Under the number of their seller; without those that have none. */
    KeyedStream<Long, Event> auctionsBySeller(final String exchange) {
        return auctions()
                .filter(auction -> auction.seller() != Event.NULL)
                .values()
                .keyByLong(exchange, Event::seller);
    }

    /** Under their number. */
    KeyedStream<Long, Event> persons() {
        return all.filter(Event::isPerson);
    }

    /** Auctions and bids, under the number of the auction. */
    KeyedStream<Long, Event> auctionsAndBids() {
        return all.filter(event -> !event.isPerson());
    }

    /** Under the number of their bidder. */
    KeyedStream<Long, Event> bidsByBidder(final String exchange) {
        return bids().values().keyByLong(exchange, Event::bidder);
    }

    /** Under no key. */
    Stream<Event> allBids() {
        return bids().values();
    }

    /** Each bid with its auction, if that lies before it in the log. */
    KeyedStream<Long, Joined<Event, Event>> bidsWithAuction(final String name) {
        final Table<Long, Event> auctions = auctions().reduce(name + "-auctions", CODEC, (before, now) -> now);
        return bids().leftJoin(name, auctions);
    }

    /** When the ten seconds begin in which an event lies, in ms since the epoch. */
    static long tenSecondsOf(final Event event) {
        return event.ts() - Math.floorMod(event.ts(), TEN_SECONDS.toMillis());
    }

    static long ms(final long timeNs) {
        return Math.floorDiv(timeNs, NS_PER_MS);
    }
}
