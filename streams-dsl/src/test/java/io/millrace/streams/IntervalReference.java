package io.millrace.streams;

import io.millrace.operators.join.JoinKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a join of streams on one partition has to hand on, by keeping everything and looking at all of it each time. Results are
 * written as {@code event time left|right}.
 */
final class IntervalReference {
    private static final long NONE = Long.MIN_VALUE;

    private final JoinKind kind;
    private final long lower;
    private final long upper;
    private final long grace;
    private final long outOfOrderness;
    private final List<Row> rows = new ArrayList<>();
    private final List<String> results = new ArrayList<>();
    private final List<String> lateLeft = new ArrayList<>();
    private final List<String> lateRight = new ArrayList<>();
    private long newest = NONE;

    /** A value that comes in. */
    record Arrival(boolean isLeft, String key, long timeNs, String name) {}

    private static final class Row {
        private final Arrival arrival;
        private final int number;
        private boolean isMatched;
        private boolean isGone;

        Row(final Arrival arrival, final int number) {
            this.arrival = arrival;
            this.number = number;
        }
    }

    IntervalReference(
            final JoinKind kind, final long lower, final long upper, final long grace, final long outOfOrderness) {
        this.kind = kind;
        this.lower = lower;
        this.upper = upper;
        this.grace = grace;
        this.outOfOrderness = outOfOrderness;
    }

    void add(final Arrival arrival) {
        newest = Math.max(newest, arrival.timeNs());
        final long closed = newest - outOfOrderness - grace;
        release(closed);
        if (arrival.timeNs() < closed) {
            final String value = (arrival.isLeft() ? "L " : "R ") + arrival.key() + " " + arrival.name();
            (arrival.isLeft() ? lateLeft : lateRight).add(value);
            return;
        }
        final Row row = new Row(arrival, rows.size());
        rows.stream()
                .filter(other -> other.arrival.isLeft() != arrival.isLeft())
                .filter(other -> other.arrival.key().equals(arrival.key()))
                .filter(other -> !other.isGone)
                .filter(other -> isPair(arrival.isLeft() ? row : other, arrival.isLeft() ? other : row))
                .sorted(Comparator.<Row>comparingLong(other -> other.arrival.timeNs())
                        .thenComparingInt(other -> other.number))
                .forEach(other -> pair(row, other));
        rows.add(row);
        if (deadline(row) < closed) {
            goAlone(row, arrival.timeNs());
        }
    }

    private boolean isPair(final Row left, final Row right) {
        final long distance = right.arrival.timeNs() - left.arrival.timeNs();
        return distance >= lower && distance <= upper;
    }

    private void pair(final Row row, final Row other) {
        row.isMatched = true;
        other.isMatched = true;
        final Row left = row.arrival.isLeft() ? row : other;
        final Row right = row.arrival.isLeft() ? other : row;
        results.add(Math.max(left.arrival.timeNs(), right.arrival.timeNs()) + " " + left.arrival.name() + "|"
                + right.arrival.name());
    }

    private long deadline(final Row row) {
        return row.arrival.timeNs() + (row.arrival.isLeft() ? upper : -lower);
    }

    private void release(final long closed) {
        rows.stream()
                .filter(row -> !row.isGone && deadline(row) < closed)
                .sorted(Comparator.comparingLong(this::deadline).thenComparingInt(row -> row.number))
                .forEach(row -> goAlone(row, Math.max(row.arrival.timeNs(), deadline(row))));
    }

    private void goAlone(final Row row, final long timeNs) {
        row.isGone = true;
        final boolean isKept = row.arrival.isLeft() ? kind.keepsLeft() : kind.keepsRight();
        if (isKept && !row.isMatched) {
            final String name = row.arrival.name();
            results.add(timeNs + " " + (row.arrival.isLeft() ? name + "|null" : "null|" + name));
        }
    }

    void end() {
        release(Long.MAX_VALUE);
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
