package io.millrace.node.demo;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The trades of one file, in the order of the file, column by column: a few million of them fit into a small heap.
 */
final class Trades {
    private final List<String> symbols;
    private final int[] symbolIndexes;
    private final long[] eventTimesNs;
    private final long[] prices;
    private final long[] quantities;
    private final long[] receivedTimesNs;
    private final long[] tradeIds;
    private final long[] largestEventTimesNs;
    private final long crc;

    private Trades(final Builder builder, final long crc) {
        final int count = builder.count;
        symbols = List.copyOf(builder.indexBySymbol.keySet());
        symbolIndexes = Arrays.copyOf(builder.symbolIndexes, count);
        eventTimesNs = Arrays.copyOf(builder.eventTimesNs, count);
        prices = Arrays.copyOf(builder.prices, count);
        quantities = Arrays.copyOf(builder.quantities, count);
        receivedTimesNs = Arrays.copyOf(builder.receivedTimesNs, count);
        tradeIds = Arrays.copyOf(builder.tradeIds, count);
        largestEventTimesNs = eventTimesNs.clone();
        for (int i = 1; i < count; i++) {
            largestEventTimesNs[i] = Math.max(largestEventTimesNs[i], largestEventTimesNs[i - 1]);
        }
        this.crc = crc;
    }

    int count() {
        return prices.length;
    }

    /** The symbols in the order in which the file names them first. */
    List<String> symbols() {
        return symbols;
    }

    String symbol(final int trade) {
        return symbols.get(symbolIndexes[trade]);
    }

    /** Place of the trade's symbol in {@link #symbols()}. */
    int symbolIndex(final int trade) {
        return symbolIndexes[trade];
    }

    long eventTimeNs(final int trade) {
        return eventTimesNs[trade];
    }

    /** The largest event time from the first trade up to and including this one. */
    long largestEventTimeNs(final int trade) {
        return largestEventTimesNs[trade];
    }

    /** Price, scaled by 10^8. */
    long price(final int trade) {
        return prices[trade];
    }

    /** Quantity, scaled by 10^8. */
    long quantity(final int trade) {
        return quantities[trade];
    }

    /** How many of the first trades have a quantity of 0. */
    int emptyCount(final int count) {
        int empty = 0;
        for (int i = 0; i < count; i++) {
            empty += quantities[i] == 0 ? 1 : 0;
        }
        return empty;
    }

    long receivedNs(final int trade) {
        return receivedTimesNs[trade];
    }

    /** The exchange's number of the trade; the line of the file where the file has none. */
    long tradeId(final int trade) {
        return tradeIds[trade];
    }

    /** CRC-32 of the bytes of the file, which tells one input from another. */
    long crc() {
        return crc;
    }

    /**
     * Finds the trade at which event time has come so far.
     *
     * @param eventTimeNs to look for.
     * @return the first trade with {@link #largestEventTimeNs} at or after it; {@link #count()} when there is none.
     */
    int firstReaching(final long eventTimeNs) {
        int low = 0;
        int high = count();
        while (low < high) {
            final int middle = (low + high) >>> 1;
            if (largestEventTimesNs[middle] < eventTimeNs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Collects trades; one thread. */
    static final class Builder {
        private final Map<String, Integer> indexBySymbol = new LinkedHashMap<>();
        private int[] symbolIndexes = new int[1024];
        private long[] eventTimesNs = new long[1024];
        private long[] prices = new long[1024];
        private long[] quantities = new long[1024];
        private long[] receivedTimesNs = new long[1024];
        private long[] tradeIds = new long[1024];
        private int count;

        /** The place of a symbol among the symbols, which it gets when it is seen first. */
        int symbolIndex(final String symbol) {
            final Integer known = indexBySymbol.putIfAbsent(symbol, indexBySymbol.size());
            return known != null ? known : indexBySymbol.size() - 1;
        }

        void add(
                final String symbol,
                final long eventTimeNs,
                final long price,
                final long quantity,
                final long receivedNs,
                final long tradeId) {
            if (count == prices.length) {
                grow(Math.multiplyExact(count, 2));
            }
            symbolIndexes[count] = symbolIndex(symbol);
            eventTimesNs[count] = eventTimeNs;
            prices[count] = price;
            quantities[count] = quantity;
            receivedTimesNs[count] = receivedNs;
            tradeIds[count] = tradeId;
            count++;
        }

        Trades build(final long crc) {
            return new Trades(this, crc);
        }

        private void grow(final int capacity) {
            symbolIndexes = Arrays.copyOf(symbolIndexes, capacity);
            eventTimesNs = Arrays.copyOf(eventTimesNs, capacity);
            prices = Arrays.copyOf(prices, capacity);
            quantities = Arrays.copyOf(quantities, capacity);
            receivedTimesNs = Arrays.copyOf(receivedTimesNs, capacity);
            tradeIds = Arrays.copyOf(tradeIds, capacity);
        }
    }
}
