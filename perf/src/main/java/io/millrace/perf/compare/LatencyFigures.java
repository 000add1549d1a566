package io.millrace.perf.compare;

import io.millrace.perf.compare.latency.LatencyCase;
import io.millrace.perf.compare.latency.LatencyOutcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** All figures of all runs of S6. */
final class LatencyFigures {
    /** What is shown; 100 for the longest. */
    static final List<Double> PERCENTILES = List.of(50.0, 90.0, 99.0, 99.9, 100.0);

    private final Map<LatencyKind, Map<LatencyCase, List<Run>>> runs = new EnumMap<>(LatencyKind.class);
    private final Map<LatencyKind, String> versions = new EnumMap<>(LatencyKind.class);
    private final Map<LatencyKind, String> failures = new LinkedHashMap<>();

    /** A run of a contender at a rate, and what the machine did meanwhile. */
    record Run(LatencyOutcome outcome, Histogram hiccups) {}

    void add(final LatencyKind kind, final LatencyOutcome outcome, final Histogram hiccups) {
        runs.computeIfAbsent(kind, ignored -> new LinkedHashMap<>())
                .computeIfAbsent(outcome.latencyCase(), ignored -> new ArrayList<>())
                .add(new Run(outcome, hiccups));
    }

    void setVersion(final LatencyKind kind, final String version) {
        versions.put(kind, version);
    }

    String version(final LatencyKind kind) {
        return versions.getOrDefault(kind, "");
    }

    void addFailure(final LatencyKind kind, final String reason) {
        failures.put(kind, reason);
    }

    boolean hasFailed(final LatencyKind kind) {
        return failures.containsKey(kind);
    }

    List<String> failures() {
        return List.copyOf(failures.values());
    }

    List<Run> of(final LatencyKind kind, final LatencyCase latencyCase) {
        return runs.getOrDefault(kind, Map.of()).getOrDefault(latencyCase, List.of());
    }

    /** Whether a contender kept up in each run; false where it was not measured. */
    boolean isHeld(final LatencyKind kind, final LatencyCase latencyCase) {
        final List<Run> list = of(kind, latencyCase);
        return !list.isEmpty() && list.stream().allMatch(run -> run.outcome().isHeld());
    }

    /** A percentile of each run, in µs; null where the contender was not measured or did not keep up. */
    Statistic latencyUs(final LatencyKind kind, final LatencyCase latencyCase, final double percentile) {
        return isHeld(kind, latencyCase)
                ? new Statistic(of(kind, latencyCase).stream()
                        .map(run -> us(run.outcome().histogram(), percentile))
                        .toList())
                : null;
    }

    /** The same of the machine; null where the contender was not measured. */
    Statistic hiccupUs(final LatencyKind kind, final LatencyCase latencyCase, final double percentile) {
        final List<Run> list = of(kind, latencyCase);
        return list.isEmpty()
                ? null
                : new Statistic(
                        list.stream().map(run -> us(run.hiccups(), percentile)).toList());
    }

    /** What the contender's process took of all processors for a result, in ns; null where it was not measured. */
    Statistic cpuNs(final LatencyKind kind, final LatencyCase latencyCase) {
        final List<Run> list = of(kind, latencyCase);
        return list.isEmpty()
                ? null
                : new Statistic(
                        list.stream().map(run -> run.outcome().cpuNsPerEvent()).toList());
    }

    /** The smallest share of results that have come at all. */
    double answeredShare(final LatencyKind kind, final LatencyCase latencyCase, final long expected) {
        return of(kind, latencyCase).stream()
                        .mapToLong(run -> run.outcome().results())
                        .min()
                        .orElse(0)
                / (double) expected;
    }

    /** Latencies of all runs in one. */
    Histogram latencies(final LatencyKind kind, final LatencyCase latencyCase) {
        final Histogram sum = new Histogram(3);
        of(kind, latencyCase).forEach(run -> sum.add(run.outcome().histogram()));
        return sum;
    }

    /** Hiccups of all runs in one. */
    Histogram hiccups(final LatencyKind kind, final LatencyCase latencyCase) {
        final Histogram sum = new Histogram(3);
        of(kind, latencyCase).forEach(run -> sum.add(run.hiccups()));
        return sum;
    }

    /** Results of all runs, each of them compared with what the loop finds. */
    long verifiedCount() {
        return runs.values().stream()
                .flatMap(cases -> cases.values().stream())
                .flatMap(List::stream)
                .mapToLong(run -> run.outcome().results())
                .sum();
    }

    private static double us(final Histogram histogram, final double percentile) {
        return histogram.getValueAtPercentile(percentile) / 1e3;
    }
}
