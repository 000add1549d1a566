package io.millrace.examples.nbbo;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.examples.Json;
import io.millrace.examples.Ran;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NbboTest {
    private static final long TEN_SECONDS = 10_000_000_000L;

    @Test
    void shouldFindTheBestOfTwoVenues() throws IOException {
        record Line(String venue, String text) {}

        final List<Line> quotes = new ArrayList<>();
        for (final String venue : List.of("spot", "usdm")) {
            Ran.lines("data/" + venue + "-btcusdt.jsonl.gz").stream()
                    .filter(line -> line.contains("@bookTicker"))
                    .forEach(line -> quotes.add(new Line(venue, line)));
        }
        quotes.sort(Comparator.comparingLong(line -> Json.receivedNs(line.text())));
        final Map<String, BigDecimal[]> venues = new TreeMap<>();
        final Map<Long, List<BigDecimal>> spreads = new TreeMap<>();
        String before = "";
        for (final Line quote : quotes) {
            venues.put(
                    quote.venue(), new BigDecimal[] {Json.decimal(quote.text(), "b"), Json.decimal(quote.text(), "a")});
            BigDecimal bid = null;
            BigDecimal ask = null;
            String bidVenue = "";
            String askVenue = "";
            for (final Map.Entry<String, BigDecimal[]> venue : venues.entrySet()) {
                if (bid == null || venue.getValue()[0].compareTo(bid) > 0) {
                    bid = venue.getValue()[0];
                    bidVenue = venue.getKey();
                }
                if (ask == null || venue.getValue()[1].compareTo(ask) < 0) {
                    ask = venue.getValue()[1];
                    askVenue = venue.getKey();
                }
            }
            final String now = bid.stripTrailingZeros() + bidVenue + ask.stripTrailingZeros() + askVenue;
            if (!now.equals(before)) {
                spreads.computeIfAbsent(
                                Json.receivedNs(quote.text()) / TEN_SECONDS * TEN_SECONDS, any -> new ArrayList<>())
                        .add(ask.subtract(bid));
                before = now;
            }
        }
        final List<String> expected = new ArrayList<>();
        long changes = 0;
        long crossed = 0;
        for (final Map.Entry<Long, List<BigDecimal>> window : spreads.entrySet()) {
            final List<BigDecimal> all = window.getValue();
            final long below =
                    all.stream().filter(spread -> spread.signum() < 0).count();
            expected.add(String.format(
                    "%s  BTCUSDT  spread %8.2f to %8.2f in %5d changes, %3d%% crossed",
                    Instant.ofEpochSecond(0, window.getKey()),
                    all.stream().min(Comparator.naturalOrder()).orElseThrow(),
                    all.stream().max(Comparator.naturalOrder()).orElseThrow(),
                    all.size(),
                    100 * below / all.size()));
            changes += all.size();
            crossed += below;
        }
        expected.add(quotes.size() + " quotes, " + changes + " changes of the best bid or offer, " + crossed
                + " of them crossed");

        assertThat(Ran.example("nbbo")).isEqualTo(expected);
        assertThat(Ran.example("nbbo", "--partitions", "4")).isEqualTo(expected);
        assertThat(changes).isEqualTo(488);
    }

    @Test
    void shouldReadTheTapeOfAShareThatTellsOneSideAtATime(@TempDir final Path directory) throws IOException {
        final Path quotes = directory.resolve("xyz_20131008_quote.csv");
        // ms since midnight in New York, bid and its size, ask and its size, exchange
        Files.writeString(quotes, """
                34200000,1000000,1,0,0,P,0,0
                34200001,0,0,1000500,2,P,0,0
                34200002,1000100,3,0,0,Q,0,0
                34200003,0,0,1000400,1,Q,0,0
                34200004,1000100,5,0,0,Z,0,0
                34200005,999900,1,0,0,Q,0,0
                """);

        // Of the tape each line takes the place of the one before; that which repeats the best bid changes nothing.
        // behind.
        assertThat(Ran.again("nbbo", "--data", quotes.toString()))
                .containsExactly(
                        "2013-10-08T13:30:00Z  XYZ  spread     0.03 to     0.05 in     4 changes,   0% crossed",
                        "6 quotes, 4 changes of the best bid or offer, 0 of them crossed");
    }
}
