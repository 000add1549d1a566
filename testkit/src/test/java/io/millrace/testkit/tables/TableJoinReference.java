package io.millrace.testkit.tables;

import io.millrace.operators.join.JoinKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What a join of two tables is, said as simply as possible: the row of a key before and after each record. */
final class TableJoinReference {
    private final JoinKind kind;
    private final TableReference left;
    private final TableReference right;
    private final List<String> changes = new ArrayList<>();

    TableJoinReference(final JoinKind kind, final boolean isLatestByTime) {
        this.kind = kind;
        this.left = new TableReference(isLatestByTime, TableReference.FOR_EVER);
        this.right = new TableReference(isLatestByTime, TableReference.FOR_EVER);
    }

    void add(final boolean isLeft, final TableScript.Entry entry) {
        final String before = row(entry.key());
        (isLeft ? left : right).add(entry);
        final String after = row(entry.key());
        if (!Objects.equals(before, after)) {
            changes.add(entry.key() + ": " + before + " -> " + after);
        }
    }

    private String row(final String key) {
        final String leftValue = left.values().get(key);
        final String rightValue = right.values().get(key);
        final boolean isRow = leftValue != null && rightValue != null
                || leftValue != null && kind.keepsLeft()
                || rightValue != null && kind.keepsRight();
        return isRow ? leftValue + "|" + rightValue : null;
    }

    JoinKind kind() {
        return kind;
    }

    List<String> changes() {
        return changes;
    }
}
