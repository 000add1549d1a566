package io.millrace.examples.nbbo;

import io.millrace.examples.market.MarketEvent;
import io.millrace.examples.market.MarketFiles;
import io.millrace.examples.market.Quote;
import io.millrace.examples.run.Example;
import io.millrace.examples.run.ExampleRun;
import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;
import io.millrace.streams.TopicAppender;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The national best bid and offer: what is the best price to buy and to sell over all venues, and how far are they apart. The
 * bundled venues are a spot market and one of perpetual futures, which is another product at another price: the best bid of the
 * one lies above the best ask of the other most of the time, and the spread is negative.
 */
public final class Nbbo implements Example {
    record Spread(String symbol, long startNs, long updates, long narrowestE8, long widestE8, long crossed) {
        Spread add(final Best best) {
            return new Spread(
                    best.symbol(),
                    startNs,
                    updates + 1,
                    updates == 0 ? best.spreadE8() : Math.min(narrowestE8, best.spreadE8()),
                    updates == 0 ? best.spreadE8() : Math.max(widestE8, best.spreadE8()),
                    crossed + (best.spreadE8() < 0 ? 1 : 0));
        }

        Spread at(final long newStartNs) {
            return new Spread(symbol, newStartNs, updates, narrowestE8, widestE8, crossed);
        }
    }

    static final Codec<Spread> SPREAD = Codecs.records(Spread.class);
    static final int SHOWN = 10;

    /** Creates the example. */
    public Nbbo() {}

    static Topology topology() {
        final Topology topology = Topology.named("nbbo");
        topology.stream("quotes", Quote.CODEC)
                .keyed(Codecs.string())
                .process("best", BestQuotes::new, Best.CODEC)
                .window("spreads", Windows.tumbling(Duration.ofSeconds(10)))
                .aggregate(Aggregation.values(SPREAD, () -> new Spread("", 0, 0, 0, 0, 0), Spread::add))
                .map(window -> window.value().at(window.startNs()), SPREAD)
                .to("spreads");
        return topology;
    }

    @Override
    public void run(final ExampleRun run) throws Exception {
        final TopicAppender<Quote> quotes = run.source("quotes", Quote.CODEC);
        for (final MarketEvent event : MarketFiles.read(run.files("spot-btcusdt.jsonl.gz", "usdm-btcusdt.jsonl.gz"))) {
            if (event instanceof Quote quote) {
                quotes.append(quote.timeNs(), Codecs.string(), quote.symbol(), quote);
            }
        }
        final long in = run.finish(topology()).recordsIn();

        final List<Spread> spreads = run.results("spreads", SPREAD);
        for (final Spread spread : spreads.subList(0, Math.min(SHOWN, spreads.size()))) {
            run.print(
                    "%s  %s  spread %8.2f to %8.2f in %5d changes, %3d%% crossed",
                    Instant.ofEpochSecond(0, spread.startNs()),
                    spread.symbol(),
                    spread.narrowestE8() * MarketEvent.UNIT,
                    spread.widestE8() * MarketEvent.UNIT,
                    spread.updates(),
                    100 * spread.crossed() / spread.updates());
        }
        run.print(
                "%d quotes, %d changes of the best bid or offer, %d of them crossed",
                in,
                spreads.stream().mapToLong(Spread::updates).sum(),
                spreads.stream().mapToLong(Spread::crossed).sum());
    }
}
