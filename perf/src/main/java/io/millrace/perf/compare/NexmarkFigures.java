package io.millrace.perf.compare;

import io.millrace.perf.compare.stream.StreamOutcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** All figures of all runs of queries, and what the rows of each query have to be. */
final class NexmarkFigures {
    private static final double NS_PER_S = 1e9;

    private final Map<String, StreamOutcome> expected = new LinkedHashMap<>();
    private final Map<String, List<StreamOutcome>> outcomes = new LinkedHashMap<>();
    private final Map<String, String> versions = new LinkedHashMap<>();
    private final Map<String, String> failures = new LinkedHashMap<>();

    /** Takes the rows of a query on one partition as those that all others have to give. */
    void expect(final String query, final StreamOutcome outcome) {
        expected.putIfAbsent(query, outcome);
    }

    boolean isExpected(final String query) {
        return expected.containsKey(query);
    }

    /** Takes the figures of a run whose rows are as expected; keeps as a failure that they are not. */
    void add(final NexmarkColumn column, final String query, final StreamOutcome.Report report) {
        final StreamOutcome right = expected.get(query);
        final StreamOutcome outcome = report.outcome();
        if (right != null && (right.results() != outcome.results() || right.checksum() != outcome.checksum())) {
            addFailure(
                    column,
                    query,
                    String.format(
                            Locale.ROOT,
                            "%s %s: wrong results: count=%d checksum=%x, where one partition gives count=%d checksum=%x",
                            column.id(),
                            query,
                            outcome.results(),
                            outcome.checksum(),
                            right.results(),
                            right.checksum()));
            return;
        }
        versions.put(column.id(), report.version());
        outcomes.computeIfAbsent(key(column, query), ignored -> new ArrayList<>())
                .add(outcome);
    }

    /** Keeps why a query could not be run, and takes back what it gave before. */
    void addFailure(final NexmarkColumn column, final String query, final String reason) {
        outcomes.remove(key(column, query));
        failures.put(key(column, query), reason);
    }

    boolean hasFailed(final NexmarkColumn column, final String query) {
        return failures.containsKey(key(column, query));
    }

    /** Reasons, in the order in which they came. */
    List<String> failures() {
        return List.copyOf(failures.values());
    }

    String version(final NexmarkColumn column) {
        return versions.getOrDefault(column.id(), "");
    }

    /** Rows of a query; -1 where it was not run. */
    long rows(final String query) {
        return expected.containsKey(query) ? expected.get(query).results() : -1;
    }

    /** Events that were read; 0 where nothing was run. */
    long events() {
        return expected.values().stream()
                .mapToLong(StreamOutcome::measured)
                .findFirst()
                .orElse(0);
    }

    /** Events a second; null where it was not measured. */
    Statistic eventsPerSecond(final NexmarkColumn column, final String query) {
        return statistic(column, query, outcome -> outcome.measured() * NS_PER_S / outcome.elapsedNs());
    }

    /** Time on processors, those of the JVM among them, for an event, in ns; null where it was not measured. */
    Statistic cpuNsPerEvent(final NexmarkColumn column, final String query) {
        return statistic(column, query, outcome -> (double) outcome.cpuNs() / outcome.measured());
    }

    private Statistic statistic(
            final NexmarkColumn column, final String query, final ToDoubleFunction<StreamOutcome> figure) {
        final List<StreamOutcome> list = outcomes.getOrDefault(key(column, query), List.of());
        return list.isEmpty()
                ? null
                : new Statistic(list.stream().map(figure::applyAsDouble).toList());
    }

    private static String key(final NexmarkColumn column, final String query) {
        return column.id() + " " + query;
    }
}
