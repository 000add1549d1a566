package io.millrace.node.demo;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The candles that have arrived, for the check at the end and for the eye now. Written by one thread, read by another. */
final class CandleBoard {
    /** Closing prices that are kept for the small chart of a row. */
    static final int HISTORY_LENGTH = 24;

    private final List<Candle> candles = new ArrayList<>();
    private final Map<String, Deque<Candle>> historyBySymbol = new LinkedHashMap<>();

    /**
     * Creates an empty board.
     *
     * @param symbols in the order in which their rows are to stand.
     */
    CandleBoard(final List<String> symbols) {
        symbols.forEach(symbol -> historyBySymbol.put(symbol, new ArrayDeque<>()));
    }

    /**
     * A row of the live table.
     *
     * @param candle newest of its symbol.
     * @param closes the last closing prices, oldest first.
     */
    record Row(Candle candle, long[] closes) {}

    synchronized void add(final Candle candle) {
        candles.add(candle);
        final Deque<Candle> history = historyBySymbol.computeIfAbsent(candle.symbol(), symbol -> new ArrayDeque<>());
        history.addLast(candle);
        if (history.size() > HISTORY_LENGTH) {
            history.removeFirst();
        }
    }

    synchronized int count() {
        return candles.size();
    }

    /** All candles in the order of arrival. */
    synchronized List<Candle> candles() {
        return List.copyOf(candles);
    }

    /** The newest candle of each symbol that has one. */
    synchronized List<Row> rows() {
        final List<Row> rows = new ArrayList<>();
        for (final Deque<Candle> history : historyBySymbol.values()) {
            if (!history.isEmpty()) {
                rows.add(new Row(
                        history.getLast(),
                        history.stream().mapToLong(Candle::close).toArray()));
            }
        }
        return rows;
    }
}
