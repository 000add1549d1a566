package io.millrace.perf.compare;

import io.millrace.perf.compare.stream.StreamWorkload;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Puts the figures of stream workloads into a text for the terminal and into maps for JSON and HTML. */
final class StreamReport {
    private static final String ROW = "  %-26s %10s %10s %10s %10s %9s %9s%s%n";
    private static final double NS_PER_S = 1e9;

    /** Of TARGETS: the most that a trade may take, as a multiple of the limit's. */
    private static final Map<StreamWorkload, Double> BOUNDS = new EnumMap<>(Map.of(
            StreamWorkload.FILTER_MAP, 3.0,
            StreamWorkload.TUMBLING, 2.0,
            StreamWorkload.TUMBLING_LARGE, 1.5,
            StreamWorkload.HOPPING, 2.5,
            StreamWorkload.JOIN, 2.5));

    /** The same as a multiple of the time without checkpoints. */
    private static final double CHECKPOINT_BOUND = 1.05;

    private final StreamCampaign campaign;
    private final StreamFigures figures;
    private final Map<String, String> machine;
    private final String date;
    private final long elapsedNs;
    private final List<ReportPart> parts;

    StreamReport(
            final StreamCampaign campaign,
            final StreamFigures figures,
            final Map<String, String> machine,
            final String date,
            final long elapsedNs) {
        this(campaign, figures, machine, date, elapsedNs, List.of());
    }

    /** With other workloads behind the jobs. */
    StreamReport(
            final StreamCampaign campaign,
            final StreamFigures figures,
            final Map<String, String> machine,
            final String date,
            final long elapsedNs,
            final List<ReportPart> parts) {
        this.parts = parts;
        this.campaign = campaign;
        this.figures = figures;
        this.machine = machine;
        this.date = date;
        this.elapsedNs = elapsedNs;
    }

    void print(final PrintWriter out) {
        for (final StreamWorkload workload : campaign.workloads()) {
            out.printf("%n%s%n", workload.title());
            final String more = workload.isCheckpointed()
                    ? String.format(
                            Locale.ROOT, " %9s %12s", "/ " + workload.plain().id(), "checkpoints")
                    : "";
            out.printf(ROW, "", "ns/event", "min", "max", "cpu ns", "/ limit", "/ peer", more);
            measured(workload).forEach(kind -> print(workload, kind, out));
        }
        parts.forEach(part -> part.print(out));
        failures().forEach(reason -> out.printf("%nFAILED %s%n", reason));
        final List<Target> targets = targets();
        if (!targets.isEmpty()) {
            out.printf("%ntargets%n");
            targets.forEach(target -> out.printf("  %s%n", target.line()));
        }
        out.printf("%nwhat was measured, each in a JVM of its own%n");
        for (final StreamKind kind : campaign.contenders()) {
            printContender(
                    out, kind.title(), figures.version(kind), kind.settings(), campaign.javaHome(kind), kind.flags());
        }
        parts.forEach(part -> part.settings().forEach(line -> out.printf("  %s%n", line)));
        Machine.print(machine, out);
        out.printf("%n%s%n", summary());
        out.flush();
    }

    private String summary() {
        return String.format(
                Locale.ROOT,
                "%s: %d runs of each, %s, %.0f s; %,d results, the same as the loop's",
                date,
                campaign.runs(),
                campaign.scale() == StreamScale.FULL
                        ? "full size"
                        : campaign.scale().name().toLowerCase(Locale.ROOT),
                elapsedNs / NS_PER_S,
                verifiedCount());
    }

    private long verifiedCount() {
        return figures.verifiedCount()
                + parts.stream().mapToLong(ReportPart::verifiedCount).sum();
    }

    /** Reasons why contenders could not be measured. */
    List<String> failures() {
        final List<String> failures = new ArrayList<>(figures.failures());
        parts.forEach(part -> failures.addAll(part.failures()));
        return failures;
    }

    private void print(final StreamWorkload workload, final StreamKind kind, final PrintWriter out) {
        final Statistic time = figures.nsPerTrade(kind, workload);
        out.printf(
                ROW,
                kind.title(),
                number(time.median()),
                number(time.min()),
                number(time.max()),
                number(figures.cpuNsPerTrade(kind, workload).median()),
                number(figures.ofLimit(kind, workload)),
                number(figures.ofBestPeer(kind, workload)),
                checkpoints(workload, kind));
    }

    private String checkpoints(final StreamWorkload workload, final StreamKind kind) {
        return workload.isCheckpointed() && kind != StreamKind.LOOP
                ? String.format(
                        Locale.ROOT,
                        " %9s %12.0f",
                        number(figures.ofPlain(kind, workload)),
                        figures.checkpoints(kind, workload))
                : "";
    }

