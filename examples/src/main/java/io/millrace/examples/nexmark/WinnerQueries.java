package io.millrace.examples.nexmark;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Stream;
import java.util.function.Consumer;

/** The queries about the bids that win. */
final class WinnerQueries {
    /**
     * What an average is of.
     *
     * @param startMs  when the window begins, in ms since the epoch.
     * @param category of the auctions.
     */
    record WindowAndCategory(long startMs, long category) {
        static final Codec<WindowAndCategory> CODEC = Codecs.records(WindowAndCategory.class);
    }

    /**
     * A winner in one of the windows that it counts in.
     *
     * @param window and category.
     * @param price  of the winning bid.
     */
    record WinnerInWindow(WindowAndCategory window, long price) {
        static final Codec<WinnerInWindow> CODEC = Codecs.records(WinnerInWindow.class);
    }

    private static final long SIZE_MS = Events.TEN_SECONDS.toMillis();
    private static final long HOP_MS = SIZE_MS / 2;

    private WinnerQueries() {}

    /** Winning bids. */
    static Stream<String> q9b(final Events events) {
        return winners(events, "q9b").values().map(Winner::row, Codecs.string());
    }

    /**
     * Average winning prices of each category. The windows are by when auctions expire, which is not the event time of a winner, so
     * each is put under the windows that it belongs to, and an average of each is kept.
     */
    static Stream<String> q4b(final Events events) {
        return winners(events, "q4b")
                .values()
                .flatMap(
                        (Winner winner, Consumer<WinnerInWindow> windows) -> {
                            final long last = Math.floorDiv(winner.expires() - 1, HOP_MS) * HOP_MS;
                            for (long start = last; start > last - SIZE_MS; start -= HOP_MS) {
                                windows.accept(new WinnerInWindow(
                                        new WindowAndCategory(start, winner.category()), winner.price()));
                            }
                        },
                        WinnerInWindow.CODEC)
                .keyBy("q4b-windows", WindowAndCategory.CODEC, WinnerInWindow::window)
                .aggregate(
                        "q4b-averages",
                        Aggregation.<WinnerInWindow, AverageState>flyweight(
                                        AverageState::new, (average, winner) -> average.add(winner.price()))
                                .named("average"))
                .toChanges()
                .map(
                        change -> Row.begin(change.key().startMs())
                                .add(change.key().startMs() + SIZE_MS)
                                .add(change.key().category())
                                .add(change.value().rounded())
                                .toString(),
                        Codecs.string());
    }

    /** Average of the last prices of each seller. */
    static Stream<String> q6b(final Events events) {
        return winners(events, "q6b")
                .values()
                .keyByLong("q6b-sellers", Winner::seller)
                .aggregate("q6b-averages", LastPrices.aggregation())
                .toChanges()
                .map(
                        change -> Row.begin(change.keyLong())
                                .add(change.value().average())
                                .toString(),
                        Codecs.string());
    }

    private static KeyedStream<Long, Winner> winners(final Events events, final String query) {
        return events.auctionsAndBids().process(query + "-winners", WinningBid::new, Winner.CODEC);
    }
}
