package io.millrace.node.demo;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Recomputes the candles of a file in one plain loop over {@link BigDecimal} and compares them with what the job put out. It
 * shares no code with the operators: that is its worth.
 *
 * <p>A trade belongs to the candle of its symbol and second, unless the job put it aside as late. The job may do so only when
 * the trade is genuinely late: the window's end and grace lie at or before the largest event time, less the bound on
 * out-of-orderness, of the trades before it in the file. Any other late trade is a difference.
 *
 * <p>A trade of quantity 0 belongs to no candle.
 *
 * <p>Lateness only grows with the place in the file, so of several equal trades the late ones are the last: the loop that finds
 * them runs backwards.
 */
final class CandleCheck {
    /** Differences that are kept with their text; the rest is only counted. */
    static final int MAX_KEPT_DIFFERENCES = 5;

    private final List<String> differences = new ArrayList<>();
    private long differenceCount;

    private CandleCheck() {}

    /**
     * What the comparison found.
     *
     * @param expectedCount   candles that the recomputation has.
     * @param equalCount      of them, those that were put out exactly once and equal in every field.
     * @param differences     the first differences, as text.
     * @param differenceCount all differences.
     */
    record Result(long expectedCount, long equalCount, List<String> differences, long differenceCount) {
        boolean isVerified() {
            return differenceCount == 0;
        }
    }

    /** One candle as it should be. */
    private static final class Expected {
        private BigDecimal open;
        private BigDecimal high;
        private BigDecimal low;
        private BigDecimal close;
        private BigDecimal volume = BigDecimal.ZERO;
        private BigDecimal turnover = BigDecimal.ZERO;
        private long count;

        void add(final BigDecimal price, final BigDecimal quantity) {
            open = open == null ? price : open;
            high = high == null ? price : high.max(price);
            low = low == null ? price : low.min(price);
            close = price;
            volume = volume.add(quantity);
            turnover = turnover.add(price.multiply(quantity));
            count++;
        }

        BigDecimal vwap() {
            return turnover.divide(volume, Decimal8.PLACES, RoundingMode.HALF_UP);
        }
    }

    private record Key(String symbol, long windowStartNs) {
        @Override
        public String toString() {
            final long second = Math.floorDiv(windowStartNs, DemoTiming.WINDOW_NS);
            final long nanos = Math.floorMod(windowStartNs, DemoTiming.WINDOW_NS);
            return symbol + " " + Instant.ofEpochSecond(second, nanos);
        }
    }

    /**
     * Compares candles with the recomputation.
     *
     * @param trades  of the file.
     * @param count   how many of them, from the first, were fed.
     * @param candles that the job put out.
     * @param late    trades that the job put aside.
     * @return what was found.
     */
    static Result compare(
            final Trades trades, final int count, final List<Candle> candles, final List<LateTrade> late) {
        final CandleCheck check = new CandleCheck();
        final boolean[] isLate = check.lateTrades(trades, count, late);
        final Map<Key, Expected> expected = recompute(trades, count, isLate);
        final long equalCount = check.compareAll(expected, candles);
        check.compareSum(trades, count, candles, late.size());
        return new Result(expected.size(), equalCount, List.copyOf(check.differences), check.differenceCount);
    }

    private boolean[] lateTrades(final Trades trades, final int count, final List<LateTrade> late) {
        final Map<LateTrade, Integer> remaining = new HashMap<>();
        late.forEach(trade -> remaining.merge(trade, 1, Integer::sum));

        final boolean[] isLate = new boolean[count];
        for (int i = count - 1; i >= 0 && !remaining.isEmpty(); i--) {
            final LateTrade trade = LateTrade.of(trades, i);
            if (remaining.containsKey(trade)) {
                remaining.computeIfPresent(trade, (key, times) -> times == 1 ? null : times - 1);
                isLate[i] = true;
                if (!isGenuinelyLate(trades, i)) {
                    differ("late trade " + describe(trade) + " was on time: its window was still open");
                }
            }
        }
        remaining.forEach((trade, times) -> differ("late trade " + describe(trade) + " was not fed"));
        return isLate;
    }

