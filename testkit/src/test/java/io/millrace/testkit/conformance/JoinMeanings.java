package io.millrace.testkit.conformance;

import io.millrace.operators.join.JoinKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What joins of two streams hand on, by keeping all values for ever and looking at all of them each time. The texts of both sides are told
 * by the last character: 0 for left and 1 for right.
 */
final class JoinMeanings {
    private JoinMeanings() {}

    private static boolean isLeft(final Meaning.Item sided) {
        return sided.text().charAt(sided.text().length() - 1) == 0;
    }

    private static Meaning.Item withoutSide(final Meaning.Item sided) {
        return sided.with(sided.text().substring(0, sided.text().length() - 1));
    }

    private static String pair(final Row left, final Row right) {
        return (left == null ? null : left.item.text()) + "|" + (right == null ? null : right.item.text());
    }

    private static final class Row {
        private final Meaning.Item item;
        private final boolean isLeft;
        private boolean isMatched;
        private boolean isGone;

        Row(final Meaning.Item item, final boolean isLeft) {
            this.item = item;
            this.isLeft = isLeft;
        }

        long timeNs() {
            return item.timeNs();
        }
    }

    /** Time that is closed, for both. */
    private abstract static class OfTwoSides implements Meaning {
        final List<Row> rows = new ArrayList<>();
        final Meaning main;
        private final long graceNs;
        private final List<Meaning> late;

        OfTwoSides(final long graceNs, final Meaning main, final List<Meaning> late) {
            this.graceNs = graceNs;
            this.main = main;
            this.late = late;
        }

        final long closedNs(final long watermarkNs) {
            return watermarkNs == PartitionTime.NONE || watermarkNs == PartitionTime.END
                    ? watermarkNs
                    : watermarkNs - graceNs;
        }

        @Override
        public final void take(final Moment moment, final Item sided) {
            final Row row = new Row(withoutSide(sided), isLeft(sided));
            final long closedNs = closedNs(row.item.knownNs());
            if (row.timeNs() < closedNs && isLate(row, closedNs)) {
                late.get(row.isLeft ? 0 : 1).take(moment, row.item);
            } else {
                takeInTime(moment, row, closedNs);
                rows.add(row);
            }
        }

        abstract boolean isLate(Row behind, long closedNs);

        abstract void takeInTime(Moment moment, Row row, long closedNs);
    }

    /** A join within an interval. */
    static final class Within extends OfTwoSides {
        private final JoinKind kind;
        private final long lowerNs;
        private final long upperNs;

        Within(
                final JoinKind kind,
                final long lowerNs,
                final long upperNs,
                final long graceNs,
                final Meaning main,
                final List<Meaning> late) {
            super(graceNs, main, late);
            this.kind = kind;
            this.lowerNs = lowerNs;
            this.upperNs = upperNs;
        }

        /** How many wait to be handed on alone. */
        int count() {
            return (int) rows.stream()
                    .filter(row -> isKept(row) && !row.isMatched && !row.isGone)
                    .count();
        }

        private boolean isKept(final Row row) {
            return row.isLeft ? kind.keepsLeft() : kind.keepsRight();
        }

        // The last time at which a partner may come.
        private long deadlineNs(final Row row) {
            return row.timeNs() + (row.isLeft ? upperNs : -lowerNs);
        }

        @Override
        public void onWatermark(final Moment moment) {
            final long closedNs = closedNs(moment.watermarkNs());
            rows.stream()
                    .filter(row -> !row.isGone && deadlineNs(row) < closedNs)
                    .sorted(Comparator.comparingLong(this::deadlineNs))
                    .forEach(row -> goAlone(moment, row, Math.max(row.timeNs(), deadlineNs(row)), moment.beforeNs()));
        }

