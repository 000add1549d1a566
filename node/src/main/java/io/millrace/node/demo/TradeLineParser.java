package io.millrace.node.demo;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.Long2LongHashMap;

/** Turns the fields of a line into a trade, or says why they are none. */
final class TradeLineParser {
    /** Longest symbol, in characters. */
    static final int MAX_SYMBOL_LENGTH = 16;

    /** Latest event time, in nanoseconds since the epoch: a minute before the largest {@code long}, so that windows fit. */
    static final long MAX_TIME_NS = Long.MAX_VALUE - 60_000_000_000L;

    private static final long SECOND_NS = 1_000_000_000L;

    private final TradeColumns columns;
    private final Trades.Builder trades;
    private final Map<String, Long2LongHashMap> volumeBySecond = new HashMap<>();

    TradeLineParser(final TradeColumns columns, final Trades.Builder trades) {
        this.columns = columns;
        this.trades = trades;
    }

    /**
     * Adds the trade of one line.
     *
     * @param line   number of the line, which stands in for a trade id that is not given.
     * @param fields of the line, null when the line is not CSV.
     * @return null when the trade was added; otherwise what is wrong with the line, and nothing was added.
     */
    String parse(final long line, final List<String> fields) {
        if (fields == null) {
            return "a quote is not closed, or more follows after the closing quote";
        }
        if (fields.size() != columns.count()) {
            return fields.size() + (fields.size() == 1 ? " field" : " fields") + " where the header names "
                    + columns.count();
        }
        final String symbol = fields.get(columns.symbol()).strip();
        if (!isSymbol(symbol)) {
            return "column symbol: " + Excerpt.of(symbol) + " is not 1 to " + MAX_SYMBOL_LENGTH
                    + " printable ASCII characters without comma or space";
        }
        final String priceText = fields.get(columns.price()).strip();
        final long price = Decimal8.parse(priceText);
        if (price <= 0) {
            return decimalReason("price", priceText, price);
        }
        final String quantityText = fields.get(columns.quantity()).strip();
        final long quantity = Decimal8.parse(quantityText);
        if (quantity < 0) {
            return decimalReason("quantity", quantityText, quantity);
        }
        return addWithTimes(line, fields, symbol, price, quantity);
    }

    private String addWithTimes(
            final long line, final List<String> fields, final String symbol, final long price, final long quantity) {
        final String eventTimeText = fields.get(columns.eventTime()).strip();
        final long eventTimeNs = timeNs(eventTimeText, columns.eventTimeUnit());
        if (eventTimeNs < 0) {
            return timeReason("event_time", eventTimeText, columns.eventTimeUnit());
        }
        long receivedNs = eventTimeNs;
        if (columns.hasReceived()) {
            final String receivedText = fields.get(columns.received()).strip();
            receivedNs = timeNs(receivedText, columns.receivedUnit());
            if (receivedNs < 0) {
                return timeReason("received", receivedText, columns.receivedUnit());
            }
        }
        long tradeId = line;
        if (columns.hasTradeId()) {
            final String tradeIdText = fields.get(columns.tradeId()).strip();
            tradeId = tradeIdText.isEmpty() ? line : wholeNumber(tradeIdText, Long.MAX_VALUE);
            if (tradeId < 0) {
                return "column trade_id: " + Excerpt.of(tradeIdText) + " is not a whole number from 0 to "
                        + Long.MAX_VALUE;
            }
        }
        if (!addVolume(symbol, eventTimeNs / SECOND_NS, quantity)) {
            return "column quantity: the trades of " + symbol + " in this second add up to more than "
                    + Decimal8.LARGEST;
        }
        trades.add(symbol, eventTimeNs, price, quantity, receivedNs, tradeId);
        return null;
    }

    /** A candle's volume is a scaled long as well: a trade that would make it overflow is refused here, with its line. */
    private boolean addVolume(final String symbol, final long second, final long quantity) {
        if (quantity == 0) {
            return true;
        }
        final Long2LongHashMap volumes = volumeBySecond.computeIfAbsent(symbol, ignored -> new Long2LongHashMap(0));
        final long volume = volumes.get(second) + quantity;
        if (volume < 0) {
            return false;
        }
        volumes.put(second, volume);
        return true;
    }

    private static boolean isSymbol(final String symbol) {
        for (int i = 0; i < symbol.length(); i++) {
            final char c = symbol.charAt(i);
            if (c <= ' ' || c > '~' || c == ',') {
                return false;
            }
        }
        return !symbol.isEmpty() && symbol.length() <= MAX_SYMBOL_LENGTH;
    }

    private static String decimalReason(final String column, final String text, final long result) {
        final String field = "column " + column + ": " + Excerpt.of(text);
        return result == Decimal8.NOT_A_DECIMAL
                ? field + " is not a decimal number with at most " + Decimal8.PLACES + " places"
                : field + " is out of range; allowed: " + ("price".equals(column) ? "greater than 0" : "0 or more")
                        + ", at most " + Decimal8.LARGEST;
    }

    private static long timeNs(final String text, final TradeColumns.TimeUnit unit) {
        final long time = wholeNumber(text, MAX_TIME_NS / unit.ns());
        return time < 0 ? time : time * unit.ns();
    }

    private static String timeReason(final String column, final String text, final TradeColumns.TimeUnit unit) {
        return "column " + column + "_" + unit.suffix() + ": " + Excerpt.of(text) + " is not a whole number of "
                + unit.suffix() + " since 1970 from 0 to " + MAX_TIME_NS / unit.ns();
    }

    /** The number, or -1 when the text is not one or it is too large. */
    private static long wholeNumber(final String text, final long largest) {
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            final int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || value > (largest - digit) / 10) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return text.isEmpty() ? -1 : value;
    }
}
