package io.millrace.perf.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** Histograms of rounds, each of which has one with checkpoints, one without, and one of the idle machine. In ns. */
final class LatencyRounds {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99, 100};
    private static final int DIGITS = 3;

    private final List<Round> rounds = new ArrayList<>();

    void begin() {
        rounds.add(new Round(newHistogram(), newHistogram(), newHistogram()));
    }

    private static Histogram newHistogram() {
        return new Histogram(TimeUnit.MINUTES.toNanos(2), DIGITS);
    }

    Histogram with() {
        return rounds.get(rounds.size() - 1).with;
    }

    Histogram without() {
        return rounds.get(rounds.size() - 1).without;
    }

    Histogram idle() {
        return rounds.get(rounds.size() - 1).idle;
    }

    /** All rounds but the first ones, which warmed up, in µs. */
    String table(final int warmUps, final int rate) {
        final List<Round> measured = rounds.subList(Math.min(warmUps, rounds.size()), rounds.size());
        final StringBuilder table = new StringBuilder();
        table.append(String.format(
                Locale.ROOT,
                "%d rounds at %d/s, µs: with, without and idle over all rounds; medians and range of the rounds' ratios%n",
                measured.size(),
                rate));
        for (final double percentile : PERCENTILES) {
            final double[] ratios = measured.stream()
                    .mapToDouble(round -> (double) round.with.getValueAtPercentile(percentile)
                            / Math.max(1, round.without.getValueAtPercentile(percentile)))
                    .sorted()
                    .toArray();
            table.append(String.format(
                    Locale.ROOT,
                    "p%-6s %10.2f %10.2f %10.2f   ratio %.2f (%.2f to %.2f)%n",
                    percentile,
                    all(measured, Round::with, percentile),
                    all(measured, Round::without, percentile),
                    all(measured, Round::idle, percentile),
                    ratios.length == 0 ? 0 : ratios[ratios.length / 2],
                    ratios.length == 0 ? 0 : ratios[0],
                    ratios.length == 0 ? 0 : ratios[ratios.length - 1]));
        }
        return table.toString();
    }

    private static double all(
            final List<Round> measured, final Function<Round, Histogram> which, final double percentile) {
        final Histogram sum = newHistogram();
        measured.forEach(round -> sum.add(which.apply(round)));
        return sum.getValueAtPercentile(percentile) / 1e3;
    }

    private record Round(Histogram with, Histogram without, Histogram idle) {}
}
