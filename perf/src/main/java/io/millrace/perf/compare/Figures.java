package io.millrace.perf.compare;

import io.millrace.perf.compare.child.Result;
import io.millrace.perf.compare.contender.ContenderKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All figures of all runs. */
final class Figures {
    private final Map<ContenderKind, Map<String, List<Double>>> values = new EnumMap<>(ContenderKind.class);
    private long verifiedCount;

    void add(final ContenderKind kind, final Result result) {
        result.figures().forEach((name, value) -> {
            if (name.equals("verified")) {
                verifiedCount += value.longValue();
            } else {
                values.computeIfAbsent(kind, ignored -> new TreeMap<>())
                        .computeIfAbsent(name, ignored -> new ArrayList<>())
                        .add(value);
            }
        });
    }

    /** What the runs of a contender gave; null where it was not measured. */
    Statistic of(final ContenderKind kind, final Figure figure) {
        final List<Double> list = values.getOrDefault(kind, Map.of()).get(figure.name());
        return list == null ? null : new Statistic(list);
    }

    /** Runs in which a contender would not open after it was killed. */
    int refusedCount(final ContenderKind kind) {
        return values.getOrDefault(kind, Map.of())
                .getOrDefault("reopen.refused", List.of())
                .size();
    }

    /** Messages that were read back and compared byte by byte. */
    long verifiedCount() {
        return verifiedCount;
    }

    /** Ratio of medians of a contender to its limit; not a number where there is none. */
    double ofLimit(final Section section, final ContenderKind kind, final Figure figure) {
        final ContenderKind limit = section.limitOf(kind);
        return limit == null ? Double.NaN : ratio(kind, limit, figure);
    }

    /** Ratio of medians of a contender to the best peer; not a number where there is none. */
    double ofBestPeer(final Section section, final ContenderKind kind, final Figure figure) {
        ContenderKind best = null;
        for (final ContenderKind other : section.contenders()) {
            if (other.isPeer() && of(other, figure) != null && (best == null || isBetter(other, best, figure))) {
                best = other;
            }
        }
        return best == null || !kind.isOurs() ? Double.NaN : ratio(kind, best, figure);
    }

    double ratio(final ContenderKind kind, final ContenderKind other, final Figure figure) {
        final Statistic one = of(kind, figure);
        final Statistic two = of(other, figure);
        return one == null || two == null ? Double.NaN : one.median() / two.median();
    }

    private boolean isBetter(final ContenderKind one, final ContenderKind two, final Figure figure) {
        return figure.unit().isBetter(of(one, figure).median(), of(two, figure).median());
    }
}
