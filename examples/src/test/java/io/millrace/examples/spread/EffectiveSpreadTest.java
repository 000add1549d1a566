package io.millrace.examples.spread;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.examples.Json;
import io.millrace.examples.Ran;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class EffectiveSpreadTest {
    private static final BigDecimal TWO = BigDecimal.valueOf(2);

    @Test
    void shouldCompareEachTradeWithTheQuoteOfItsTime() throws IOException {
        final TreeMap<Long, BigDecimal[]> quotes = new TreeMap<>(); // of one time the last counts
        for (final String line : Ran.lines("data/spot-btcusdt.jsonl.gz")) {
            if (line.contains("@bookTicker")) {
                quotes.put(Json.receivedNs(line), new BigDecimal[] {Json.decimal(line, "b"), Json.decimal(line, "a")});
            }
        }
        int all = 0;
        int with = 0;
        double quoted = 0;
        double effective = 0;
        final int[] places = new int[3]; // inside, at, outside
        for (final String line : Ran.lines("data/spot-btcusdt.jsonl.gz")) {
            if (line.contains("@trade")) {
                all++;
                final Map.Entry<Long, BigDecimal[]> quote = quotes.floorEntry(Json.receivedNs(line));
                if (quote != null) {
                    with++;
                    final BigDecimal bid = quote.getValue()[0];
                    final BigDecimal ask = quote.getValue()[1];
                    final BigDecimal spread = ask.subtract(bid);
                    final BigDecimal distance = Json.decimal(line, "p")
                            .multiply(TWO)
                            .subtract(bid)
                            .subtract(ask)
                            .abs();
                    final double mid = bid.add(ask).doubleValue() / 2;
                    quoted += 1e4 * spread.doubleValue() / mid;
                    effective += 1e4 * distance.doubleValue() / mid;
                    places[1 + distance.compareTo(spread)]++;
                }
            }
        }

        assertThat(Ran.example("effective-spread"))
                .containsExactly(
                        String.format(
                                "BTCUSDT  %d trades: quoted %.4f bps, effective %.4f bps; %d inside, %d at, %d outside the quote",
                                with, quoted / with, effective / with, places[0], places[1], places[2]),
                        all + " trades, " + (all - with) + " of them before the first quote");
        assertThat(all).isEqualTo(1388);
    }

    @Test
    void shouldFindTheSameInFourPartitions() {
        assertThat(Ran.example("effective-spread", "--partitions", "4")).isEqualTo(Ran.example("effective-spread"));
    }
}
