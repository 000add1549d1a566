package io.millrace.examples;

import io.millrace.examples.correlation.Correlation;
import io.millrace.examples.deadletter.DeadLetters;
import io.millrace.examples.errorrate.ErrorRate;
import io.millrace.examples.nbbo.Nbbo;
import io.millrace.examples.orderbook.OrderBook;
import io.millrace.examples.run.Example;
import io.millrace.examples.sgd.Sgd;
import io.millrace.examples.spread.EffectiveSpread;
import io.millrace.examples.temperature.MachineTemperature;
import io.millrace.examples.toppages.TopPages;
import io.millrace.examples.wordcount.WordCount;
import java.util.List;

/** The examples that {@code ./millrace example} knows. */
final class Examples {
    /**
     * An example by its name.
     *
     * @param name    as typed.
     * @param summary one line about it.
     * @param example to run.
     */
    record Entry(String name, String summary, Example example) {}

    static final List<Entry> ALL = List.of(
            new Entry("word-count", "counts the words in the paths of an access log", new WordCount()),
            new Entry("top-pages", "ranks pages by the half minute, and tells late lines apart", new TopPages()),
            new Entry(
                    "error-rate", "alerts on paths that fail often, and on those that do not recover", new ErrorRate()),
            new Entry(
                    "machine-temperature",
                    "finds anomalies in a series, and checks them against labels",
                    new MachineTemperature()),
            new Entry("nbbo", "the best bid and offer over several venues, and the spread", new Nbbo()),
            new Entry(
                    "effective-spread", "joins each trade with the quote that held at its time", new EffectiveSpread()),
            new Entry(
                    "order-book",
                    "rebuilds a book from its changes, and takes its imbalance for a signal",
                    new OrderBook()),
            new Entry("correlation", "how closely two prices move together, by the minute", new Correlation()),
            new Entry("sgd", "a regression that learns while it runs, against a naive forecast", new Sgd()),
            new Entry("dead-letter", "sends records that failed back to a job that was mended", new DeadLetters()));

    private Examples() {}

    /**
     * Finds an example.
     *
     * @param name as typed.
     * @return its entry, null if there is none.
     */
    static Entry named(final String name) {
        return ALL.stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElse(null);
    }
}
