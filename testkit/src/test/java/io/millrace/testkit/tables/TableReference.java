package io.millrace.testkit.tables;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What a table is, said as simply as possible: everything ever heard of each key is kept in maps. */
final class TableReference {
    static final long FOR_EVER = Long.MAX_VALUE;

    private final boolean isLatestByTime;
    private final long timeToLiveMs;
    private final Map<String, String> values = new TreeMap<>();
    private final Map<String, Long> times = new TreeMap<>();
    private final Map<String, Long> heardOf = new TreeMap<>();
    private final List<String> changes = new ArrayList<>();
    private final List<String> late = new ArrayList<>();

    TableReference(final boolean isLatestByTime, final long timeToLiveMs) {
        this.isLatestByTime = isLatestByTime;
        this.timeToLiveMs = timeToLiveMs;
    }

    void play(final TableScript script) {
        script.entries().forEach(this::add);
        if (timeToLiveMs != FOR_EVER) {
            endLives(Long.MAX_VALUE);
        }
    }

    void add(final TableScript.Entry entry) {
        if (timeToLiveMs != FOR_EVER) {
            endLives(entry.atMs());
        }
        final Long known = times.get(entry.key());
        if (isLatestByTime && known != null && entry.timeMs() < known) {
            if (entry.value() != null) {
                late.add(entry.key() + "=" + entry.value());
            }
            return;
        }
        times.put(entry.key(), entry.timeMs());
        heardOf.put(entry.key(), entry.atMs());
        change(entry.key(), entry.value());
        if (entry.value() == null && !isLatestByTime) {
            heardOf.remove(entry.key());
        }
    }

    private void endLives(final long nowMs) {
        final List<String> keys = heardOf.keySet().stream()
                .sorted(Comparator.comparing(heardOf::get))
                .toList();
        for (final String key : keys) {
            if (nowMs - heardOf.get(key) >= timeToLiveMs) {
                change(key, null);
                heardOf.remove(key);
                times.remove(key);
            }
        }
    }

    private void change(final String key, final String after) {
        final String before = values.get(key);
        if (Objects.equals(before, after)) {
            return;
        }
        if (after == null) {
            values.remove(key);
        } else {
            values.put(key, after);
        }
        changes.add(key + ": " + before + " -> " + after);
    }

    List<String> changes() {
        return changes;
    }

    List<String> late() {
        return late;
    }

    Map<String, String> values() {
        return values;
    }
}
