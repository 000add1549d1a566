package io.millrace.perf.compare;

import io.millrace.perf.compare.guard.GuardComparison;
import io.millrace.perf.compare.guard.GuardComparison.Verdict;
import io.millrace.perf.compare.guard.GuardRecord;
import io.millrace.perf.compare.guard.Ratio;
import java.io.PrintWriter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Puts what the guard found into a table for the terminal and into maps for JSON. */
final class GuardReport {
    private static final String ROW = "  %-8s %-38s %7s %7s %8s %8s %15s  %s%n";

    private final List<GuardComparison> comparisons;
    private final GuardRecord run;

    /**
     * A report.
     *
     * @param run what was measured now.
     */
    GuardReport(final List<GuardComparison> comparisons, final GuardRecord run) {
        this.comparisons = comparisons;
        this.run = run;
    }

    void print(final PrintWriter out) {
        out.printf("%nspeed as a share of the limit's, in the same run: more is better%n");
        out.printf(ROW, "figure", "", "was", "now", "change", "noise", "pairs", "");
        comparisons.forEach(comparison -> print(comparison, out));
        out.println();
        notes().forEach(note -> out.printf("%s%n", note));
        out.flush();
    }

    private static void print(final GuardComparison comparison, final PrintWriter out) {
        final Ratio recorded = comparison.recorded();
        final List<Double> pairs = comparison.measured().pairs();
        out.printf(
                ROW,
                comparison.figure(),
                GuardFigure.of(comparison.figure()).title(),
                recorded == null ? "" : ratio(recorded.median()),
                ratio(comparison.measured().median()),
                recorded == null ? "" : percent("%+.1f %%", comparison.change()),
                percent("%.1f %%", comparison.allowance()),
                ratio(Collections.min(pairs)) + " - " + ratio(Collections.max(pairs)),
                word(comparison.verdict()));
    }

    private static String word(final Verdict verdict) {
        return switch (verdict) {
            case DROPPED -> "DROPPED";
            case SAME -> "as before";
            case BETTER -> "better";
            case NEW -> "not recorded yet";
        };
    }

    private Set<String> notes() {
        final Set<String> notes = new LinkedHashSet<>();
        for (final GuardComparison comparison : comparisons) {
            final GuardRecord record = comparison.record();
            if (record != null) {
                notes.add("compared with " + record.name());
                addDifference(notes, record, GuardRecord.PROCESSOR);
                addDifference(notes, record, GuardRecord.JAVA);
            }
        }
        final String loud = comparisons.stream()
                .filter(comparison -> comparison.allowance() >= GuardComparison.LOUD)
                .map(GuardComparison::figure)
                .collect(Collectors.joining(", "));
        if (!loud.isEmpty()) {
            notes.add("much noise in " + loud
                    + ": a smaller drop goes unseen; leave the machine alone, or ask for more --pairs");
        }
        notes.add("measured: " + run.name());
        return notes;
    }

    private void addDifference(final Set<String> notes, final GuardRecord record, final String fact) {
        if (!record.fact(fact).equals(run.fact(fact))) {
            notes.add("another " + fact + " then: " + record.fact(fact) + "; now: " + run.fact(fact)
                    + "; ratios may differ for that alone");
        }
    }

    /** What dropped, from what to what, in one line; empty where nothing did. */
    String drops() {
        return comparisons.stream()
                .filter(comparison -> comparison.verdict() == Verdict.DROPPED)
                .map(comparison -> String.format(
                        Locale.ROOT,
                        "%s from %s to %s of the limit (%.1f %%, noise %.1f %%)",
                        comparison.figure(),
                        ratio(comparison.recorded().median()),
                        ratio(comparison.measured().median()),
                        100 * comparison.change(),
                        100 * comparison.allowance()))
                .collect(Collectors.joining(", "));
    }

    private static String ratio(final double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String percent(final String format, final double share) {
        return String.format(Locale.ROOT, format, 100 * share);
    }

    Map<String, Object> toMap() {
        final Map<String, Object> map = new LinkedHashMap<>(run.facts());
        map.put("dropped", !drops().isEmpty());
        map.put("figures", comparisons.stream().map(GuardReport::toMap).toList());
        return map;
    }

    private static Map<String, Object> toMap(final GuardComparison comparison) {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("figure", comparison.figure());
        map.put("title", GuardFigure.of(comparison.figure()).title());
        map.put("verdict", comparison.verdict().name().toLowerCase(Locale.ROOT));
        map.put("ratio", comparison.measured().median());
        map.put("noise", comparison.measured().noise());
        map.put("pairs", comparison.measured().pairs());
        if (comparison.record() != null) {
            map.put("recordedRatio", comparison.recorded().median());
            map.put("recordedNoise", comparison.recorded().noise());
            map.put("recordedCommit", comparison.record().fact(GuardRecord.COMMIT));
            map.put("recordedDate", comparison.record().fact(GuardRecord.DATE));
            map.put("change", comparison.change());
        }
        map.put("allowance", comparison.allowance());
        return map;
    }
}
