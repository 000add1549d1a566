package io.millrace.node.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * Trades and candles as a test reads and computes them by itself, with {@link BigDecimal} and without the parser, the check or any
 * operator of the program.
 */
final class PlainTrades {
    private final List<Row> rows = new ArrayList<>();

    record Row(String symbol, long eventTimeMs, String price, String quantity, long tradeId) {}

    /** The trades that come with the program. */
    static PlainTrades bundled() throws IOException {
        final PlainTrades trades = new PlainTrades();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(TradeFile.class.getResourceAsStream(TradeFile.BUNDLED)),
                StandardCharsets.US_ASCII))) {
            reader.readLine();
            reader.lines()
                    .map(line -> line.split(","))
                    .forEach(cells -> trades.add(
                            cells[1], Long.parseLong(cells[0]), cells[2], cells[3], Long.parseLong(cells[5])));
        }
        return trades;
    }

    void add(
            final String symbol,
            final long eventTimeMs,
            final String price,
            final String quantity,
            final long tradeId) {
        rows.add(new Row(symbol, eventTimeMs, price, quantity, tradeId));
    }

    List<Row> rows() {
        return rows;
    }

    String csv() {
        final StringBuilder text = new StringBuilder("event_time_ms,symbol,price,quantity,trade_id\n");
        for (final Row row : rows) {
            text.append(row.eventTimeMs)
                    .append(',')
                    .append(row.symbol)
                    .append(',')
                    .append(row.price);
            text.append(',')
                    .append(row.quantity)
                    .append(',')
                    .append(row.tradeId)
                    .append('\n');
        }
        return text.toString();
    }

    /** Trade ids of the trades that may be late: their window was closed by the trades before them. */
    Set<Long> possiblyLate() {
        final Set<Long> late = new HashSet<>();
        long largestMs = Long.MIN_VALUE / 2;
        for (final Row row : rows) {
            final long windowEndMs = (row.eventTimeMs / 1_000 + 1) * 1_000;
            if (windowEndMs + 200 <= largestMs - 500) {
                late.add(row.tradeId);
            }
            largestMs = Math.max(largestMs, row.eventTimeMs);
        }
        return late;
    }

    /** One line of text for each candle, sorted: symbol, second, open, high, low, close, volume, average price, count. */
    List<String> candles(final Set<Long> lateTradeIds) {
        final Map<String, List<Row>> rowsByCandle = new TreeMap<>();
        for (final Row row : rows) {
            if (!lateTradeIds.contains(row.tradeId)) {
                rowsByCandle
                        .computeIfAbsent(row.symbol + " " + row.eventTimeMs / 1_000, key -> new ArrayList<>())
                        .add(row);
            }
        }
        final List<String> candles = new ArrayList<>();
        rowsByCandle.forEach((key, trades) -> candles.add(key + " " + candle(trades)));
        candles.sort(null);
        return candles;
    }

    private static String candle(final List<Row> trades) {
        final List<BigDecimal> prices =
                trades.stream().map(trade -> new BigDecimal(trade.price)).toList();
        BigDecimal volume = BigDecimal.ZERO;
        BigDecimal turnover = BigDecimal.ZERO;
        for (final Row trade : trades) {
            volume = volume.add(new BigDecimal(trade.quantity));
            turnover = turnover.add(new BigDecimal(trade.price).multiply(new BigDecimal(trade.quantity)));
        }
        return scaled(prices.get(0)) + " "
                + scaled(prices.stream().max(BigDecimal::compareTo).orElseThrow()) + " "
                + scaled(prices.stream().min(BigDecimal::compareTo).orElseThrow()) + " "
                + scaled(prices.get(prices.size() - 1)) + " " + scaled(volume) + " "
                + scaled(turnover.divide(volume, 8, RoundingMode.HALF_UP)) + " " + trades.size();
    }

    private static long scaled(final BigDecimal value) {
        return value.movePointRight(8).longValueExact();
    }
}
