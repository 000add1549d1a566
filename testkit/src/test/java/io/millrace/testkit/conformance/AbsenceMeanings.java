package io.millrace.testkit.conformance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiPredicate;

/** What is absent, by keeping everything and looking at all of it each time. */
final class AbsenceMeanings {
    private AbsenceMeanings() {}

    /** A value that may have to be handed on. */
    private static final class Waiting {
        private final Meaning.Item item;
        private final long deadlineNs;

        Waiting(final Meaning.Item item, final long deadlineNs) {
            this.item = item;
            this.deadlineNs = deadlineNs;
        }
    }

    /** Hands on what waits once time is closed behind its deadline, and tells others of time. */
    private abstract static class Deadlines implements Meaning {
        final List<Waiting> waiting = new ArrayList<>();
        private final long graceNs;
        private final Meaning main;
        private final List<Meaning> all;

        Deadlines(final long graceNs, final Meaning main, final List<Meaning> late) {
            this.graceNs = graceNs;
            this.main = main;
            this.all = new ArrayList<>(late);
            this.all.add(0, main);
        }

        final long closedNs(final long watermarkNs) {
            return watermarkNs == PartitionTime.NONE || watermarkNs == PartitionTime.END
                    ? watermarkNs
                    : watermarkNs - graceNs;
        }

        final int count() {
            return (int) waiting.stream().filter(this::isToBeHandedOn).count();
        }

        abstract boolean isToBeHandedOn(Waiting row);

        @Override
        public void onClock(final Moment moment) {
            all.forEach(next -> next.onClock(moment));
        }

        @Override
        public void onWatermark(final Moment moment) {
            final long closedNs = closedNs(moment.watermarkNs());
            final List<Waiting> due = waiting.stream()
                    .filter(row -> row.deadlineNs < closedNs)
                    .sorted(Comparator.comparingLong(row -> row.deadlineNs))
                    .toList();
            due.stream().filter(this::isToBeHandedOn).toList().forEach(row -> handOn(moment, row));
            waiting.removeAll(due);
            all.forEach(next -> next.onWatermark(moment));
        }

        private void handOn(final Moment moment, final Waiting row) {
            final Item item = row.item;
            main.take(
                    moment,
                    new Item(item.key(), Math.max(item.timeNs(), row.deadlineNs), item.text(), moment.beforeNs()));
        }
    }

    /** A condition that may fail: null for that. */
    interface Condition {
        Boolean test(String left, String right);
    }

    /** Absence of the right side, whose texts are told by the last character: 0 for left and 1 for right. */
    static final class Within extends Deadlines {
        private final long lowerNs;
        private final long upperNs;
        private final Condition condition;
        private final Meaning main;
        private final Meaning lateLeft;
        private final Meaning lateRight;
        private final List<Item> rights = new ArrayList<>();

        Within(
                final long lowerNs,
                final long upperNs,
                final long graceNs,
                final Condition condition,
                final Meaning main,
                final Meaning lateLeft,
                final Meaning lateRight) {
            super(graceNs, main, List.of(lateLeft, lateRight));
            this.lowerNs = lowerNs;
            this.upperNs = upperNs;
            this.condition = condition;
            this.main = main;
            this.lateLeft = lateLeft;
            this.lateRight = lateRight;
        }

        @Override
        boolean isToBeHandedOn(final Waiting row) {
            return true;
        }

        @Override
        public void take(final Moment moment, final Item sided) {
            final int last = sided.text().length() - 1;
            final boolean isLeft = sided.text().charAt(last) == 0;
            final Item item = sided.with(sided.text().substring(0, last));
            final long closedNs = closedNs(item.knownNs());
            if (item.timeNs() < closedNs) {
                (isLeft ? lateLeft : lateRight).take(moment, item);
            } else if (isLeft) {
                takeLeft(moment, item, closedNs);
            } else {
                takeRight(item);
            }
        }

        private void takeLeft(final Moment moment, final Item left, final long closedNs) {
            for (final Item right : rights) {
                if (isNear(left, right) && !Boolean.FALSE.equals(condition.test(left.text(), right.text()))) {
                    return;
                }
            }
            if (left.timeNs() + upperNs < closedNs) {
                main.take(moment, left);
            } else {
                waiting.add(new Waiting(left, left.timeNs() + upperNs));
            }
        }

        private void takeRight(final Item right) {
            final List<Waiting> met = new ArrayList<>();
            for (final Waiting row : waiting) {
                if (isNear(row.item, right)) {
                    final Boolean isMet = condition.test(row.item.text(), right.text());
                    if (isMet == null) {
                        return;
                    }
                    if (isMet) {
                        met.add(row);
                    }
                }
            }
            waiting.removeAll(met);
            rights.add(right);
        }

        private boolean isNear(final Item left, final Item right) {
            final long distanceNs = right.timeNs() - left.timeNs();
            return left.key().equals(right.key()) && distanceNs >= lowerNs && distanceNs <= upperNs;
        }
    }

    /** Silence of keys. */
    static final class Silence extends Deadlines {
        private final long spanNs;
        private final Meaning late;
        private final List<Item> heard = new ArrayList<>();

        Silence(final long spanNs, final Meaning main, final Meaning late) {
            super(0, main, List.of(late));
            this.spanNs = spanNs;
            this.late = late;
        }

        @Override
        boolean isToBeHandedOn(final Waiting row) {
            final int index = heard.indexOf(row.item);
            final BiPredicate<Integer, Item> isLater =
                    (other, item) -> item.timeNs() > row.item.timeNs() || other > index;
            for (int i = 0; i < heard.size(); i++) {
                final Item other = heard.get(i);
                if (other.key().equals(row.item.key())
                        && other.timeNs() >= row.item.timeNs()
                        && other.timeNs() <= row.deadlineNs
                        && isLater.test(i, other)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void take(final Moment moment, final Item item) {
            if (item.timeNs() < closedNs(item.knownNs())) {
                late.take(moment, item);
            } else {
                heard.add(item);
                waiting.add(new Waiting(item, item.timeNs() + spanNs));
            }
        }
    }
}
