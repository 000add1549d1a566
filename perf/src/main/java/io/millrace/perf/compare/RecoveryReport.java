package io.millrace.perf.compare;

import io.millrace.perf.compare.recovery.RecoveryMeter;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Puts the figures of S7 into a text for the terminal and into maps for JSON and HTML. */
final class RecoveryReport implements ReportPart {
    private static final String ROW = "  %-26s %10s %10s %10s%n";
    private static final double BOUND_MS = 1_000;

    private final RecoveryCampaign campaign;
    private final RecoveryFigures figures;

    RecoveryReport(final RecoveryCampaign campaign, final RecoveryFigures figures) {
        this.campaign = campaign;
        this.figures = figures;
    }

    private String title() {
        return String.format(
                Locale.ROOT,
                "S7: from the start of a process to its first new result after SIGKILL, %,d keys",
                campaign.keys());
    }

    @Override
    public void print(final PrintWriter out) {
        out.printf("%n%s%n", title());
        out.printf(ROW, "", "ms", "min", "max");
        for (final RecoveryKind kind : campaign.kinds()) {
            final Statistic time = figures.ms(kind);
            if (time != null) {
                out.printf(
                        ROW,
                        kind.title(),
                        StreamReport.number(time.median()),
                        StreamReport.number(time.min()),
                        StreamReport.number(time.max()));
            }
        }
        if (hasJet()) {
            out.printf("  %-26s %s%n", StreamKind.JET.title(), jet());
        }
    }

    private boolean hasJet() {
        return campaign.contenders().contains(StreamKind.JET);
    }

    private static String jet() {
        return "keeps snapshots in the memory of its members: a restart from disk is not in the open edition";
    }

    @Override
    public List<Target> targets() {
        final Statistic time = figures.ms(RecoveryKind.MILLRACE);
        return time == null
                ? List.of()
                : List.of(new Target("s7 SIGKILL to first new result in ms", time.median(), BOUND_MS, false));
    }

    @Override
    public List<String> failures() {
        return figures.failures();
    }

    @Override
    public List<String> settings() {
        return campaign.kinds().stream()
                .map(kind -> "s7 " + (kind.title() + " " + figures.version(kind)).strip() + ": " + kind.settings())
                .toList();
    }

    @Override
    public long verifiedCount() {
        return campaign.kinds().stream()
                .map(figures::ms)
                .mapToLong(time -> time == null ? 0 : (long) time.values().size() * RecoveryMeter.COUNT)
                .sum();
    }

    @Override
    public void putInto(final Map<String, Object> map) {
        final Map<String, Object> recovery = new LinkedHashMap<>();
        recovery.put("id", "s7");
        recovery.put("title", title());
        final List<Object> list = new ArrayList<>();
        for (final RecoveryKind kind : campaign.kinds()) {
            final Statistic time = figures.ms(kind);
            if (time != null) {
                final Map<String, Object> one = new LinkedHashMap<>();
                one.put("contender", kind.id());
                one.put("title", kind.title());
                one.put("median", time.median());
                one.put("min", time.min());
                one.put("max", time.max());
                one.put("runs", time.values());
                list.add(one);
            }
        }
        recovery.put("figures", list);
        recovery.put("notes", hasJet() ? List.of(StreamKind.JET.title() + " " + jet()) : List.of());
        map.put("recovery", recovery);
    }
}