        private void goAlone(final Moment moment, final Row row, final long timeNs, final long knownNs) {
            row.isGone = true;
            if (isKept(row) && !row.isMatched) {
                final String text = row.isLeft ? pair(row, null) : pair(null, row);
                main.take(moment, new Item(row.item.key(), timeNs, text, knownNs));
            }
        }

        @Override
        boolean isLate(final Row behind, final long closedNs) {
            return true;
        }

        @Override
        void takeInTime(final Moment moment, final Row row, final long closedNs) {
            rows.stream()
                    .filter(other -> other.isLeft != row.isLeft && !other.isGone)
                    .filter(other -> other.item.key().equals(row.item.key()))
                    .filter(other -> row.isLeft ? isNear(row, other) : isNear(other, row))
                    .sorted(Comparator.comparingLong(Row::timeNs))
                    .forEach(other -> meet(moment, row, other));
            if (deadlineNs(row) < closedNs) {
                goAlone(moment, row, row.timeNs(), row.item.knownNs());
            }
        }

        private boolean isNear(final Row left, final Row right) {
            final long distanceNs = right.timeNs() - left.timeNs();
            return distanceNs >= lowerNs && distanceNs <= upperNs;
        }

        private void meet(final Moment moment, final Row row, final Row other) {
            row.isMatched = true;
            other.isMatched = true;
            final String text = row.isLeft ? pair(row, other) : pair(other, row);
            main.take(
                    moment, new Item(row.item.key(), Math.max(row.timeNs(), other.timeNs()), text, row.item.knownNs()));
        }
    }

    /** A join as of the time of the left side. */
    static final class AsOf extends OfTwoSides {
        private final boolean keepsLeft;
        private final boolean waits;
        private final long toleranceNs;
        private final List<Row> waiting = new ArrayList<>();

        /** A tolerance of END meets any age. */
        AsOf(
                final boolean keepsLeft,
                final boolean waits,
                final long toleranceNs,
                final long graceNs,
                final Meaning main,
                final List<Meaning> late) {
            super(graceNs, main, late);
            this.keepsLeft = keepsLeft;
            this.waits = waits;
            this.toleranceNs = toleranceNs;
        }

        /** How many wait for an answer, or that there is none. */
        int count() {
            return waiting.size();
        }

        @Override
        public void onWatermark(final Moment moment) {
            final long closedNs = closedNs(moment.watermarkNs());
            final List<Row> due = waiting.stream()
                    .filter(row -> row.timeNs() < closedNs)
                    .sorted(Comparator.comparingLong(Row::timeNs))
                    .toList();
            due.forEach(row -> answer(moment, row, moment.beforeNs()));
            waiting.removeAll(due);
        }

        @Override
        boolean isLate(final Row behind, final long closedNs) {
            return behind.isLeft
                    || toleranceNs != PartitionTime.END && closedNs - behind.timeNs() > toleranceNs
                    || rows.stream()
                            .anyMatch(other -> !other.isLeft
                                    && other.item.key().equals(behind.item.key())
                                    && other.timeNs() >= behind.timeNs()
                                    && other.timeNs() < closedNs);
        }

        @Override
        void takeInTime(final Moment moment, final Row row, final long closedNs) {
            if (row.isLeft && waits) {
                waiting.add(row);
            } else if (row.isLeft) {
                answer(moment, row, row.item.knownNs());
            }
        }

        // Of those of one time the one that came last: rows are in the order in which they came.
        private void answer(final Moment moment, final Row left, final long knownNs) {
            Row found = null;
            for (final Row right : rows) {
                if (!right.isLeft
                        && right.item.key().equals(left.item.key())
                        && right.timeNs() <= left.timeNs()
                        && (found == null || right.timeNs() >= found.timeNs())) {
                    found = right;
                }
            }
            if (found != null && left.timeNs() - found.timeNs() > toleranceNs) {
                found = null;
            }
            if (found != null || keepsLeft) {
                main.take(moment, new Item(left.item.key(), left.timeNs(), pair(left, found), knownNs));
            }
        }
    }
}
