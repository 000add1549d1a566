package io.millrace.perf.compare;

import io.millrace.perf.compare.scale.ScaleSize;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Puts curves into tables for the terminal and into maps for JSON and HTML. */
final class ScaleReport {
    private static final int MIN_WIDTH = 12;

    private final ScaleCampaign campaign;
    private final ScaleReadings readings;
    private final Map<String, String> machine;
    private final String date;
    private final long elapsedNs;

    ScaleReport(
            final ScaleCampaign campaign,
            final ScaleReadings readings,
            final Map<String, String> machine,
            final String date,
            final long elapsedNs) {
        this.campaign = campaign;
        this.readings = readings;
        this.machine = machine;
        this.date = date;
        this.elapsedNs = elapsedNs;
    }

    void print(final PrintWriter out) {
        campaign.curves().forEach(curve -> print(curve, out));
        readings.failures().forEach(reason -> out.printf("%nFAILED %s%n", reason));
        Machine.print(machine, out);
        out.printf("%n%s%n", summary());
        out.flush();
    }

    private void print(final ScaleCurve curve, final PrintWriter out) {
        out.printf("%n%s: %s%n", curve.id(), curve.title());
        final int sizeWidth = Math.max(MIN_WIDTH, curve.sizeTitle().length());
        out.printf("  %" + sizeWidth + "s", curve.sizeTitle());
        curve.lines().forEach(line -> out.printf("  %" + width(line) + "s", line.title()));
        out.printf("%n");
        for (final long size : campaign.sizes(curve)) {
            out.printf(Locale.ROOT, "  %," + sizeWidth + "d", size);
            curve.lines().forEach(line -> out.printf("  %" + width(line) + "s", cell(curve, size, line)));
            out.printf("%n");
        }
        out.printf("  why: %s%n", curve.reason());
        if (readings.leftOut(curve) != null) {
            out.printf("  left out: %s%n", readings.leftOut(curve));
        }
    }

    private static int width(final ScaleLine line) {
        return Math.max(MIN_WIDTH, line.title().length());
    }

    private String cell(final ScaleCurve curve, final long size, final ScaleLine line) {
        final Statistic statistic = readings.of(curve, size, line);
        if (statistic == null) {
            return readings.hasFailed(curve, size) ? "failed" : "not yet";
        }
        return line.unit().text(statistic.median());
    }

    private String summary() {
        return String.format(
                Locale.ROOT,
                "%s: %d %s of each point, %s, %.0f s; %,d results and records, the same in two processes",
                date,
                campaign.runs(),
                campaign.runs() == 1 ? "run" : "runs",
                campaign.scale() == ScaleSize.FULL
                        ? "full size"
                        : campaign.scale().name().toLowerCase(Locale.ROOT),
                elapsedNs / 1e9,
                readings.verifiedCount());
    }

    /** The same, for a file: with the value of each run. */
    Map<String, Object> toMap() {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("date", date);
        map.put("scale", campaign.scale().name().toLowerCase(Locale.ROOT));
        map.put("runs", campaign.runs());
        map.put("elapsedSeconds", elapsedNs / 1_000_000 / 1e3);
        map.put("verified", readings.verifiedCount());
        map.put("summary", summary());
        map.put("machine", machine);
        map.put("flags", ScaleCampaign.flags("job"));
        map.put("limitFlags", ScaleCampaign.flags("loop"));
        map.put("curves", campaign.curves().stream().map(this::curveMap).toList());
        map.put("failures", readings.failures());
        return map;
    }

    private Map<String, Object> curveMap(final ScaleCurve curve) {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", curve.id());
        map.put("title", curve.title());
        map.put("sizeTitle", curve.sizeTitle());
        map.put("reason", curve.reason());
        if (readings.leftOut(curve) != null) {
            map.put("leftOut", readings.leftOut(curve));
        }
        map.put(
                "lines",
                curve.lines().stream().map(line -> lineMap(curve, line)).toList());
        return map;
    }

    private Map<String, Object> lineMap(final ScaleCurve curve, final ScaleLine line) {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", line.id());
        map.put("title", line.title());
        map.put("unit", line.unit().name().toLowerCase(Locale.ROOT));
        map.put("unitTitle", line.unit().title());
        map.put("isOurs", line.isOurs());
        final List<Object> points = new ArrayList<>();
        for (final long size : campaign.sizes(curve)) {
            final Statistic statistic = readings.of(curve, size, line);
            if (statistic != null) {
                points.add(pointMap(size, line, statistic));
            }
        }
        map.put("points", points);
        return map;
    }

    private static Map<String, Object> pointMap(final long size, final ScaleLine line, final Statistic statistic) {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("size", size);
        map.put("median", statistic.median());
        map.put("text", line.unit().text(statistic.median()));
        map.put("min", statistic.min());
        map.put("max", statistic.max());
        map.put("runs", statistic.values());
        return map;
    }
}
