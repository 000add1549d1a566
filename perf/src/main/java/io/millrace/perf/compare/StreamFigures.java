package io.millrace.perf.compare;

import io.millrace.perf.compare.stream.StreamOutcome;
import io.millrace.perf.compare.stream.StreamWorkload;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** All figures of all runs of the stream workloads. */
final class StreamFigures {
    private final Map<StreamKind, Map<StreamWorkload, List<StreamOutcome>>> outcomes = new EnumMap<>(StreamKind.class);
    private final Map<StreamKind, String> versions = new EnumMap<>(StreamKind.class);
    private final Map<String, String> failures = new LinkedHashMap<>();

    void add(final StreamKind kind, final StreamWorkload workload, final StreamOutcome.Report report) {
        versions.put(kind, report.version());
        outcomes.computeIfAbsent(kind, ignored -> new EnumMap<>(StreamWorkload.class))
                .computeIfAbsent(workload, ignored -> new ArrayList<>())
                .add(report.outcome());
    }

    /** Keeps why a contender could not run a workload. */
    void addFailure(final StreamKind kind, final StreamWorkload workload, final String reason) {
        failures.put(kind.id() + " " + workload.id(), reason);
    }

    boolean hasFailed(final StreamKind kind, final StreamWorkload workload) {
        return failures.containsKey(kind.id() + " " + workload.id());
    }

    /** Reasons, in the order in which they came. */
    List<String> failures() {
        return List.copyOf(failures.values());
    }

    /** The version that a contender told; empty where it has none or did not run. */
    String version(final StreamKind kind) {
        return versions.getOrDefault(kind, "");
    }

    boolean has(final StreamKind kind, final StreamWorkload workload) {
        return !of(kind, workload).isEmpty();
    }

    List<StreamOutcome> of(final StreamKind kind, final StreamWorkload workload) {
        return outcomes.getOrDefault(kind, Map.of()).getOrDefault(workload, List.of());
    }

    /** What a trade took, in ns; null where it was not measured. */
    Statistic nsPerTrade(final StreamKind kind, final StreamWorkload workload) {
        return perTrade(kind, workload, StreamOutcome::elapsedNs);
    }

    /** What a trade took of all processors, in ns; null where it was not measured. */
    Statistic cpuNsPerTrade(final StreamKind kind, final StreamWorkload workload) {
        return perTrade(kind, workload, StreamOutcome::cpuNs);
    }

    private Statistic perTrade(
            final StreamKind kind, final StreamWorkload workload, final ToLongFunction<StreamOutcome> time) {
        final List<Double> values = new ArrayList<>();
        for (final StreamOutcome outcome : of(kind, workload)) {
            values.add((double) time.applyAsLong(outcome) / outcome.measured());
        }
        return values.isEmpty() ? null : new Statistic(values);
    }

    /** Results of all runs, each of them compared with what the loop finds. */
    long verifiedCount() {
        long count = 0;
        for (final Map<StreamWorkload, List<StreamOutcome>> workloads : outcomes.values()) {
            for (final List<StreamOutcome> list : workloads.values()) {
                for (final StreamOutcome outcome : list) {
                    count += outcome.results();
                }
            }
        }
        return count;
    }

    /** Time by the clock as a multiple of the limit's; not a number where one of the two is missing. */
    double ofLimit(final StreamKind kind, final StreamWorkload workload) {
        return ratio(kind, StreamKind.LOOP, workload);
    }

    /** The same as a multiple of the fastest peer's. */
    double ofBestPeer(final StreamKind kind, final StreamWorkload workload) {
        StreamKind best = null;
        for (final StreamKind other : StreamKind.values()) {
            if (other.isPeer() && has(other, workload) && (best == null || ratio(other, best, workload) < 1)) {
                best = other;
            }
        }
        return best == null ? Double.NaN : ratio(kind, best, workload);
    }

    /** Time by the clock as a multiple of what the same work takes without checkpoints; not a number where there is no such figure. */
    double ofPlain(final StreamKind kind, final StreamWorkload workload) {
        return workload.isCheckpointed() && has(kind, workload) && has(kind, workload.plain())
                ? nsPerTrade(kind, workload).median()
                        / nsPerTrade(kind, workload.plain()).median()
                : Double.NaN;
    }

    /** Checkpoints that a process completed, the median of the runs. */
    double checkpoints(final StreamKind kind, final StreamWorkload workload) {
        final List<Double> values = new ArrayList<>();
        of(kind, workload).forEach(outcome -> values.add((double) outcome.checkpoints()));
        return new Statistic(values).median();
    }

    private double ratio(final StreamKind kind, final StreamKind other, final StreamWorkload workload) {
        return has(kind, workload) && has(other, workload)
                ? nsPerTrade(kind, workload).median()
                        / nsPerTrade(other, workload).median()
                : Double.NaN;
    }
}
