package io.millrace.examples.correlation;

import io.millrace.examples.market.MarketEvent;
import io.millrace.examples.market.MarketFiles;
import io.millrace.examples.market.Trade;
import io.millrace.examples.run.Example;
import io.millrace.examples.run.ExampleRun;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Stream;
import io.millrace.streams.TopicAppender;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import io.millrace.streams.Within;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How closely two prices move together: the last trades of each second of both are paired, make returns from pair to pair, and
 * each minute of returns makes one coefficient of correlation.
 */
public final class Correlation implements Example {
    record Close(String symbol, long priceE8) {}

    record Prices(long firstE8, long secondE8) {}

    record Returns(double first, double second) {}

    record Minute(long startNs, long pairs, double correlation) {}

    static final Codec<Close> CLOSE = Codecs.records(Close.class);
    static final Codec<Prices> PRICES = Codecs.records(Prices.class);
    static final Codec<Returns> RETURNS = Codecs.records(Returns.class);
    static final Codec<Minute> MINUTE = Codecs.records(Minute.class);

    static final long FEWEST = 10; // of fewer returns a coefficient says nothing

    /** Creates the example. */
    public Correlation() {}

    static Topology topology(final String first, final String second) {
        final Topology topology = Topology.named("correlation");
        final Stream<Close> closes = topology.stream("trades", Trade.CODEC)
                .outOfOrderness(Duration.ofSeconds(1))
                .keyed(Codecs.string())
                .window("seconds", Windows.tumbling(Duration.ofSeconds(1)))
                .reduce(Trade.CODEC, (before, now) -> now.timeNs() >= before.timeNs() ? now : before)
                .map(window -> new Close(window.key(), window.value().priceE8()), CLOSE);
        of(second, closes)
                .join("pairs", of(first, closes), Within.of(Duration.ZERO))
                .mapValues(
                        pair -> new Prices(pair.right().priceE8(), pair.left().priceE8()), PRICES)
                .process("returns", ReturnsOf::new, RETURNS)
                .window("minutes", Windows.tumbling(Duration.ofMinutes(1)))
                .aggregate(Aggregation.flyweight(Moments::new, Moments::add))
                .filter(minute -> minute.value().count() >= FEWEST)
                .map(
                        minute -> new Minute(
                                minute.startNs(),
                                minute.value().count(),
                                minute.value().correlation()),
                        MINUTE)
                .to("correlations");
        return topology;
    }

    private static KeyedStream<String, Close> of(final String symbol, final Stream<Close> closes) {
        return closes.filter(close -> close.symbol().equals(symbol))
                .keyBy("pair-of-" + symbol, Codecs.string(), close -> "pair");
    }

    @Override
    public void run(final ExampleRun run) throws Exception {
        final TopicAppender<Trade> trades = run.source("trades", Trade.CODEC);
        final List<String> symbols = new ArrayList<>();
        for (final MarketEvent event :
                MarketFiles.read(run.files("/io/millrace/node/demo/binance-spot-20240808.csv.gz"))) {
            if (event instanceof Trade trade) {
                if (!symbols.contains(trade.symbol())) {
                    symbols.add(trade.symbol());
                }
                trades.append(trade.timeNs(), Codecs.string(), trade.symbol(), trade);
            }
        }
        if (symbols.size() < 2) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION, "a correlation needs the trades of two symbols, found " + symbols);
        }
        run.finish(topology(symbols.get(0), symbols.get(1)));

        final List<Minute> minutes = run.results("correlations", MINUTE);
        for (final Minute minute : minutes) {
            run.print(
                    "%s  %3d returns, correlation %7.4f",
                    Instant.ofEpochSecond(0, minute.startNs()), minute.pairs(), minute.correlation());
        }
        run.print(
                "%s and %s: %d returns in %d minutes, correlation %.4f on average",
                symbols.get(0),
                symbols.get(1),
                minutes.stream().mapToLong(Minute::pairs).sum(),
                minutes.size(),
                minutes.stream().mapToDouble(Minute::correlation).average().orElse(0));
    }
}
