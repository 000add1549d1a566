package io.millrace.node.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CandleCheckTest {
    private static final long MS = 1_000_000L;

    private final Trades.Builder trades = new Trades.Builder();
    private final List<Candle> candles = new ArrayList<>();
    private final List<LateTrade> late = new ArrayList<>();

    @BeforeEach
    void givenTwoSymbolsAndThreeCandles() {
        givenTrade("A", 100, "10", "1");
        givenTrade("A", 900, "12", "1");
        givenTrade("B", 950, "5", "2");
        givenTrade("A", 500, "8", "2");
        givenTrade("A", 1_000, "11", "1");
        candles.add(candle("A", 0, "10", "12", "8", "8", "4", "9.5", 3));
        candles.add(candle("B", 0, "5", "5", "5", "5", "2", "5", 1));
        candles.add(candle("A", 1_000, "11", "11", "11", "11", "1", "11", 1));
    }

    /** The check states the rules for itself; this holds them equal to those of the job. */
    @Test
    void shouldCheckByTheRulesOfTheJob() {
        assertThat(DemoTiming.WINDOW_NS).isEqualTo(CandleJob.WINDOW.toNanos());
        assertThat(DemoTiming.OUT_OF_ORDERNESS_NS).isEqualTo(CandleJob.OUT_OF_ORDERNESS.toNanos());
        assertThat(DemoTiming.GRACE_NS).isEqualTo(CandleJob.GRACE.toNanos());
    }

    @Test
    void shouldVerifyCandlesThatAreEqual() {
        final CandleCheck.Result result = check();

        assertThat(result.differences()).isEmpty();
        assertThat(result.isVerified()).isTrue();
        assertThat(result.expectedCount()).isEqualTo(3);
        assertThat(result.equalCount()).isEqualTo(3);
    }

    @Test
    void shouldNameEachFieldThatDiffers() {
        candles.set(0, candle("A", 0, "10", "12.00000001", "8", "8", "4", "9.5", 3));

        final CandleCheck.Result result = check();

        assertThat(result.differences())
                .containsExactly("A 1970-01-01T00:00:00Z: high is 12.00000001, recomputed 12.00000000");
        assertThat(result.equalCount()).isEqualTo(2);
    }

    @Test
    void shouldFindEveryWrongField() {
        final Candle good = candles.get(0);
        final List<Candle> wrong = List.of(
                candle("A", 0, "11", "12", "8", "8", "4", "9.5", 3),
                candle("A", 0, "10", "12", "7", "8", "4", "9.5", 3),
                candle("A", 0, "10", "12", "8", "9", "4", "9.5", 3),
                candle("A", 0, "10", "12", "8", "8", "5", "9.5", 3),
                candle("A", 0, "10", "12", "8", "8", "4", "9.49999999", 3),
                candle("A", 0, "10", "12", "8", "8", "4", "9.5", 2),
                new Candle(
                        "A", 0, 1, good.open(), good.high(), good.low(), good.close(), good.volume(), good.vwap(), 3));
        for (final Candle candle : wrong) {
            candles.set(0, candle);

            assertThat(check().isVerified()).as("%s", candle).isFalse();
        }
    }

    @Test
    void shouldFindMissingDuplicateAndUnexpectedCandles() {
        candles.remove(1);
        candles.add(candles.get(0));
        candles.add(candle("C", 0, "1", "1", "1", "1", "1", "1", 1));

        assertThat(check().differences())
                .contains(
                        "B 1970-01-01T00:00:00Z: candle of 1 trades is missing",
                        "A 1970-01-01T00:00:00Z: candle was put out 2 times",
                        "C 1970-01-01T00:00:00Z: unexpected candle of 1 trades");
    }

    @Test
    void shouldRoundTheAveragePriceHalfUp() {
        givenTrade("R", 0, "0.00000001", "1");
        givenTrade("R", 1, "0.00000002", "1");
        candles.add(candle("R", 0, "0.00000001", "0.00000002", "0.00000001", "0.00000002", "2", "0.00000002", 2));

        assertThat(check().differences()).isEmpty();
    }

    @Test
    void shouldLeaveOutTradesThatWereGenuinelyLate() {
        givenTrade("A", 1_700, "11", "1"); // watermark 1,200: the first window with its grace is closed from here on
        candles.set(2, candle("A", 1_000, "11", "11", "11", "11", "2", "11", 2));
        givenTrade("A", 999, "99", "1");
        late.add(LateTrade.of(trades.build(0), 6));

        assertThat(check().differences()).isEmpty();
    }

    @Test
    void shouldRefuseALateTradeThatWasOnTime() {
        givenTrade("A", 1_699, "11", "1");
        candles.set(2, candle("A", 1_000, "11", "11", "11", "11", "2", "11", 2));
        givenTrade("A", 999, "99", "1");
        late.add(LateTrade.of(trades.build(0), 6));

        assertThat(check().differences())
                .containsExactly(
                        "late trade A 1970-01-01T00:00:00.999Z id 7 price 99.00 was on time: its window was still open");
    }

    @Test
    void shouldRefuseALateTradeThatWasNeverFed() {
        late.add(new LateTrade("A", 1, 2, 3, 4));

        assertThat(check().differences())
                .containsExactly(
                        "late trade A 1970-01-01T00:00:00.000000001Z id 4 price 0.00000002 was not fed",
                        "5 trades with a quantity were fed, but the candles hold 5 and 1 were late");
    }

    @Test
    void shouldTakeTheLastOfEqualTradesAsTheLateOne() {
        final Trades.Builder equal = new Trades.Builder();
        equal.add("A", 999 * MS, 1, 1, 0, 7);
        equal.add("A", 998 * MS, 2, 1, 0, 8);
        equal.add("A", 1_700 * MS, 3, 1, 0, 9);
        equal.add("A", 999 * MS, 1, 1, 0, 7);
        final Trades all = equal.build(0);
        final List<Candle> put = List.of(
                new Candle("A", 0, 1_000 * MS, 1, 2, 1, 2, 2, 2, 2),
                new Candle("A", 1_000 * MS, 2_000 * MS, 3, 3, 3, 3, 1, 3, 1));

        final CandleCheck.Result result = CandleCheck.compare(all, 4, put, List.of(LateTrade.of(all, 3)));

        assertThat(result.differences()).isEmpty();
    }

    @Test
    void shouldLeaveOutTradesOfQuantityZero() {
        givenTrade("A", 950, "99", "0");
        givenTrade("Z", 960, "99", "0");

        assertThat(check().differences()).isEmpty();
    }

    @Test
    void shouldCheckOnlyWhatWasFed() {
        candles.remove(2);

        assertThat(CandleCheck.compare(trades.build(0), 4, candles, late).differences())
                .isEmpty();
    }

    @Test
    void shouldKeepTheFirstFiveDifferencesAndCountAll() {
        candles.clear();
        for (int second = 10; second < 30; second++) {
            candles.add(candle("A", second * 1_000L, "1", "1", "1", "1", "1", "1", 1));
        }

        final CandleCheck.Result result = check();

        assertThat(result.differences()).hasSize(5);
        assertThat(result.differenceCount()).isEqualTo(20 + 3 + 1);
    }

    private CandleCheck.Result check() {
        final Trades all = trades.build(0);
        return CandleCheck.compare(all, all.count(), candles, late);
    }

    private int nextId = 1;

    private void givenTrade(final String symbol, final long eventTimeMs, final String price, final String quantity) {
        trades.add(symbol, eventTimeMs * MS, Decimal8.parse(price), Decimal8.parse(quantity), 0, nextId++);
    }

    private static Candle candle(
            final String symbol,
            final long startMs,
            final String open,
            final String high,
            final String low,
            final String close,
            final String volume,
            final String vwap,
            final long count) {
        return new Candle(
                symbol,
                startMs * MS,
                (startMs + 1_000) * MS,
                Decimal8.parse(open),
                Decimal8.parse(high),
                Decimal8.parse(low),
                Decimal8.parse(close),
                Decimal8.parse(volume),
                Decimal8.parse(vwap),
                count);
    }
}