    private static boolean isGenuinelyLate(final Trades trades, final int trade) {
        final long windowEndNs = windowStartNs(trades.eventTimeNs(trade)) + DemoTiming.WINDOW_NS;
        return trade > 0
                && windowEndNs + DemoTiming.GRACE_NS
                        <= trades.largestEventTimeNs(trade - 1) - DemoTiming.OUT_OF_ORDERNESS_NS;
    }

    private static Map<Key, Expected> recompute(final Trades trades, final int count, final boolean[] isLate) {
        final Map<Key, Expected> expected = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            if (!isLate[i] && trades.quantity(i) != 0) {
                final Key key = new Key(trades.symbol(i), windowStartNs(trades.eventTimeNs(i)));
                expected.computeIfAbsent(key, ignored -> new Expected())
                        .add(decimal(trades.price(i)), decimal(trades.quantity(i)));
            }
        }
        return expected;
    }

    private long compareAll(final Map<Key, Expected> expected, final List<Candle> candles) {
        final Map<Key, Integer> times = new HashMap<>();
        final Map<Key, Boolean> isEqual = new HashMap<>();
        for (final Candle candle : candles) {
            final Key key = new Key(candle.symbol(), candle.windowStartNs());
            final Expected recomputed = expected.get(key);
            if (recomputed == null) {
                differ(key + ": unexpected candle of " + candle.count() + " trades");
            } else if (times.merge(key, 1, Integer::sum) > 1) {
                differ(key + ": candle was put out " + times.get(key) + " times");
                isEqual.put(key, false);
            } else {
                isEqual.put(key, isEqual(key, candle, recomputed));
            }
        }
        for (final Map.Entry<Key, Expected> entry : expected.entrySet()) {
            if (!times.containsKey(entry.getKey())) {
                differ(entry.getKey() + ": candle of " + entry.getValue().count + " trades is missing");
            }
        }
        return isEqual.values().stream().filter(Boolean::booleanValue).count();
    }

    private boolean isEqual(final Key key, final Candle candle, final Expected recomputed) {
        final long before = differenceCount;
        compare(key, "window end", candle.windowEndNs(), key.windowStartNs() + DemoTiming.WINDOW_NS);
        compare(key, "count", candle.count(), recomputed.count);
        compare(key, "open", decimal(candle.open()), recomputed.open);
        compare(key, "high", decimal(candle.high()), recomputed.high);
        compare(key, "low", decimal(candle.low()), recomputed.low);
        compare(key, "close", decimal(candle.close()), recomputed.close);
        compare(key, "volume", decimal(candle.volume()), recomputed.volume);
        compare(key, "vwap", decimal(candle.vwap()), recomputed.vwap());
        return differenceCount == before;
    }

    private void compareSum(final Trades trades, final int count, final List<Candle> candles, final long late) {
        final int fed = count - trades.emptyCount(count);
        final long inCandles = candles.stream().mapToLong(Candle::count).sum();
        if (inCandles + late != fed) {
            differ(fed + " trades with a quantity were fed, but the candles hold " + inCandles + " and " + late
                    + " were late");
        }
    }

    private void compare(final Key key, final String field, final BigDecimal actual, final BigDecimal recomputed) {
        if (actual.compareTo(recomputed) != 0) {
            differ(key + ": " + field + " is " + actual.toPlainString() + ", recomputed "
                    + recomputed
                            .setScale(Decimal8.PLACES, RoundingMode.UNNECESSARY)
                            .toPlainString());
        }
    }

    private void compare(final Key key, final String field, final long actual, final long recomputed) {
        if (actual != recomputed) {
            differ(key + ": " + field + " is " + actual + ", recomputed " + recomputed);
        }
    }

    private void differ(final String difference) {
        if (++differenceCount <= MAX_KEPT_DIFFERENCES) {
            differences.add(difference);
        }
    }

    private static String describe(final LateTrade trade) {
        return new Key(trade.symbol(), trade.eventTimeNs()) + " id " + trade.tradeId() + " price "
                + Decimal8.text(trade.price());
    }

    private static long windowStartNs(final long eventTimeNs) {
        return Math.floorDiv(eventTimeNs, DemoTiming.WINDOW_NS) * DemoTiming.WINDOW_NS;
    }

    private static BigDecimal decimal(final long scaled) {
        return new BigDecimal(BigInteger.valueOf(scaled), Decimal8.PLACES);
    }
}
