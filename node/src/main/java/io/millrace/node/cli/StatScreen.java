package io.millrace.node.cli;

import io.millrace.node.counters.CounterType;
import io.millrace.node.counters.CountersView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Lays out what a node counts; from the second time on with the rates since the last one. */
final class StatScreen {
    private static final String CLEAR = "\033[H\033[2J";
    private static final double MS_PER_S = 1000.0;
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private final boolean isTerminal;
    private Map<String, Long> before = new HashMap<>();
    private long beforeMs;
    private int shownCount;

    StatScreen(final boolean isTerminal) {
        this.isTerminal = isTerminal;
    }

    /** The text of one look. */
    String show(final Path directory, final CountersView view) {
        final long sampleMs = view.sampleMs();
        final Map<String, Long> counters = new LinkedHashMap<>();
        final Map<String, Map<CounterType, Long>> topics = new TreeMap<>();
        final Map<String, Long> now = new HashMap<>();
        view.forEach((type, label, value) -> {
            now.put(type + label, value);
            if (type == CounterType.TOTAL || type == CounterType.LEVEL) {
                counters.put(label, value);
            } else {
                topics.computeIfAbsent(label, name -> new HashMap<>()).put(type, value);
            }
        });
        final double seconds = (sampleMs - beforeMs) / MS_PER_S;
        final StringBuilder text = new StringBuilder();
        if (isTerminal) {
            text.append(CLEAR);
        } else if (shownCount > 0) {
            text.append('\n');
        }
        text.append("node ").append(view.pid()).append("  ").append(directory).append("  up ");
        text.append(upTime(sampleMs - view.startMs()));
        text.append(view.isFailed() ? "  FAILED, serves nobody\n" : "\n");
        counters.forEach((label, value) -> text.append(String.format(
                Locale.ROOT, "  %-20s %,15d%s%n", label, value, rate(CounterType.TOTAL + label, value, seconds))));
        if (!topics.isEmpty()) {
            text.append(String.format(
                    "%n%-40s %10s %12s %12s %14s%n", "topic", "partitions", "held", "appended", "appended/s"));
            topics.forEach((name, values) -> text.append(topicLine(name, values, seconds)));
        }
        before = now;
        beforeMs = sampleMs;
        shownCount++;
        return text.toString();
    }

    private String topicLine(final String name, final Map<CounterType, Long> values, final double seconds) {
        final long appended = values.getOrDefault(CounterType.TOPIC_APPENDED, 0L);
        final Long last = before.get(CounterType.TOPIC_APPENDED + name);
        final String rate = last == null || seconds <= 0 ? "" : bytes((long) ((appended - last) / seconds)) + "/s";
        return String.format(
                Locale.ROOT,
                "%-40s %,10d %12s %12s %14s%n",
                name,
                values.getOrDefault(CounterType.TOPIC_PARTITIONS, 0L),
                bytes(values.getOrDefault(CounterType.TOPIC_HELD, 0L)),
                bytes(appended),
                rate);
    }

    private String rate(final String key, final long value, final double seconds) {
        final Long last = before.get(key);
        return last == null || seconds <= 0
                ? ""
                : String.format(Locale.ROOT, " %,12d/s", Math.round((value - last) / seconds));
    }

    /** A number of bytes with three digits that count. */
    static String bytes(final long count) {
        double value = count;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0
                ? count + " B"
                : String.format(Locale.ROOT, value < 100 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
    }

    private static String upTime(final long ms) {
        final Duration duration = Duration.ofMillis(Math.max(0, ms));
        return String.format("%d:%02d:%02d", duration.toHours(), duration.toMinutesPart(), duration.toSecondsPart());
    }
}
