package io.millrace.streams;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What an as-of join on one partition has to hand on, by keeping everything and looking at all of it each time. Values are
 * {@code L key name} and {@code R key name}, results {@code event time left|right}.
 */
final class AsOfReference {
    private final boolean keepsLeft;
    private final boolean waits;
    private final long tolerance;
    private final long grace;
    private final long outOfOrderness;
    private final List<Row> rights = new ArrayList<>();
    private final List<Row> waiting = new ArrayList<>();
    private final List<String> results = new ArrayList<>();
    private final List<String> lateLeft = new ArrayList<>();
    private final List<String> lateRight = new ArrayList<>();
    private long newest = Long.MIN_VALUE;
    private int count;

    private record Row(String key, String name, long timeNs, int number) {}

    AsOfReference(
            final boolean keepsLeft,
            final boolean waits,
            final long tolerance,
            final long grace,
            final long outOfOrderness) {
        this.keepsLeft = keepsLeft;
        this.waits = waits;
        this.tolerance = tolerance;
        this.grace = grace;
        this.outOfOrderness = outOfOrderness;
    }

    void add(final long timeNs, final String value) {
        newest = Math.max(newest, timeNs);
        final long closed = newest - outOfOrderness - grace;
        answerUpTo(closed);
        final String[] words = value.split(" ");
        final Row row = new Row(words[1], words[2], timeNs, count++);
        if (words[0].equals("L")) {
            if (timeNs < closed) {
                lateLeft.add(value);
            } else if (waits) {
                waiting.add(row);
            } else {
                answer(row);
            }
        } else if (timeNs < closed && isLate(row, closed)) {
            lateRight.add(value);
        } else {
            rights.add(row);
        }
    }

    private boolean isLate(final Row row, final long closed) {
        return closed - row.timeNs > tolerance
                || rights.stream()
                        .anyMatch(other ->
                                other.key.equals(row.key) && other.timeNs >= row.timeNs && other.timeNs < closed);
    }

    private void answerUpTo(final long closed) {
        final List<Row> due = waiting.stream()
                .filter(row -> row.timeNs < closed)
                .sorted(Comparator.comparingLong(Row::timeNs).thenComparingInt(Row::number))
                .toList();
        due.forEach(this::answer);
        waiting.removeAll(due);
    }

    private void answer(final Row left) {
        final Optional<Row> right = rights.stream()
                .filter(row -> row.key.equals(left.key) && row.timeNs <= left.timeNs)
                .max(Comparator.comparingLong(Row::timeNs).thenComparingInt(Row::number))
                .filter(row -> left.timeNs - row.timeNs <= tolerance);
        if (right.isPresent() || keepsLeft) {
            results.add(
                    left.timeNs + " " + left.name + "|" + right.map(Row::name).orElse("null"));
        }
    }

    void end() {
        answerUpTo(Long.MAX_VALUE);
    }

    List<String> results() {
        return results;
    }

    List<String> lateLeft() {
        return lateLeft;
    }

    List<String> lateRight() {
        return lateRight;
    }
}
