package io.millrace.perf.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.JdkAccess;
import io.millrace.operators.codec.Codec;
import io.millrace.perf.streams.codec.MessageHeaderDecoder;
import io.millrace.perf.streams.codec.NotionalDecoder;
import io.millrace.perf.streams.codec.VwapDecoder;
import io.millrace.streams.Codecs;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What the benchmarks of streams measure gives the same results whichever way it is done: by hand, over the log, as a job, and in
 * the slow way that is plainly right. Segments are small, so that the loops cross from one to the next.
 */
final class FeedRunTest {
    static {
        JdkAccess.open();
    }

    private static final int TRADES = 20_000;
    private static final int KEYS = 50;
    private static final int SEGMENT_LENGTH = 1 << 19;
    private static final int RESULTS_CAPACITY = 1 << 23;

    private TradeFeed feed;
    private int resultsSeen;

    @AfterEach
    void closeFeed() {
        feed.close();
    }

    @Test
    void shouldTellTheNotionalOfLargeTrades() {
        givenTradesEvery(1_000);
        final List<String> expected = new ArrayList<>();

        for (final Trade trade : trades()) {
            if (trade.quantity > LargeTrades.MIN_QUANTITY) {
                expected.add(trade.instrumentId + " " + trade.price * trade.quantity);
            }
        }

        assertThat(expected).hasSizeBetween(TRADES * 45 / 100, TRADES * 55 / 100);
        assertThat(byHand(LargeTrades::new, FeedRunTest::notional)).isEqualTo(expected);
        assertThat(overTheLog(LargeTrades::new, FeedRunTest::notional)).isEqualTo(expected);
        assertThat(inAJob(TradeJob.largeTrades(), FeedRunTest::notional)).isEqualTo(expected);
    }

    @Test
    void shouldSumTumblingWindows() {
        // Two windows and a half, of 8,000 trades.
        givenTradesEvery(125);
        final List<String> expected = vwaps(1_000_000, 1_000_000);

        assertThat(expected).hasSize(3 * KEYS);
        assertThat(sorted(byHand(output -> new TumblingVwaps(1_000_000, KEYS, output), FeedRunTest::vwap)))
                .isEqualTo(expected);
        assertThat(sorted(overTheLog(output -> new TumblingVwaps(1_000_000, KEYS, output), FeedRunTest::vwap)))
                .isEqualTo(expected);
        assertThat(sorted(inAJob(TradeJob.vwaps(Windows.tumbling(Duration.ofMillis(1))), FeedRunTest::vwap)))
                .isEqualTo(expected);
    }

    @Test
    void shouldSumTumblingWindowsInRecords() {
        givenTradesEvery(125);
        final List<String> expected = vwaps(1_000_000, 1_000_000);
        feed.close();
        resultsSeen = 0;
        // The same seed makes the same trades.
        feed = TradeFeed.createOfRecords(KEYS, 125, SEGMENT_LENGTH);
        feed.append(TRADES);
        feed.end();
        final Codec<VwapRecord> codec = Codecs.records(VwapRecord.class);

        final List<String> results =
                inAJob(TradeJob.recordVwaps(Windows.tumbling(Duration.ofMillis(1))), message -> text(codec, message));

        assertThat(sorted(results)).isEqualTo(expected);
    }

    private static String text(final Codec<VwapRecord> codec, final DirectBuffer message) {
        final VwapRecord vwap = codec.decode(message, 0, message.capacity());
        return vwap.instrumentId() + " " + vwap.windowEndNs() + " " + vwap.count() + " " + vwap.quantity() + " "
                + vwap.vwap();
    }

    @Test
    void shouldSumHoppingWindows() {
        // 40 panes of 500 trades, 10 of them in a window; with 30 instruments more than there are, some are missing in
        // a pane.
        givenTradesEvery(200);
        final List<String> expected = vwaps(1_000_000, 100_000);

        assertThat(expected).hasSizeGreaterThan(45 * KEYS);
        assertThat(sorted(byHand(output -> new HoppingVwaps(1_000_000, 100_000, KEYS, output), FeedRunTest::vwap)))
                .isEqualTo(expected);
        assertThat(sorted(overTheLog(output -> new HoppingVwaps(1_000_000, 100_000, KEYS, output), FeedRunTest::vwap)))
                .isEqualTo(expected);
        assertThat(sorted(inAJob(
                        TradeJob.vwaps(Windows.hopping(Duration.ofMillis(1), Duration.ofNanos(100_000))),
                        FeedRunTest::vwap)))
                .isEqualTo(expected);
    }

    @Test
    void shouldPairLargeTradesWithSmallOnesThatAreNear() {
        givenTradesEvery(1_000);
        final long withinNs = 100_000;
        final List<String> expected = new ArrayList<>();
        final List<Trade> before = new ArrayList<>();
        for (final Trade trade : trades()) {
            for (final Trade other : before) {
                if (other.instrumentId == trade.instrumentId
                        && isLarge(other) != isLarge(trade)
                        && other.eventTimeNs >= trade.eventTimeNs - withinNs) {
                    expected.add(trade.instrumentId + " " + trade.price * other.price);
                }
            }
            before.add(trade);
            if (before.size() > 101) {
                before.remove(0);
            }
        }

        assertThat(expected).hasSizeGreaterThan(TRADES / 2);
        assertThat(byHand(output -> new NearPairs(withinNs, KEYS, output), FeedRunTest::notional))
                .isEqualTo(expected);
        assertThat(overTheLog(output -> new NearPairs(withinNs, KEYS, output), FeedRunTest::notional))
                .isEqualTo(expected);
        assertThat(inAJob(TradeJob.nearPairs(Duration.ofNanos(withinNs)), FeedRunTest::notional))
                .isEqualTo(expected);
    }

