package io.millrace.perf.compare;

import io.millrace.perf.compare.scale.ScaleOutcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All figures of all points, what failed, and what was left out. */
final class ScaleReadings {
    private final Map<String, List<Double>> values = new LinkedHashMap<>();
    private final Map<String, ScaleOutcome> first = new LinkedHashMap<>();
    private final Map<String, String> failures = new LinkedHashMap<>();
    private final Map<ScaleCurve, String> leftOut = new LinkedHashMap<>();
    private long verified;

    /** Takes what a part of a point found; keeps as a failure that it found other records than the first one did. */
    void add(final ScaleCurve curve, final long size, final String part, final ScaleOutcome outcome) {
        final ScaleOutcome right = first.putIfAbsent(point(curve, size), outcome);
        if (right != null && !right.agreesWith(outcome)) {
            addFailure(
                    curve,
                    size,
                    String.format(
                            Locale.ROOT,
                            "%s %d: %s found count=%d checksum=%x, where the first process found count=%d checksum=%x",
                            curve.id(),
                            size,
                            part,
                            outcome.results(),
                            outcome.checksum(),
                            right.results(),
                            right.checksum()));
            return;
        }
        verified += right == null ? 0 : outcome.results();
        outcome.figures()
                .forEach((figure, value) -> values.computeIfAbsent(
                                point(curve, size) + " " + part + "." + figure, ignored -> new ArrayList<>())
                        .add(value));
    }

    /** Keeps why a point could not be measured. */
    void addFailure(final ScaleCurve curve, final long size, final String reason) {
        failures.putIfAbsent(point(curve, size), reason);
    }

    boolean hasFailed(final ScaleCurve curve, final long size) {
        return failures.containsKey(point(curve, size));
    }

    /** Reasons, in the order in which they came. */
    List<String> failures() {
        return List.copyOf(failures.values());
    }

    /** Keeps which points were not measured, and why. */
    void leaveOut(final ScaleCurve curve, final String what) {
        leftOut.put(curve, what);
    }

    /** Null where nothing was. */
    String leftOut(final ScaleCurve curve) {
        return leftOut.get(curve);
    }

    /** Results and records that two processes found the same. */
    long verifiedCount() {
        return verified;
    }

    /** Null where it was not measured, or its records were wrong. */
    Statistic of(final ScaleCurve curve, final long size, final ScaleLine line) {
        final List<Double> list = values.get(point(curve, size) + " " + line.id());
        return list == null || hasFailed(curve, size) ? null : new Statistic(list);
    }

    private static String point(final ScaleCurve curve, final long size) {
        return curve.id() + " " + size;
    }
}
