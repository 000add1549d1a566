package io.millrace.perf.compare;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** All figures of all runs of S7, in ms. */
final class RecoveryFigures {
    private final Map<RecoveryKind, List<Double>> timesMs = new EnumMap<>(RecoveryKind.class);
    private final Map<RecoveryKind, String> versions = new EnumMap<>(RecoveryKind.class);
    private final Map<RecoveryKind, String> failures = new EnumMap<>(RecoveryKind.class);

    void add(final RecoveryKind kind, final double ms) {
        timesMs.computeIfAbsent(kind, ignored -> new ArrayList<>()).add(ms);
    }

    void setVersion(final RecoveryKind kind, final String version) {
        versions.put(kind, version);
    }

    String version(final RecoveryKind kind) {
        return versions.getOrDefault(kind, "");
    }

    void addFailure(final RecoveryKind kind, final String reason) {
        failures.put(kind, reason);
    }

    boolean hasFailed(final RecoveryKind kind) {
        return failures.containsKey(kind);
    }

    List<String> failures() {
        return List.copyOf(failures.values());
    }

    /** From the start of the process to the first new result; null where it was not measured. */
    Statistic ms(final RecoveryKind kind) {
        final List<Double> list = timesMs.get(kind);
        return list == null ? null : new Statistic(list);
    }
}