    @Test
    void shouldGiveLargeTradesTheLastSmallOne() {
        givenTradesEvery(1_000);
        final List<String> expected = new ArrayList<>();
        final SortedMap<Long, Long> lastPrices = new TreeMap<>();
        for (final Trade trade : trades()) {
            if (!isLarge(trade)) {
                lastPrices.put(trade.instrumentId, trade.price);
            } else if (lastPrices.containsKey(trade.instrumentId)) {
                expected.add(trade.instrumentId + " " + trade.price * lastPrices.get(trade.instrumentId));
            }
        }

        assertThat(expected).hasSizeGreaterThan(TRADES / 3);
        assertThat(byHand(output -> new LastQuotes(KEYS, output), FeedRunTest::notional))
                .isEqualTo(expected);
        assertThat(overTheLog(output -> new LastQuotes(KEYS, output), FeedRunTest::notional))
                .isEqualTo(expected);
        assertThat(inAJob(TradeJob.lastQuotes(), FeedRunTest::notional)).isEqualTo(expected);
    }

    private static boolean isLarge(final Trade trade) {
        return trade.quantity > LargeTrades.MIN_QUANTITY;
    }

    private void givenTradesEvery(final long stepNs) {
        feed = TradeFeed.create(KEYS, stepNs, SEGMENT_LENGTH);
        feed.append(TRADES);
        feed.end();
    }

    private List<String> byHand(
            final Function<MessageOutput, TradeHandler> work, final Function<DirectBuffer, String> text) {
        final List<String> results = new ArrayList<>();
        try (TradeInput input = feed.mapped(0);
                MappedOutput output = feed.mappedResults(RESULTS_CAPACITY)) {
            input.readAll(work.apply(output));
            output.forEach(message -> results.add(text.apply(message)));
        }
        return results;
    }

    private List<String> overTheLog(
            final Function<MessageOutput, TradeHandler> work, final Function<DirectBuffer, String> text) {
        try (TradeInput input = feed.polled(0);
                MessageOutput output = feed.loggedResults(0)) {
            input.readAll(work.apply(output));
        }
        return newResults(text);
    }

    private List<String> inAJob(final Topology topology, final Function<DirectBuffer, String> text) {
        try (TradeJob job = TradeJob.open(feed, topology)) {
            job.run();
        }
        return newResults(text);
    }

    private List<String> newResults(final Function<DirectBuffer, String> text) {
        final List<String> results = new ArrayList<>();
        feed.forEachLoggedResult(message -> results.add(text.apply(message)));
        final List<String> news = results.subList(resultsSeen, results.size());
        resultsSeen = results.size();
        return new ArrayList<>(news);
    }

    /** Every trade in every window that it belongs to. */
    private List<String> vwaps(final long sizeNs, final long hopNs) {
        final SortedMap<Long, SortedMap<Long, List<Trade>>> windows = new TreeMap<>();
        for (final Trade trade : trades()) {
            long endNs = Math.floorDiv(trade.eventTimeNs, hopNs) * hopNs + hopNs;
            while (endNs - sizeNs <= trade.eventTimeNs) {
                windows.computeIfAbsent(endNs, end -> new TreeMap<>())
                        .computeIfAbsent(trade.instrumentId, id -> new ArrayList<>())
                        .add(trade);
                endNs += hopNs;
            }
        }
        final List<String> results = new ArrayList<>();
        windows.forEach((endNs, byInstrument) -> byInstrument.forEach((instrumentId, trades) -> {
            final long quantity = trades.stream().mapToLong(Trade::quantity).sum();
            final long notional =
                    trades.stream().mapToLong(t -> t.price * t.quantity).sum();
            results.add(instrumentId + " " + endNs + " " + trades.size() + " " + quantity + " " + notional / quantity);
        }));
        return sorted(results);
    }

    private List<Trade> trades() {
        final List<Trade> trades = new ArrayList<>();
        try (TradeInput input = feed.polled(0)) {
            input.readAll((trade, eventTimeNs) ->
                    trades.add(new Trade(trade.instrumentId(), trade.price(), trade.quantity(), eventTimeNs)));
        }
        assertThat(trades).hasSize(TRADES);
        return trades;
    }

    private static List<String> sorted(final List<String> results) {
        Collections.sort(results);
        return results;
    }

    private static String notional(final DirectBuffer message) {
        final NotionalDecoder notional =
                new NotionalDecoder().wrapAndApplyHeader(message, 0, new MessageHeaderDecoder());
        return notional.instrumentId() + " " + notional.notional();
    }

    private static String vwap(final DirectBuffer message) {
        final VwapDecoder vwap = new VwapDecoder().wrapAndApplyHeader(message, 0, new MessageHeaderDecoder());
        return vwap.instrumentId() + " " + vwap.windowEndNs() + " " + vwap.count() + " " + vwap.quantity() + " "
                + vwap.vwap();
    }

    private record Trade(long instrumentId, long price, long quantity, long eventTimeNs) {}
}
