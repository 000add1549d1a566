package io.millrace.examples.orderbook;

import io.millrace.examples.market.Depth;
import io.millrace.examples.market.MarketEvent;
import io.millrace.examples.market.MarketFiles;
import io.millrace.examples.run.Example;
import io.millrace.examples.run.ExampleRun;
import io.millrace.streams.Codecs;
import io.millrace.streams.ProcessedStream;
import io.millrace.streams.TopicAppender;
import io.millrace.streams.Topology;
import java.time.Instant;
import java.util.List;

/**
 * Rebuilds an order book from a snapshot and numbered changes ({@link BookBuilder}), tells of gaps in the numbers, and takes the
 * imbalance of its best levels for a signal: where much more is bid than asked, the price should rise next.
 */
public final class OrderBook implements Example {
    static final int SHOWN = 8;

    /** Creates the example. */
    public OrderBook() {}

    static Topology topology() {
        final Topology topology = Topology.named("order-book");
        final ProcessedStream<String, Top> tops = topology.stream("depth", Depth.CODEC)
                .keyed(Codecs.string())
                .process("book", BookBuilder::new, Top.CODEC);
        tops.to("tops");
        tops.sideOutput(BookBuilder.GAPS).to("gaps");
        tops.process("signals", ImbalanceSignal::new, ImbalanceSignal.SIGNAL).to("signals");
        return topology;
    }

    @Override
    public void run(final ExampleRun run) throws Exception {
        final TopicAppender<Depth> depth = run.source("depth", Depth.CODEC);
        for (final MarketEvent event : MarketFiles.read(run.files("spot-btcusdt.jsonl.gz"))) {
            if (event instanceof Depth message) {
                depth.append(message.timeNs(), Codecs.string(), message.venue() + " " + message.symbol(), message);
            }
        }
        final long messages = run.finish(topology()).recordsIn();

        final List<ImbalanceSignal.Signal> signals = run.results("signals", ImbalanceSignal.SIGNAL);
        for (final ImbalanceSignal.Signal signal : signals.subList(0, Math.min(SHOWN, signals.size()))) {
            run.print(
                    "%s  imbalance %5.2f at %.2f, then %.2f: %s",
                    Instant.ofEpochSecond(0, signal.timeNs()),
                    signal.imbalance(),
                    signal.doubleMidE8() / 2 * MarketEvent.UNIT,
                    signal.nextDoubleMidE8() / 2 * MarketEvent.UNIT,
                    signal.isRight() ? "right" : "wrong");
        }
        if (signals.size() > SHOWN) {
            run.print("... and %d more", signals.size() - SHOWN);
        }
        final List<BookBuilder.Gap> gaps = run.results("gaps", BookBuilder.GAP);
        gaps.forEach(gap -> run.print(
                "%s  gap: change %d is followed by %d; no book until the next snapshot",
                Instant.ofEpochSecond(0, gap.timeNs()), gap.lastId(), gap.nextId()));
        run.print(
                "%d messages, %d states of the book, %d gaps; %d of %d signals were right",
                messages,
                run.results("tops", Top.CODEC).size(),
                gaps.size(),
                signals.stream().filter(ImbalanceSignal.Signal::isRight).count(),
                signals.size());
    }
}
