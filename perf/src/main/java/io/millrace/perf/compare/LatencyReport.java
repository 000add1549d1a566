package io.millrace.perf.compare;

import io.millrace.perf.compare.latency.LatencyCase;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;
import org.HdrHistogram.Histogram;

/** Puts the figures of S6 into a text for the terminal and into maps for JSON and HTML. */
final class LatencyReport implements ReportPart {
    private static final String TITLE = "S6: latency of a running aggregate, one result for each trade, 1,000 keys";

    private static final String ROW = "  %-26s %-5s %9s %9s %9s %9s %9s  | %9s %9s %9s  | %9s%n";
    private static final int TARGET_RATE = 100_000;
    private static final int MS_PER_S = 1_000;

    private final LatencyCampaign campaign;
    private final LatencyFigures figures;

    LatencyReport(final LatencyCampaign campaign, final LatencyFigures figures) {
        this.campaign = campaign;
        this.figures = figures;
    }

    @Override
    public void print(final PrintWriter out) {
        out.printf("%n%s%n", TITLE);
        out.printf(
                "  µs since the intended time; on the right how long the machine kept an idle thread waiting meanwhile; ckpt: "
                        + "exactly once, a checkpoint each second%n");
        for (final int rate : LatencyKind.rates(campaign.scale())) {
            out.printf("%n");
            out.printf(
                    ROW,
                    String.format(Locale.ROOT, "%,d trades/s", rate),
                    "",
                    "p50",
                    "p90",
                    "p99",
                    "p99.9",
                    "max",
                    "idle p99",
                    "p99.9",
                    "max",
                    "cpu ns");
            for (final LatencyKind kind : campaign.kinds()) {
                for (final LatencyCase latencyCase : kind.cases(campaign.scale())) {
                    if (latencyCase.rate() == rate) {
                        print(kind, latencyCase, out);
                    }
                }
            }
        }
    }

    private void print(final LatencyKind kind, final LatencyCase latencyCase, final PrintWriter out) {
        final String mark = latencyCase.isCheckpointed() ? "ckpt" : "";
        if (figures.of(kind, latencyCase).isEmpty()) {
            return;
        }
        if (!figures.isHeld(kind, latencyCase)) {
            out.printf("  %-26s %-5s %s%n", kind.title(), mark, notHeld(kind, latencyCase));
            return;
        }
        final List<String> cells = new ArrayList<>(List.of(kind.title(), mark));
        for (final double percentile : LatencyFigures.PERCENTILES) {
            cells.add(StreamReport.number(
                    figures.latencyUs(kind, latencyCase, percentile).median()));
        }
        for (final double percentile : LatencyFigures.PERCENTILES.subList(2, 5)) {
            cells.add(StreamReport.number(
                    figures.hiccupUs(kind, latencyCase, percentile).median()));
        }
        cells.add(StreamReport.number(figures.cpuNs(kind, latencyCase).median()));
        out.printf(ROW, cells.toArray());
    }

    private String notHeld(final LatencyKind kind, final LatencyCase latencyCase) {
        final long expected = (long) latencyCase.rate()
                * (campaign.scale().latencySettlingMs + campaign.scale().latencyMs)
                / MS_PER_S;
        final double share = figures.answeredShare(kind, latencyCase, expected);
        return share < 1
                ? String.format(
                        Locale.ROOT,
                        "does not hold this rate: %.0f %% of the results had come 3 s after the last trade was due",
                        Math.floor(share * 100))
                : "does not hold this rate: results come later and later";
    }

    @Override
    public List<String> failures() {
        return figures.failures();
    }

    @Override
    public List<String> settings() {
        return campaign.kinds().stream()
                .map(kind -> "s6 " + (kind.title() + " " + figures.version(kind)).strip() + ": " + kind.settings())
                .toList();
    }

    @Override
    public long verifiedCount() {
        return figures.verifiedCount();
    }

    @Override
    public void putInto(final Map<String, Object> map) {
        final Map<String, Object> latency = new LinkedHashMap<>();
        latency.put("id", "s6");
        latency.put("title", TITLE);
        latency.put("measuredSeconds", (double) campaign.scale().latencyMs / MS_PER_S);
        latency.put("cases", toMaps());
        map.put("latency", latency);
    }

