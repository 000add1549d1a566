package io.millrace.perf.compare;

import static io.millrace.perf.compare.contender.ContenderKind.IDLE;
import static io.millrace.perf.compare.contender.ContenderKind.MEMCPY_COLD;
import static io.millrace.perf.compare.contender.ContenderKind.MEMCPY_WARM;
import static io.millrace.perf.compare.contender.ContenderKind.MILLRACE;
import static io.millrace.perf.compare.contender.ContenderKind.MILLRACE_GROWING;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What Millrace is to reach, beside what it reached.
 *
 * @param text    what is asked.
 * @param value   measured.
 * @param bound   to be reached.
 * @param isFloor whether the value must not be below the bound, or not above it.
 */
record Target(String text, double value, double bound, boolean isFloor) {
    private static final double NS_PER_MS = 1e6;
    private static final double NS_PER_US = 1e3;

    boolean isMet() {
        return isFloor ? value >= bound : value <= bound;
    }

    String line() {
        return String.format(
                Locale.ROOT,
                "%-6s %s: %.2f (%s %s)",
                isMet() ? "met" : "MISSED",
                text,
                value,
                isFloor ? "at least" : "at most",
                bound == Math.rint(bound) ? String.format(Locale.ROOT, "%.0f", bound) : Double.toString(bound));
    }

    /** All that the figures can tell about. */
    static List<Target> of(final Figures figures) {
        final List<Target> targets = new ArrayList<>();
        for (final Figure figure : Section.APPEND.figures()) {
            final String title = figure.title();
            targets.add(new Target(title + " / warm", figures.ratio(MILLRACE, MEMCPY_WARM, figure), 0.6, true));
            targets.add(new Target(
                    title + ", growing / cold", figures.ratio(MILLRACE_GROWING, MEMCPY_COLD, figure), 0.9, true));
        }
        for (final Figure figure : Section.READ.figures()) {
            targets.add(
                    new Target(figure.title() + " / scan", figures.ratio(MILLRACE, MEMCPY_WARM, figure), 0.8, true));
        }
        final Figure batch = Section.BATCH.figures().get(0);
        targets.add(new Target(batch.title() + " / warm", figures.ratio(MILLRACE, MEMCPY_WARM, batch), 0.9, true));
        twoAppenders(figures, targets);
        hop(figures, targets);
        absolute(figures, targets);
        TransportTargets.add(figures, targets);
        return targets.stream().filter(target -> !Double.isNaN(target.value)).toList();
    }

    private static void twoAppenders(final Figures figures, final List<Target> targets) {
        final double one = median(figures, Section.TWO_APPENDERS.figures().get(0));
        final double together = median(figures, Section.TWO_APPENDERS.figures().get(1));
        final double apart = median(figures, Section.TWO_APPENDERS.figures().get(2));
        targets.add(new Target("two appenders on one partition / one", together / one, 1.0, true));
        targets.add(new Target("two appenders on two partitions / one", apart / one, 1.8, true));
    }

    private static void hop(final Figures figures, final List<Target> targets) {
        final Figure p999 = Section.HOP.figures().get(3);
        targets.add(new Target(
                "hop p50 in µs", median(figures, Section.HOP.figures().get(0)) / NS_PER_US, 0.5, false));
        targets.add(new Target("hop p99.9 / idle machine", figures.ratio(MILLRACE, IDLE, p999), 1.2, false));
        final Figure p50 = Section.POWER.figures().get(0);
        targets.add(new Target("power p50 / force of one page", figures.ratio(MILLRACE, MEMCPY_WARM, p50), 1.5, false));
    }

    private static void absolute(final Figures figures, final List<Target> targets) {
        targets.add(new Target(
                "reopen after SIGKILL in ms",
                median(figures, Section.REOPEN.figures().get(0)) / NS_PER_MS,
                1000,
                false));
        targets.add(new Target(
                "reopen after close in ms",
                median(figures, Section.REOPEN.figures().get(1)) / NS_PER_MS,
                50,
                false));
        targets.add(new Target(
                "open all idle partitions in ms",
                median(figures, Section.FOOTPRINT.figures().get(1)) / NS_PER_MS,
                2000,
                false));
        targets.add(new Target(
                "heap of an idle partition in bytes",
                median(figures, Section.FOOTPRINT.figures().get(2)),
                1024,
                false));
    }

    private static double median(final Figures figures, final Figure figure) {
        final Statistic statistic = figures.of(MILLRACE, figure);
        return statistic == null ? Double.NaN : statistic.median();
    }
}
