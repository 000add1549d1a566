package io.millrace.examples.sgd;

import io.millrace.examples.data.DataFile;
import io.millrace.examples.data.Reading;
import io.millrace.examples.run.Example;
import io.millrace.examples.run.ExampleRun;
import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.TopicAppender;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Learns while it runs: a linear regression forecasts how a temperature will change, and is corrected after each reading by a step
 * of stochastic gradient descent ({@link Regression}). Its error is compared with that of the naive forecast: no change.
 */
public final class Sgd implements Example {
    record Forecast(double actual, double forecast, List<Double> weights) {}

    /** Squared errors of a fortnight. */
    record Errors(long startNs, long count, double ofForecast, double ofNaive, List<Double> weights) {
        Errors add(final Forecast forecast) {
            final double error = forecast.actual() - forecast.forecast();
            return new Errors(
                    startNs,
                    count + 1,
                    ofForecast + error * error,
                    ofNaive + forecast.actual() * forecast.actual(),
                    forecast.weights());
        }

        Errors at(final long newStartNs) {
            return new Errors(newStartNs, count, ofForecast, ofNaive, weights);
        }
    }

    static final Codec<Forecast> FORECAST = Codecs.records(Forecast.class);
    static final Codec<Errors> ERRORS = Codecs.records(Errors.class);
    static final Duration FORTNIGHT = Duration.ofDays(14);

    /** Creates the example. */
    public Sgd() {}

    static Topology topology() {
        final Topology topology = Topology.named("sgd");
        final KeyedStream<String, Forecast> forecasts = topology.stream("readings", Reading.CODEC)
                .outOfOrderness(Duration.ofHours(1))
                .keyed(Codecs.string())
                .process("regression", Regression::new, FORECAST);
        forecasts
                .window("fortnights", Windows.tumbling(FORTNIGHT))
                .aggregate(Aggregation.values(ERRORS, () -> new Errors(0, 0, 0, 0, List.of()), Errors::add))
                .map(fortnight -> fortnight.value().at(fortnight.startNs()), ERRORS)
                .to("errors");
        return topology;
    }

    @Override
    public void run(final ExampleRun run) throws Exception {
        final TopicAppender<Reading> readings = run.source("readings", Reading.CODEC);
        for (final DataFile file : run.files("machine_temperature.csv.gz")) {
            file.forEachLine(line -> {
                if (!Reading.isHeader(line)) {
                    final Reading reading = Reading.parse(line);
                    readings.append(reading.timeNs(), Codecs.string(), "machine", reading);
                }
            });
        }
        run.finish(topology());

        long count = 0;
        double ofForecast = 0;
        double ofNaive = 0;
        for (final Errors errors : run.results("errors", ERRORS)) {
            run.print(
                    "%s  error %.4f, naive %.4f; weights at the end%s",
                    Instant.ofEpochSecond(0, errors.startNs()),
                    root(errors.ofForecast(), errors.count()),
                    root(errors.ofNaive(), errors.count()),
                    text(errors.weights()));
            count += errors.count();
            ofForecast += errors.ofForecast();
            ofNaive += errors.ofNaive();
        }
        run.print(
                "%d forecasts, root mean square error %.4f, that of the naive forecast %.4f",
                count, root(ofForecast, count), root(ofNaive, count));
    }

    private static double root(final double squares, final long count) {
        return count == 0 ? 0 : Math.sqrt(squares / count);
    }

    private static String text(final List<Double> weights) {
        final StringBuilder text = new StringBuilder();
        weights.forEach(weight -> text.append(String.format(Locale.ROOT, " %.3f", weight)));
        return text.toString();
    }
}
