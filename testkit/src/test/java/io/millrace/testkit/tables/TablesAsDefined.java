package io.millrace.testkit.tables;

import io.millrace.operators.join.JoinKind;
import io.millrace.testkit.tables.TableHistory.Standing;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What is made of two tables, as the page of exact semantics defines it: after each record, and each end of a life, all rows of all results
 * are made anew, and those that differ are told, with the event time that they have by definition.
 */
final class TablesAsDefined {
    /** Values that a filter leaves out. */
    static final String HIDDEN = "v3";

    /** Group of values without a foreign key. */
    static final String NO_GROUP = "none";

    private final TableHistory left;
    private final TableHistory right;
    private final Map<String, Map<String, String>> rows = new TreeMap<>();
    private final Map<String, List<String>> lines = new TreeMap<>();
    private final Map<String, String> leftValues = new TreeMap<>();

    // Event times of the last changes of both sides of a key, as long as one of them has a value.
    private final Map<String, Long> leftTimes = new TreeMap<>();
    private final Map<String, Long> rightTimes = new TreeMap<>();

    // The left rows in the order in which they took their foreign keys; event times of the right values that they refer
    // to, or
    // did before they came to refer to none; and those of the right keys that have a value or are referred to.
    private final Set<String> order = new LinkedHashSet<>();
    private final Map<String, String> foreignKeys = new TreeMap<>();
    private final Map<String, Long> foundTimes = new TreeMap<>();
    private final Map<String, Long> keptTimes = new TreeMap<>();

    private long lastMs;

    TablesAsDefined(final TableHistory left, final TableHistory right) {
        this.left = left;
        this.right = right;
    }

    List<String> lines(final String topic) {
        return lines.getOrDefault(topic, List.of());
    }

    void add(final boolean isLeft, final TableScript.Entry entry) {
        pass(entry.atMs());
        final TableHistory table = isLeft ? left : right;
        if (isLeft && entry.value() != null && table.isLate(entry)) {
            line("late", entry.key() + "=" + entry.value() + " @" + entry.timeMs());
        }
        table.add(entry);
        makeAll(entry.atMs());
    }

    /** Lets log time pass: each life ends by itself. */
    void pass(final long untilMs) {
        while (nextEndMs() <= untilMs) {
            makeAll(nextEndMs());
        }
    }

    private long nextEndMs() {
        return Math.min(left.nextEndMs(lastMs), right.nextEndMs(lastMs));
    }

    private void makeAll(final long nowMs) {
        lastMs = nowMs;
        final Set<String> keys = new TreeSet<>(left.keys());
        keys.addAll(right.keys());
        for (final String key : keys) {
            final Standing mine = left.at(key, nowMs);
            final Standing other = right.at(key, nowMs);
            if (!Objects.equals(mine.value(), leftValues.get(key))) {
                changeLeft(key, mine);
                leftTimes.put(key, mine.timeMs());
            }
            if (!Objects.equals(
                    other.value(), rows.getOrDefault("right", Map.of()).get(key))) {
                rightTimes.put(key, other.timeMs());
                keptTimes.put(key, other.timeMs());
            }
            tell("right", key, other.value(), other.timeMs());
            join(key, mine.value(), other.value());
        }
        order.forEach(key -> joinForeign(key, nowMs));
        forget(nowMs);
    }

    // ---- of the left table alone

    private void changeLeft(final String key, final Standing mine) {
        final String value = mine.value();
        tell("left", key, value, mine.timeMs());
        tell("filtered", key, value == null || value.startsWith(HIDDEN) ? null : value, mine.timeMs());
        final String before = value == null ? leftValues.remove(key) : leftValues.put(key, value);
        makeGroups(before, value, mine.timeMs());
        final String foreign = value == null ? null : foreignKey(value);
        if (foreign == null || !foreign.equals(foreignKeys.get(key))) {
            order.remove(key);
            order.add(key);
        }
        if (foreign == null) {
            foreignKeys.remove(key);
        } else {
            foreignKeys.put(key, foreign);
        }
    }

    static String foreignKey(final String value) {
        final String key = value.substring(value.indexOf('>') + 1);
        return key.isEmpty() ? null : key;
    }

    static String group(final String value) {
        final String key = foreignKey(value);
        return key == null ? NO_GROUP : key;
    }

    static long number(final String value) {
        return value.charAt(1) - '0';
    }

    // First the group that a value leaves, then the one that it comes to; both have the event time of the change.
    private void makeGroups(final String before, final String after, final long timeMs) {
        final Set<String> groups = new LinkedHashSet<>();
        Stream.of(before, after).filter(Objects::nonNull).forEach(value -> groups.add(group(value)));
        for (final String group : groups) {
            final List<String> values = leftValues.values().stream()
                    .filter(value -> group(value).equals(group))
                    .toList();
            final long sum = values.stream().mapToLong(TablesAsDefined::number).sum();
            tell("sums", group, values.isEmpty() ? null : "" + sum, timeMs);
        }
    }

    // ---- of both

    private void join(final String key, final String mine, final String other) {
        final long timeMs = Math.max(
                leftTimes.getOrDefault(key, TableHistory.NEVER), rightTimes.getOrDefault(key, TableHistory.NEVER));
        for (final JoinKind kind : JoinKind.values()) {
            final boolean isRow = mine != null && other != null
                    || mine != null && kind.keepsLeft()
                    || other != null && kind.keepsRight();
            tell(kind.name(), key, isRow ? mine + "|" + other : null, timeMs);
        }
        if (mine == null && other == null) {
            leftTimes.remove(key);
            rightTimes.remove(key);
        }
    }

    private void joinForeign(final String key, final long nowMs) {
        final Standing mine = left.at(key, nowMs);
        final String foreign = foreignKeys.get(key);
        if (foreign != null) {
            foundTimes.put(key, keptTimes.getOrDefault(foreign, TableHistory.NEVER));
        }
        final String other = foreign == null ? null : right.at(foreign, nowMs).value();
        final long timeMs = Math.max(mine.timeMs(), foundTimes.getOrDefault(key, TableHistory.NEVER));
        for (final boolean keepsLeft : new boolean[] {false, true}) {
            final boolean isRow = mine.value() != null && (other != null || keepsLeft);
            tell(foreignTopic(keepsLeft), key, isRow ? mine.value() + "|" + other : null, timeMs);
        }
        if (mine.value() == null) {
            foundTimes.remove(key);
        }
    }

    static String foreignTopic(final boolean keepsLeft) {
        return keepsLeft ? "foreign.left" : "foreign.inner";
    }

    private void forget(final long nowMs) {
        keptTimes.keySet().removeIf(key -> right.at(key, nowMs).value() == null && !foreignKeys.containsValue(key));
    }

    private void tell(final String topic, final String key, final String after, final long timeMs) {
        final Map<String, String> table = rows.computeIfAbsent(topic, name -> new TreeMap<>());
        final String before = table.get(key);
        if (!Objects.equals(before, after)) {
            if (after == null) {
                table.remove(key);
            } else {
                table.put(key, after);
            }
            line(topic, key + ": " + before + " -> " + after + " @" + timeMs);
        }
    }

    private void line(final String topic, final String line) {
        lines.computeIfAbsent(topic, name -> new ArrayList<>()).add(line);
    }
}
