package io.millrace.testkit.tables;

import io.millrace.operators.join.JoinKind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** What a foreign-key join is, said as simply as possible: all rows are joined again after each record. */
final class ForeignJoinReference {
    private final JoinKind kind;
    private final Function<String, String> foreignKey;
    private final TableReference left;
    private final TableReference right;

    // The left rows in the order in which they took the foreign keys that they have.
    private final Set<String> order = new LinkedHashSet<>();
    private final Map<String, String> keys = new TreeMap<>();
    private final Map<String, String> rows = new TreeMap<>();
    private final List<String> changes = new ArrayList<>();

    ForeignJoinReference(final JoinKind kind, final boolean isLatestByTime, final Function<String, String> foreignKey) {
        this.kind = kind;
        this.foreignKey = foreignKey;
        this.left = new TableReference(isLatestByTime, TableReference.FOR_EVER);
        this.right = new TableReference(isLatestByTime, TableReference.FOR_EVER);
    }

    void add(final boolean isLeft, final TableScript.Entry entry) {
        (isLeft ? left : right).add(entry);
        if (isLeft) {
            final String value = left.values().get(entry.key());
            final String key = value == null ? null : foreignKey.apply(value);
            if (key == null || !key.equals(keys.get(entry.key()))) {
                order.remove(entry.key());
                order.add(entry.key());
                keys.remove(entry.key());
            }
            if (key != null) {
                keys.put(entry.key(), key);
            }
        }
        order.forEach(this::join);
    }

    private void join(final String key) {
        final String value = left.values().get(key);
        final String foreign = keys.get(key);
        final String found = foreign == null ? null : right.values().get(foreign);
        final String after = value != null && (found != null || kind.keepsLeft()) ? value + "|" + found : null;
        final String before = after == null ? rows.remove(key) : rows.put(key, after);
        if (!Objects.equals(before, after)) {
            changes.add(key + ": " + before + " -> " + after);
        }
    }

    JoinKind kind() {
        return kind;
    }

    List<String> changes() {
        return changes;
    }
}