    @Override
    public List<Target> targets() {
        final List<Target> targets = new ArrayList<>();
        final LatencyCase without = new LatencyCase(TARGET_RATE, false);
        final LatencyCase with = new LatencyCase(TARGET_RATE, true);
        add(targets, LatencyKind.MILLRACE_SPINNING, without, 50, 3);
        add(targets, LatencyKind.MILLRACE_SPINNING, without, 90, 10);
        add(targets, LatencyKind.MILLRACE_PARKED, without, 50, 80);
        add(targets, LatencyKind.MILLRACE_PARKED, without, 90, 200);
        final Statistic p999 = figures.latencyUs(LatencyKind.MILLRACE_SPINNING, without, 99.9);
        final Statistic hiccup = figures.hiccupUs(LatencyKind.MILLRACE_SPINNING, without, 99.9);
        if (p999 != null && hiccup != null) {
            targets.add(new Target("s6 spinning p99.9 / idle machine", p999.median() / hiccup.median(), 1.2, false));
        }
        for (final double percentile : List.of(50.0, 90.0)) {
            final Statistic one = figures.latencyUs(LatencyKind.MILLRACE_SPINNING, with, percentile);
            final Statistic two = figures.latencyUs(LatencyKind.MILLRACE_SPINNING, without, percentile);
            if (one != null && two != null) {
                targets.add(new Target(
                        String.format(Locale.ROOT, "s6 spinning p%.0f with checkpoints / without", percentile),
                        one.median() / two.median(),
                        1.1,
                        false));
            }
        }
        return targets;
    }

    private void add(
            final List<Target> targets,
            final LatencyKind kind,
            final LatencyCase latencyCase,
            final double percentile,
            final double boundUs) {
        final Statistic latency = figures.latencyUs(kind, latencyCase, percentile);
        if (latency != null) {
            targets.add(new Target(
                    String.format(
                            Locale.ROOT,
                            "s6 %s p%.0f in µs, %,d/s",
                            kind == LatencyKind.MILLRACE_PARKED ? "parked" : "spinning",
                            percentile,
                            latencyCase.rate()),
                    latency.median(),
                    boundUs,
                    false));
        }
    }

    /** The same, for a file: in µs, with the value of each run and the whole curves. */
    private List<Object> toMaps() {
        final List<Object> maps = new ArrayList<>();
        for (final int rate : LatencyKind.rates(campaign.scale())) {
            for (final boolean isCheckpointed : List.of(false, true)) {
                final LatencyCase latencyCase = new LatencyCase(rate, isCheckpointed);
                final Map<String, Object> map = new LinkedHashMap<>();
                map.put("rate", rate);
                map.put("checkpoints", isCheckpointed);
                map.put(
                        "figures",
                        campaign.kinds().stream()
                                .filter(kind -> !figures.of(kind, latencyCase).isEmpty())
                                .map(kind -> figureMap(kind, latencyCase))
                                .toList());
                maps.add(map);
            }
        }
        return maps;
    }

    private Map<String, Object> figureMap(final LatencyKind kind, final LatencyCase latencyCase) {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("contender", kind.id());
        map.put("title", kind.title());
        final boolean isHeld = figures.isHeld(kind, latencyCase);
        map.put("held", isHeld);
        if (isHeld) {
            map.put("latency", percentiles(percentile -> figures.latencyUs(kind, latencyCase, percentile)));
            map.put("curve", curve(figures.latencies(kind, latencyCase)));
        } else {
            map.put("reason", notHeld(kind, latencyCase));
        }
        map.put("idle", percentiles(percentile -> figures.hiccupUs(kind, latencyCase, percentile)));
        map.put("idleCurve", curve(figures.hiccups(kind, latencyCase)));
        map.put("cpu", figures.cpuNs(kind, latencyCase).median());
        return map;
    }

    private static Map<String, Object> percentiles(final DoubleFunction<Statistic> values) {
        final Map<String, Object> map = new LinkedHashMap<>();
        for (final double percentile : LatencyFigures.PERCENTILES) {
            final Statistic statistic = values.apply(percentile);
            final Map<String, Object> one = new LinkedHashMap<>();
            one.put("median", statistic.median());
            one.put("min", statistic.min());
            one.put("max", statistic.max());
            one.put("runs", statistic.values());
            map.put(name(percentile), one);
        }
        return map;
    }

    private static String name(final double percentile) {
        return percentile == 100
                ? "max"
                : "p" + (percentile == Math.rint(percentile) ? String.valueOf((int) percentile) : percentile);
    }

    /** Pairs of one in so many that is slower, and how slow in µs. */
    private static List<Object> curve(final Histogram histogram) {
        final List<Object> points = new ArrayList<>();
        final int stepsOfTen = 10;
        for (int step = 0; ; step++) {
            final double oneIn = Math.pow(10, (double) step / stepsOfTen);
            if (oneIn > histogram.getTotalCount()) {
                return points;
            }
            points.add(List.of(oneIn, histogram.getValueAtPercentile(100 - 100 / oneIn) / 1e3));
        }
    }
}
