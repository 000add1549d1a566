package io.millrace.examples.nexmark;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.KeyWriter;
import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Stream;
import io.millrace.streams.Windows;
import io.millrace.streams.Within;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.function.ToLongFunction;

/**
 * The queries that ask for what is highest in a window, all of a tie. The highest number of a window is found first, and joined with
 * those that have it: under a key of window and number they meet.
 */
final class HighestQueries {
    /**
     * How many bids an auction has in a window.
     *
     * @param startMs when the window begins, in ms since the epoch.
     * @param auction number of the auction.
     * @param number  of its bids.
     */
    record BidCount(long startMs, long auction, long number) {
        static final Codec<BidCount> CODEC = Codecs.records(BidCount.class);
    }

    /**
     * The highest number of a window.
     *
     * @param startMs when the window begins, in ms since the epoch.
     * @param number  in cents, or of bids.
     */
    record Highest(long startMs, long number) {
        static final Codec<Highest> CODEC = Codecs.records(Highest.class);
    }

    private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);

    private HighestQueries() {}

    /** The auctions with the most bids. */
    static Stream<String> q5b(final Events events) {
        final Stream<BidCount> counts = events.bids()
                .window("q5b-counts", Windows.hopping(Events.TEN_SECONDS, FIVE_SECONDS))
                .count()
                .map(
                        window -> new BidCount(Events.ms(window.startNs()), window.keyLong(), window.value()),
                        BidCount.CODEC);
        // A count has the last instant of its window for its time, which is the last one of five seconds, too.
        final Stream<Highest> highest = counts.keyByLong("q5b-windows", BidCount::startMs)
                .window("q5b-highest", Windows.tumbling(FIVE_SECONDS))
                .max(BidCount::number)
                .map(window -> new Highest(window.keyLong(), window.value()), Highest.CODEC);
        return byNumber("q5b-by-count", counts, BidCount::startMs, BidCount::number)
                .join("q5b-hot", of("q5b", highest), Within.of(Duration.ZERO))
                .values()
                .map(
                        pair -> Row.of(
                                pair.left().startMs(),
                                pair.left().startMs() + Events.TEN_SECONDS.toMillis(),
                                pair.left().auction(),
                                pair.left().number()),
                        Codecs.string());
    }

    /** The highest bids. */
    static Stream<String> q7b(final Events events) {
        final Stream<Highest> highest = events.allBids()
                .keyByLong("q7b-windows", Events::tenSecondsOf)
                .window("q7b-highest", Windows.tumbling(Events.TEN_SECONDS))
                .max(Event::price)
                .map(window -> new Highest(window.keyLong(), window.value()), Highest.CODEC);
        return byNumber("q7b-by-price", events.allBids(), Events::tenSecondsOf, Event::price)
                .join("q7b-bids", of("q7b", highest), Within.between(Duration.ZERO, Events.TEN_SECONDS))
                .values()
                .map(
                        pair -> Row.of(
                                pair.left().auction(),
                                pair.left().bidder(),
                                pair.left().price(),
                                pair.left().ts()),
                        Codecs.string());
    }

    private static KeyedStream<byte[], Highest> of(final String query, final Stream<Highest> highest) {
        return byNumber(query + "-by-highest", highest, Highest::startMs, Highest::number);
    }

    private static <V> KeyedStream<byte[], V> byNumber(
            final String exchange,
            final Stream<V> stream,
            final ToLongFunction<V> startMs,
            final ToLongFunction<V> number) {
        final KeyWriter<V> key = (value, buffer) -> {
            buffer.putLong(0, startMs.applyAsLong(value), ByteOrder.LITTLE_ENDIAN);
            buffer.putLong(Long.BYTES, number.applyAsLong(value), ByteOrder.LITTLE_ENDIAN);
            return 2 * Long.BYTES;
        };
        return stream.keyByBytes(exchange, Codecs.bytes(), key);
    }
}
