package io.millrace.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.codec.Codec;
import io.millrace.streams.AsOf;
import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Table;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import io.millrace.streams.Within;
import io.millrace.testkit.MillraceTest;
import io.millrace.testkit.TestDrivers;
import io.millrace.testkit.TestInput;
import io.millrace.testkit.TopologyTestDriver;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Runs the code of docs/guide/joins.md. */
@MillraceTest
class JoinsPageTest {
    private static final Codec<Quote> QUOTE = Codecs.records(Quote.class);
    private static final Codec<Trade> TRADE = Codecs.records(Trade.class);

    /** What somebody offers. */
    public record Quote(String symbol, long bid, long ask) {}

    /** What was paid. */
    public record Trade(String symbol, long price) {}

    private static Topology topology() {
        Topology topology = Topology.named("spreads");
        KeyedStream<String, Trade> trades =
                topology.stream("trades", TRADE).keyBy("trades-by-symbol", Codecs.string(), Trade::symbol);
        KeyedStream<String, Quote> quotes =
                topology.stream("quotes", QUOTE).keyBy("quotes-by-symbol", Codecs.string(), Quote::symbol);

        trades.joinAsOf(
                        "with-quote",
                        quotes,
                        AsOf.tolerance(Duration.ofSeconds(10)).waiting())
                .mapValues(
                        t -> t.left().price() + " between " + t.right().bid() + " and "
                                + t.right().ask(),
                        Codecs.string())
                .to("trades.quoted");

        trades.outerJoin("near", quotes, Within.of(Duration.ofSeconds(1)))
                .mapValues(
                        pair -> pair.hasLeft() && pair.hasRight() ? "both" : pair.hasLeft() ? "a trade" : "a quote",
                        Codecs.string())
                .to("near.each-other");

        Table<String, String> names = topology.table("names", "symbols", Codecs.string(), Codecs.string());
        trades.leftJoin("named", names)
                .mapValues(
                        t -> (t.hasRight() ? t.right() : "somebody") + " at "
                                + t.left().price(),
                        Codecs.string())
                .to("trades.named");
        absence(trades, quotes);
        trades.cogroup(Aggregation.values(Codecs.string(), () -> "", (String seen, Trade trade) -> seen + "t"))
                .with(quotes, (seen, quote) -> seen + "q")
                .window("seen", Windows.tumbling(Duration.ofSeconds(10)))
                .aggregate()
                .map(seen -> seen.startNs() / 1_000_000_000 % 60 + " s: " + seen.value(), Codecs.string())
                .to("seen");
        return topology;
    }

    private static void absence(KeyedStream<String, Trade> trades, KeyedStream<String, Quote> quotes) {
        trades.absentWithin("unquoted", quotes, Within.of(Duration.ofSeconds(1)))
                .mapValues(trade -> "nobody quoted near " + trade.price(), Codecs.string())
                .to("trades.unquoted");
        quotes.absentFor("stopped", Duration.ofSeconds(10))
                .mapValues(quote -> quote.bid() + " was the last bid", Codecs.string())
                .to("quotes.stopped");
    }

    @Test
    void shouldJoinAsItSays(final TestDrivers drivers) throws Exception {
        final GuidePage page = GuidePage.of("joins.md");
        page.assertIsCompiledIn(JoinsPageTest.class);
        final TopologyTestDriver driver = drivers.of(topology()).start();
        final Instant zero = driver.now();
        driver.advanceTime(Duration.ofMinutes(1));
        final TestInput<Trade> trades = driver.input("trades", TRADE);
        final TestInput<Quote> quotes = driver.input("quotes", QUOTE);
        final TestInput<String> symbols = driver.input("symbols", Codecs.string());

        quotes.pipe(zero.plusSeconds(1), new Quote("ABC", 99, 101));
        trades.pipe(zero.plusSeconds(2), new Trade("ABC", 100));
        symbols.pipe(Codecs.string(), "ABC", zero, "Abc Inc");
        trades.pipe(zero.plusSeconds(9), new Trade("ABC", 105));
        quotes.pipe(zero.plusSeconds(5), new Quote("ABC", 104, 106));
        trades.pipe(zero.plusSeconds(16), new Trade("ABC", 107));
        driver.end();

        assertThat(driver.output("trades.quoted", Codecs.string()).readValues())
                .containsExactlyElementsOf(page.results(0));
        assertThat(driver.output("near.each-other", Codecs.string()).readValues())
                .containsExactlyElementsOf(page.results(1));
        assertThat(driver.output("trades.named", Codecs.string()).readValues())
                .containsExactlyElementsOf(page.results(2));
        assertThat(driver.output("trades.unquoted", Codecs.string()).readValues())
                .containsExactlyElementsOf(page.results(3));
        assertThat(driver.output("quotes.stopped", Codecs.string()).readValues())
                .containsExactlyElementsOf(page.results(4));
        assertThat(driver.output("seen", Codecs.string()).readValues()).containsExactlyElementsOf(page.results(5));
        driver.replayTwice();
    }
}