    /** What one contender was: with which settings, and in which JVM. */
    static void printContender(
            final PrintWriter out,
            final String title,
            final String version,
            final String settings,
            final Path javaHome,
            final List<String> flags) {
        out.printf("  %s: %s%n", (title + " " + version).strip(), settings);
        out.printf("      %s %s%n", javaHome, String.join(" ", flags));
    }

    /** Three significant digits or so; empty for what is not a number. */
    static String number(final double value) {
        return Double.isNaN(value)
                ? ""
                : String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f", value);
    }

    private List<StreamKind> measured(final StreamWorkload workload) {
        return campaign.contenders(workload).stream()
                .filter(kind -> figures.has(kind, workload))
                .toList();
    }

    private List<Target> targets() {
        final List<Target> targets = new ArrayList<>();
        for (final StreamWorkload workload : campaign.workloads()) {
            final boolean isCheckpointed = workload.isCheckpointed();
            final double ratio = isCheckpointed
                    ? figures.ofPlain(StreamKind.MILLRACE, workload)
                    : figures.ofLimit(StreamKind.MILLRACE, workload);
            if (!Double.isNaN(ratio)) {
                final String than = isCheckpointed ? workload.plain().id() : "limit";
                targets.add(new Target(
                        workload.id() + " / " + than,
                        ratio,
                        isCheckpointed ? CHECKPOINT_BOUND : BOUNDS.get(workload),
                        false));
            }
        }
        parts.forEach(part -> targets.addAll(part.targets()));
        return targets;
    }

    /** The same, for a file: figures in ns, with the value of each run. */
    Map<String, Object> toMap() {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("date", date);
        map.put("scale", campaign.scale().name().toLowerCase(Locale.ROOT));
        map.put("runs", campaign.runs());
        map.put("elapsedSeconds", elapsedNs / 1_000_000 / 1e3);
        map.put("verifiedResults", verifiedCount());
        map.put("summary", summary());
        map.put("machine", machine);
        map.put(
                "contenders",
                campaign.contenders().stream().sorted().map(this::facts).toList());
        map.put(
                "workloads",
                campaign.workloads().stream().map(this::workloadMap).toList());
        parts.forEach(part -> part.putInto(map));
        map.put(
                "settings",
                parts.stream().flatMap(part -> part.settings().stream()).toList());
        map.put("targets", targets().stream().map(StreamReport::targetMap).toList());
        map.put("failures", failures());
        return map;
    }

    private Map<String, Object> facts(final StreamKind kind) {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", kind.id());
        map.put("title", kind.title());
        map.put("version", figures.version(kind));
        map.put("settings", kind.settings());
        map.put("java", campaign.javaHome(kind).toString());
        map.put("flags", kind.flags());
        return map;
    }

    private Map<String, Object> workloadMap(final StreamWorkload workload) {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", workload.id());
        map.put("title", workload.title());
        if (workload.isCheckpointed()) {
            map.put("plain", workload.plain().id());
        }
        map.put(
                "figures",
                measured(workload).stream()
                        .map(kind -> figureMap(workload, kind))
                        .toList());
        return map;
    }

    private Map<String, Object> figureMap(final StreamWorkload workload, final StreamKind kind) {
        final Statistic time = figures.nsPerTrade(kind, workload);
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("contender", kind.id());
        map.put("title", kind.title());
        map.put("events", kind.measured(workload, campaign.scale()));
        map.put("warmUpEvents", kind.warmUp(workload, campaign.scale()));
        map.put("median", time.median());
        map.put("min", time.min());
        map.put("max", time.max());
        map.put("runs", time.values());
        map.put("cpu", figures.cpuNsPerTrade(kind, workload).median());
        put(map, "ofLimit", figures.ofLimit(kind, workload));
        put(map, "ofBestPeer", figures.ofBestPeer(kind, workload));
        if (workload.isCheckpointed() && kind != StreamKind.LOOP) {
            put(map, "ofPlain", figures.ofPlain(kind, workload));
            map.put("checkpoints", figures.checkpoints(kind, workload));
        }
        return map;
    }

    private static void put(final Map<String, Object> map, final String name, final double value) {
        if (!Double.isNaN(value)) {
            map.put(name, value);
        }
    }

    private static Map<String, Object> targetMap(final Target target) {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("target", target.text());
        map.put("value", target.value());
        map.put("atMost", target.bound());
        map.put("met", target.isMet());
        return map;
    }
}
