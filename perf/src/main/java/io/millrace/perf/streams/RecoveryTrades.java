package io.millrace.perf.streams;

import io.millrace.perf.compare.stream.ResultSum;

/** Trades that follow from their numbers alone, so that a process can go on anywhere: first one of each instrument, then any. */
public final class RecoveryTrades {
    private static final int HALF = 32;

    private RecoveryTrades() {}

    /**
     * What is traded.
     *
     * @param keys   number of instruments.
     * @param number of the trade, from 0.
     * @return any 64 bits but 0.
     */
    public static long instrumentId(final int keys, final long number) {
        return TradeFeed.instrumentId((int) (number < keys ? number : (mix(number) >>> 1) % keys));
    }

    /**
     * Its price.
     *
     * @param number of the trade.
     * @return more than 0.
     */
    public static long price(final long number) {
        return 1 + (mix(number) >>> HALF) % TradeFeed.MAX_PRICE;
    }

    /**
     * How many.
     *
     * @param number of the trade.
     * @return more than 0.
     */
    public static long quantity(final long number) {
        return 1 + (mix(~number) >>> HALF) % TradeFeed.MAX_QUANTITY;
    }

    private static long mix(final long number) {
        long mixed = (number ^ number >>> 30) * 0xBF58476D1CE4E5B9L + TradeFeed.SEED;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }

    /**
     * What a contender has to find.
     *
     * @param keys  number of instruments.
     * @param first number of the trade whose result is the first that counts.
     * @param count number of results that count.
     * @return these results, with the number of the trade in place of the end of a window.
     */
    public static ResultSum expected(final int keys, final long first, final int count) {
        final ResultSum sum = new ResultSum();
        final VwapTable table = new VwapTable(keys);
        for (long number = 0; number < first + count; number++) {
            final long instrumentId = instrumentId(keys, number);
            table.add(instrumentId, price(number), quantity(number));
            if (number >= first) {
                final int slot = table.slotOf(instrumentId);
                sum.add(
                        instrumentId,
                        number,
                        table.count(slot),
                        table.quantity(slot),
                        table.notional(slot) / table.quantity(slot));
            }
        }
        return sum;
    }
}
