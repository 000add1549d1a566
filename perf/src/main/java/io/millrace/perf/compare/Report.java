package io.millrace.perf.compare;

import io.millrace.perf.compare.child.Scale;
import io.millrace.perf.compare.contender.ContenderKind;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Puts figures, settings and the machine into a text for the terminal and into maps for JSON. */
final class Report {
    private static final String ROW = "  %-25s %10s %10s %10s %9s %9s%n";

    private final Campaign campaign;
    private final Figures figures;
    private final Map<String, String> machine;
    private final String date;
    private final long elapsedNs;

    Report(
            final Campaign campaign,
            final Figures figures,
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
        for (final Section section : campaign.sections()) {
            out.printf("%n%s%n", section.title());
            for (final Figure figure : section.figures()) {
                print(section, figure, out);
            }
            if (section == Section.REOPEN) {
                printRefusals(out);
            }
        }
        printTargets(out);
        out.printf("%nwhat was measured, each in a JVM of its own%n");
        for (final ContenderKind kind : campaign.contenders()) {
            out.printf("  %s%s: %s%n", kind.title(), version(kind), kind.settings());
            out.printf("      %s%n", String.join(" ", ChildProcess.flags(kind)));
        }
        Machine.print(machine, out);
        out.printf(
                Locale.ROOT,
                "%n%s: %d runs of each, %s, %.0f s; %,d messages read back as they were appended%n",
                date,
                campaign.runs(),
                scale(),
                elapsedNs / 1e9,
                figures.verifiedCount());
        out.flush();
    }

    private void print(final Section section, final Figure figure, final PrintWriter out) {
        final List<ContenderKind> measured = section.contenders().stream()
                .filter(kind -> figures.of(kind, figure) != null
                        && campaign.contenders().contains(kind))
                .toList();
        if (measured.isEmpty()) {
            return;
        }
        out.printf(ROW, figure.title(), figure.unit().symbol(), "min", "max", "/ limit", "/ peer");
        for (final ContenderKind kind : measured) {
            final Statistic statistic = figures.of(kind, figure);
            out.printf(
                    ROW,
                    kind.title(),
                    figure.unit().format(statistic.median()),
                    figure.unit().format(statistic.min()),
                    figure.unit().format(statistic.max()),
                    ratio(figures.ofLimit(section, kind, figure)),
                    ratio(figures.ofBestPeer(section, kind, figure)));
        }
        out.println();
    }

    private void printRefusals(final PrintWriter out) {
        for (final ContenderKind kind : campaign.contenders()) {
            if (figures.refusedCount(kind) > 0) {
                out.printf(
                        "  %s would not open after SIGKILL in %d of %d runs: an operator has to verify it first%n",
                        kind.title(), figures.refusedCount(kind), campaign.runs());
            }
        }
    }

    private static String ratio(final double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.0f", value);
    }

    private void printTargets(final PrintWriter out) {
        final List<Target> targets = Target.of(figures);
        if (!targets.isEmpty()) {
            out.printf("%ntargets%n");
            targets.forEach(target -> out.printf("  %s%n", target.line()));
        }
    }

    private static String version(final ContenderKind kind) {
        final String version = versionOf(kind);
        return version.isEmpty() ? "" : " " + version;
    }

    /** That of a peer with a module of its own is only known there. */
    private static String versionOf(final ContenderKind kind) {
        return kind.peer().isEmpty() ? kind.version() : PeerClassPath.version(kind.peer());
    }

    private String scale() {
        return campaign.scale() == Scale.FULL
                ? "full size"
                : campaign.scale().name().toLowerCase(Locale.ROOT);
    }

    /** The same, for a file: figures in messages a second, ns and bytes, with the value of each run. */
    Map<String, Object> toMap() {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("date", date);
        map.put("scale", campaign.scale().name().toLowerCase(Locale.ROOT));
        map.put("runs", campaign.runs());
        map.put("elapsedSeconds", elapsedNs / 1_000_000 / 1e3);
        map.put("verifiedMessages", figures.verifiedCount());
        map.put("machine", machine);
        map.put("contenders", contenders());
        map.put("figures", figureMaps());
        map.put("targets", targetMaps());
        return map;
    }

    private Map<String, Object> contenders() {
        final Map<String, Object> map = new LinkedHashMap<>();
        for (final ContenderKind kind : campaign.contenders()) {
            final Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("title", kind.title());
            facts.put("version", versionOf(kind));
            facts.put("settings", kind.settings());
            facts.put("flags", ChildProcess.flags(kind));
            facts.put("refusedToOpen", figures.refusedCount(kind));
            map.put(kind.id(), facts);
        }
        return map;
    }

    private List<Object> figureMaps() {
        final List<Object> list = new ArrayList<>();
        for (final Section section : campaign.sections()) {
            for (final Figure figure : section.figures()) {
                for (final ContenderKind kind : section.contenders()) {
                    if (figures.of(kind, figure) != null) {
                        list.add(figureMap(section, figure, kind));
                    }
                }
            }
        }
        return list;
    }

    private Map<String, Object> figureMap(final Section section, final Figure figure, final ContenderKind kind) {
        final Statistic statistic = figures.of(kind, figure);
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("figure", figure.name());
        map.put("contender", kind.id());
        map.put(
                "unit",
                figure.unit() == Unit.MILLION_PER_SECOND ? "1/s" : figure.unit() == Unit.BYTES ? "bytes" : "ns");
        map.put("median", statistic.median());
        map.put("min", statistic.min());
        map.put("max", statistic.max());
        map.put("runs", statistic.values());
        putRatio(map, "ofLimit", figures.ofLimit(section, kind, figure));
        putRatio(map, "ofBestPeer", figures.ofBestPeer(section, kind, figure));
        return map;
    }

    private static void putRatio(final Map<String, Object> map, final String name, final double value) {
        if (!Double.isNaN(value)) {
            map.put(name, value);
        }
    }

    private List<Object> targetMaps() {
        final List<Object> list = new ArrayList<>();
        for (final Target target : Target.of(figures)) {
            final Map<String, Object> map = new LinkedHashMap<>();
            map.put("target", target.text());
            map.put("value", target.value());
            map.put(target.isFloor() ? "atLeast" : "atMost", target.bound());
            map.put("met", target.isMet());
            list.add(map);
        }
        return list;
    }
}
