package io.millrace.perf.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.JdkAccess;
import io.millrace.perf.streams.codec.MessageHeaderDecoder;
import io.millrace.perf.streams.codec.VwapDecoder;
import io.millrace.streams.Windows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;

/** What the benchmark of two cores measures gives the same results by hand, with one thread and with two. */
final class PartitionedJobTest {
    static {
        JdkAccess.open();
    }

    private static final int TRADES = 20_000;
    private static final int KEYS = 50;
    private static final int SEGMENT_LENGTH = 1 << 19;
    private static final int RESULTS_CAPACITY = 1 << 23;
    private static final long WINDOW_NS = 1_000_000;

    @Test
    void shouldTellTheSameWithOneThreadAndWithTwo() {
        final List<List<String>> byHand = byHand();
        final List<List<String>> withOneThread = inAJob(TradeJob::run);
        final List<List<String>> withTwoThreads = inAJob(PartitionedJobTest::runWithTwoThreads);

        // Two windows and a half, of 8,000 trades, and half of the keys in each partition.
        assertThat(byHand).allSatisfy(results -> assertThat(results).hasSize(3 * KEYS / 2));
        assertThat(byHand.get(0)).doesNotContainAnyElementsOf(byHand.get(1));
        assertThat(sorted(withOneThread)).isEqualTo(sorted(byHand));
        assertThat(withTwoThreads).isEqualTo(withOneThread);
    }

    @Test
    void shouldHaveATaskForEachPartitionAndNoExchange() {
        try (TradeFeed feed = feed();
                TradeJob job =
                        TradeJob.open(feed, TradeJob.keyedVwaps(Windows.tumbling(Duration.ofNanos(WINDOW_NS))))) {
            job.run(0);

            assertThat(results(feed, 0)).isNotEmpty();
            assertThat(results(feed, 1)).isEmpty();
        }
    }

    private static TradeFeed feed() {
        // The same seed makes the same trades.
        final TradeFeed feed = TradeFeed.createPartitioned(2, KEYS, 125, SEGMENT_LENGTH);
        feed.append(TRADES);
        feed.end();
        return feed;
    }

    private static List<List<String>> byHand() {
        final List<List<String>> results = new ArrayList<>();
        try (TradeFeed feed = feed()) {
            for (int partition = 0; partition < feed.partitionCount(); partition++) {
                final List<String> ofPartition = new ArrayList<>();
                try (TradeInput input = feed.mapped(partition);
                        MappedOutput output = feed.mappedResults(RESULTS_CAPACITY)) {
                    input.readAll(new TumblingVwaps(WINDOW_NS, KEYS, output));
                    output.forEach(message -> ofPartition.add(vwap(message)));
                }
                results.add(ofPartition);
            }
        }
        return results;
    }

    private static List<List<String>> inAJob(final Consumer<TradeJob> run) {
        try (TradeFeed feed = feed();
                TradeJob job =
                        TradeJob.open(feed, TradeJob.keyedVwaps(Windows.tumbling(Duration.ofNanos(WINDOW_NS))))) {
            run.accept(job);
            return List.of(results(feed, 0), results(feed, 1));
        }
    }

    private static void runWithTwoThreads(final TradeJob job) {
        try (SecondThread second = SecondThread.start()) {
            second.wake();
            second.runBoth(() -> job.run(0), () -> job.run(1));
        }
    }

    private static List<String> results(final TradeFeed feed, final int partition) {
        final List<String> results = new ArrayList<>();
        feed.forEachLoggedResult(partition, message -> results.add(vwap(message)));
        return results;
    }

    private static List<List<String>> sorted(final List<List<String>> results) {
        return results.stream()
                .map(ofPartition -> ofPartition.stream().sorted().toList())
                .toList();
    }

    private static String vwap(final DirectBuffer message) {
        final VwapDecoder vwap = new VwapDecoder().wrapAndApplyHeader(message, 0, new MessageHeaderDecoder());
        return vwap.instrumentId() + " " + vwap.windowEndNs() + " " + vwap.count() + " " + vwap.quantity() + " "
                + vwap.vwap();
    }
}
