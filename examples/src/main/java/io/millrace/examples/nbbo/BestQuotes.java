package io.millrace.examples.nbbo;

import io.millrace.examples.market.Quote;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.keyed.ValueState;
import io.millrace.streams.Codecs;
import java.util.HashMap;
import java.util.Map;

/** Keeps the last quote of every venue for a symbol, and hands on the best bid and ask of all when they change. */
public final class BestQuotes implements Processor<String, Quote, Best> {
    record Venues(Map<String, Quote> quotes) {}

    private ValueState<Venues> venues;
    private ValueState<Best> last;

    /** Creates a processor for one task. */
    public BestQuotes() {}

    @Override
    public void init(final ProcessorSetup setup) {
        venues = setup.valueState("venues", Codecs.records(Venues.class));
        last = setup.valueState("last", Best.CODEC);
    }

    @Override
    public void process(final Quote quote, final ProcessorContext<String, Best> context) {
        // A value in a cell is not changed once it is set, so this is a copy; there are few venues.
        final Map<String, Quote> quotes =
                venues.isSet() ? new HashMap<>(venues.value().quotes()) : new HashMap<>();
        quotes.merge(quote.venue(), quote, BestQuotes::filledUp);
        venues.set(new Venues(quotes));

        final Best best = Best.of(quote.timeNs(), quotes.values());
        if (best != null && !(last.isSet() && best.isSameAs(last.value()))) {
            last.set(best);
            context.forward(best);
        }
    }

    /** Some venues tell one side at a time: the other one stays as it was. */
    private static Quote filledUp(final Quote before, final Quote now) {
        final boolean hasBid = now.bidE8() > 0;
        final boolean hasAsk = now.askE8() > 0;
        return new Quote(
                now.timeNs(),
                now.symbol(),
                now.venue(),
                hasBid ? now.bidE8() : before.bidE8(),
                hasBid ? now.bidQuantityE8() : before.bidQuantityE8(),
                hasAsk ? now.askE8() : before.askE8(),
                hasAsk ? now.askQuantityE8() : before.askQuantityE8());
    }
}
