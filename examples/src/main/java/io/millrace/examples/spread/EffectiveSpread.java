package io.millrace.examples.spread;

import io.millrace.examples.market.MarketEvent;
import io.millrace.examples.market.MarketFiles;
import io.millrace.examples.market.Quote;
import io.millrace.examples.market.Trade;
import io.millrace.examples.nbbo.Best;
import io.millrace.examples.nbbo.BestQuotes;
import io.millrace.examples.run.Example;
import io.millrace.examples.run.ExampleRun;
import io.millrace.streams.AsOf;
import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.TopicAppender;
import io.millrace.streams.Topology;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The effective spread: what a trade really paid for the hurry, twice the distance of its price from the middle of the quote that
 * held at its time. Each trade is joined as of its time with the best quote of all venues.
 *
 * <p>A trade that takes all that is offered moves the quote, and a venue may tell the new quote before the trade. Such trades lie
 * outside of the quote that was received before them.
 */
public final class EffectiveSpread implements Example {
    /** Creates the example. */
    public EffectiveSpread() {}

    static Topology topology() {
        final Topology topology = Topology.named("effective-spread");
        final KeyedStream<String, Best> best = topology.stream("quotes", Quote.CODEC)
                .neverIdle()
                .keyed(Codecs.string())
                .process("best", BestQuotes::new, Best.CODEC);
        topology.stream("trades", Trade.CODEC)
                .neverIdle()
                .keyed(Codecs.string())
                .leftJoinAsOf("costs", best, AsOf.anyAge().waiting())
                .mapValues(Cost::of, Cost.CODEC)
                .to("costs");
        return topology;
    }

    @Override
    public void run(final ExampleRun run) throws Exception {
        final TopicAppender<Quote> quotes = run.source("quotes", Quote.CODEC);
        final TopicAppender<Trade> trades = run.source("trades", Trade.CODEC);
        for (final MarketEvent event : MarketFiles.read(run.files("spot-btcusdt.jsonl.gz"))) {
            if (event instanceof Quote quote) {
                quotes.append(quote.timeNs(), Codecs.string(), quote.symbol(), quote);
            } else if (event instanceof Trade trade) {
                trades.append(trade.timeNs(), Codecs.string(), trade.symbol(), trade);
            }
        }
        run.finish(topology());

        final List<Cost> costs = run.results("costs", Cost.CODEC);
        final Map<String, List<Cost>> bySymbol = costs.stream()
                .filter(Cost::hasQuote)
                .collect(Collectors.groupingBy(Cost::symbol, TreeMap::new, Collectors.toList()));
        bySymbol.forEach((symbol, known) -> run.print(
                "%s  %d trades: quoted %.4f bps, effective %.4f bps; %d inside, %d at, %d outside the quote",
                symbol,
                known.size(),
                known.stream()
                        .mapToDouble(cost -> cost.bps(cost.quotedE8()))
                        .average()
                        .orElse(0),
                known.stream()
                        .mapToDouble(cost -> cost.bps(cost.effectiveE8()))
                        .average()
                        .orElse(0),
                known.stream()
                        .filter(cost -> cost.effectiveE8() < cost.quotedE8())
                        .count(),
                known.stream()
                        .filter(cost -> cost.effectiveE8() == cost.quotedE8())
                        .count(),
                known.stream()
                        .filter(cost -> cost.effectiveE8() > cost.quotedE8())
                        .count()));
        final long without = costs.stream().filter(cost -> !cost.hasQuote()).count();
        run.print("%d trades, %d of them before the first quote", costs.size(), without);
    }
}
