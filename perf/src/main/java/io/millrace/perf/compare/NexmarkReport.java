package io.millrace.perf.compare;

import io.millrace.examples.nexmark.NexmarkTrial;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Puts the figures of queries into a table for the terminal and into maps for JSON. */
final class NexmarkReport {
    private static final String NOT_RUN = "not run";
    private static final double THOUSAND = 1e3;
    private static final double NS_PER_S = 1e9;

    private final NexmarkCampaign campaign;
    private final NexmarkFigures figures;
    private final Map<String, String> machine;
    private final String date;
    private final long elapsedNs;

    NexmarkReport(
            final NexmarkCampaign campaign,
            final NexmarkFigures figures,
            final Map<String, String> machine,
            final String date,
            final long elapsedNs) {
        this.campaign = campaign;
        this.figures = figures;
        this.machine = machine;
        this.date = date;
        this.elapsedNs = elapsedNs;
    }

    void print(final PrintWriter out) {
        out.printf("%nthousand events a second: median (min to max), and ns of all processors for an event%n%n");
        out.printf("  %-6s %10s", "query", "rows");
        campaign.columns().forEach(column -> out.printf("  %32s", column.title()));
        out.printf("%n");
        for (final String query : campaign.queries()) {
            out.printf(
                    Locale.ROOT,
                    "  %-6s %10s",
                    query,
                    figures.rows(query) < 0 ? "" : String.format(Locale.ROOT, "%,d", figures.rows(query)));
            campaign.columns().forEach(column -> out.printf("  %32s", cell(column, query)));
            out.printf("%n");
        }
        figures.failures().forEach(reason -> out.printf("%nFAILED %s%n", reason));
        out.printf("%nwhat was measured, each in a JVM of its own%n");
        for (final NexmarkColumn column : campaign.columns()) {
            StreamReport.printContender(
                    out,
                    column.title(),
                    figures.version(column),
                    column.settings(),
                    campaign.javaHome(column),
                    column.flags());
        }
        Machine.print(machine, out);
        out.printf("%n%s%n", summary());
        out.flush();
    }

    private String cell(final NexmarkColumn column, final String query) {
        final Statistic speed = figures.eventsPerSecond(column, query);
        if (speed == null) {
            return figures.hasFailed(column, query) ? "failed" : NOT_RUN;
        }
        return String.format(
                Locale.ROOT,
                "%s (%s to %s), %s ns",
                thousands(speed.median()),
                thousands(speed.min()),
                thousands(speed.max()),
                StreamReport.number(figures.cpuNsPerEvent(column, query).median()));
    }

    private static String thousands(final double eventsPerSecond) {
        return StreamReport.number(eventsPerSecond / THOUSAND);
    }

    private String summary() {
        return String.format(
                Locale.ROOT,
                "%s: %,d events %s, %d %s of each, %.0f s; the rows of all that were run are the same",
                date,
                figures.events(),
                campaign.events() == null
                        ? "made up with seed " + NexmarkCampaign.SEED
                        : "of " + campaign.events().getFileName(),
                campaign.runs(),
                campaign.runs() == 1 ? "run" : "runs",
                elapsedNs / NS_PER_S);
    }

    /** The same, for a file: with the value of each run. */
    Map<String, Object> toMap() {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("date", date);
        map.put("events", figures.events());
        map.put("runs", campaign.runs());
        map.put("elapsedSeconds", elapsedNs / 1_000_000 / THOUSAND);
        map.put("summary", summary());
        map.put("machine", machine);
        map.put("contenders", campaign.columns().stream().map(this::facts).toList());
        map.put("queries", campaign.queries().stream().map(this::queryMap).toList());
        map.put("failures", figures.failures());
        return map;
    }

    private Map<String, Object> facts(final NexmarkColumn column) {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", column.id());
        map.put("title", column.title());
        map.put("cores", column.cores());
        map.put("version", figures.version(column));
        map.put("settings", column.settings());
        map.put("java", campaign.javaHome(column).toString());
        map.put("flags", column.flags());
        return map;
    }

    private Map<String, Object> queryMap(final String query) {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("query", query);
        map.put("asksFor", NexmarkTrial.summary(query));
        map.put("rows", figures.rows(query));
        final List<NexmarkColumn> measured = campaign.columns().stream()
                .filter(column -> figures.eventsPerSecond(column, query) != null)
                .toList();
        map.put(
                "figures",
                measured.stream().map(column -> figureMap(column, query)).toList());
        return map;
    }

    private Map<String, Object> figureMap(final NexmarkColumn column, final String query) {
        final Statistic speed = figures.eventsPerSecond(column, query);
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("contender", column.id());
        map.put("eventsPerSecond", speed.median());
        map.put("min", speed.min());
        map.put("max", speed.max());
        map.put("runs", speed.values());
        map.put("cpuNsPerEvent", figures.cpuNsPerEvent(column, query).median());
        return map;
    }
}
