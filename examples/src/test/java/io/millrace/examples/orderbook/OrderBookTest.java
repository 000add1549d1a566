package io.millrace.examples.orderbook;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.examples.Json;
import io.millrace.examples.Ran;
import io.millrace.examples.run.ExampleRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OrderBookTest {
    private static final BigDecimal UNIT = new BigDecimal("0.00000001");

    private final StringWriter printed = new StringWriter();

    @Test
    void shouldRebuildTheSameBookAsSortedMaps() throws Exception {
        final List<String> lines = Ran.lines("data/spot-btcusdt.jsonl.gz");
        final List<Top> tops = tops(null);

        final TreeMap<BigDecimal, BigDecimal> bids = new TreeMap<>(Comparator.reverseOrder());
        final TreeMap<BigDecimal, BigDecimal> asks = new TreeMap<>();
        long snapshot = -1;
        int index = 0;
        final String whole = lines.stream()
                .filter(line -> Json.has(line, "lastUpdateId"))
                .findFirst()
                .orElseThrow();
        change(bids, whole, "bids");
        change(asks, whole, "asks");
        snapshot = Json.number(whole, "lastUpdateId");
        for (final String line : lines) {
            if (line.contains("@depth") && Json.number(line, "u") > snapshot) {
                change(bids, line, "b");
                change(asks, line, "a");
                final Top top = tops.get(index++);
                assertThat(top.lastId()).isEqualTo(Json.number(line, "u"));
                assertThat(price(top.bidE8())).isEqualByComparingTo(bids.firstKey());
                assertThat(price(top.askE8())).isEqualByComparingTo(asks.firstKey());
                assertThat(top.levels()).isEqualTo(bids.size() + asks.size());
                assertThat(top.imbalance()).isCloseTo(imbalance(bids, asks), within());
            }
        }
        assertThat(tops).hasSize(index).hasSize(608);
        assertThat(printed.toString().lines())
                .last()
                .asString()
                .contains("611 messages, 608 states of the book, 0 gaps");
    }

    @Test
    void shouldHaveTheBestPricesThatTheVenueTold() throws Exception {
        final Map<Long, String> quotes = new HashMap<>();
        for (final String line : Ran.lines("data/spot-btcusdt.jsonl.gz")) {
            if (line.contains("@bookTicker")) {
                quotes.put(Json.number(line, "u"), line);
            }
        }

        int compared = 0;
        for (final Top top : tops(null)) {
            final String quote = quotes.get(top.lastId());
            if (quote != null) {
                compared++;
                assertThat(price(top.bidE8())).isEqualByComparingTo(Json.decimal(quote, "b"));
                assertThat(price(top.askE8())).isEqualByComparingTo(Json.decimal(quote, "a"));
            }
        }
        assertThat(compared).as("states that the venue quoted, too").isGreaterThan(20);
    }

    @Test
    void shouldTellOfAGapAndShowNoBookBehindIt(@TempDir final Path directory) throws Exception {
        final List<String> lines = new ArrayList<>(Ran.lines("data/spot-btcusdt.jsonl.gz"));
        final List<Integer> depth = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains("@depth")) {
                depth.add(i);
            }
        }
        final String missing = lines.remove((int) depth.get(100));
        final Path file = Files.write(directory.resolve("spot-btcusdt.jsonl"), lines);

        final List<Top> tops = tops(file);

        final long before = Json.number(missing, "U") - 1;
        assertThat(tops.get(tops.size() - 1).lastId()).isEqualTo(before);
        assertThat(printed.toString().lines())
                .filteredOn(line -> line.contains("gap: "))
                .singleElement()
                .asString()
                .contains("gap: change " + before + " is followed by " + (Json.number(missing, "u") + 1)
                        + "; no book until the next snapshot");
    }

    @Test
    void shouldFollowTheNumbersOfTheFuturesMarket(@TempDir final Path directory) throws Exception {
        final List<String> lines = new ArrayList<>(Ran.lines("usdm-depth.jsonl.gz"));
        final Path whole = Files.write(directory.resolve("usdm-btcusdt.jsonl"), lines);
        final int count = tops(whole).size();
        final String missing = lines.remove(lines.size() - 2);
        final Path torn = Files.write(directory.resolve("usdm-torn.jsonl"), lines);

        final List<Top> tops = tops(torn);

        assertThat(count).isEqualTo(73);
        assertThat(tops).hasSize(count - 2);
        assertThat(printed.toString()).contains("gap: change " + Json.number(missing, "pu") + " is followed by ");
    }

    private List<Top> tops(final Path data) throws Exception {
        printed.getBuffer().setLength(0);
        try (ExampleRun run = new ExampleRun(data, 1, new PrintWriter(printed))) {
            new OrderBook().run(run);
            return run.results("tops", Top.CODEC);
        }
    }

    private static void change(final Map<BigDecimal, BigDecimal> side, final String line, final String field)
            throws IOException {
        for (final BigDecimal[] level : Json.levels(line, field)) {
            if (level[1].signum() == 0) {
                side.remove(level[0]);
            } else {
                side.put(level[0], level[1]);
            }
        }
    }

    private static double imbalance(final Map<BigDecimal, BigDecimal> bids, final Map<BigDecimal, BigDecimal> asks) {
        final double bid = best(bids);
        final double ask = best(asks);
        return (bid - ask) / (bid + ask);
    }

    private static double best(final Map<BigDecimal, BigDecimal> side) {
        return side.values().stream()
                .limit(5)
                .mapToDouble(BigDecimal::doubleValue)
                .sum();
    }

    private static BigDecimal price(final long e8) {
        return BigDecimal.valueOf(e8).multiply(UNIT);
    }

    private static org.assertj.core.data.Offset<Double> within() {
        return org.assertj.core.data.Offset.offset(1e-9);
    }
}
