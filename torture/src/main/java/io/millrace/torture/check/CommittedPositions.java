package io.millrace.torture.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the members of a group have committed of one partition, by the times at which they said so and heard that it counts. */
final class CommittedPositions {
    private static final long NONE = -1;

    private final List<Commit> commits = new ArrayList<>();
    private final Set<Long> said = new HashSet<>();
    private List<Commit> byAnswer = List.of();

    /** A commit that the node has taken. */
    private record Commit(long position, long epoch, long saidNs, long answeredNs) {}

    void onSaid(final long position) {
        said.add(position);
    }

    void onAnswered(final long position, final long epoch, final long saidNs, final long answeredNs) {
        commits.add(new Commit(position, epoch, saidNs, answeredNs));
    }

    /** Orders them when all are known. */
    void conclude() {
        byAnswer = new ArrayList<>(commits);
        byAnswer.sort(Comparator.comparingLong(Commit::answeredNs));
        for (int i = 1; i < byAnswer.size(); i++) {
            final Commit commit = byAnswer.get(i);
            final Commit before = byAnswer.get(i - 1);
            if (before.position() > commit.position()) {
                // Keeps the largest so far, for the search; which one it was says the list of all.
                byAnswer.set(i, new Commit(before.position(), before.epoch(), commit.saidNs(), commit.answeredNs()));
            }
        }
    }

    /** Counts what goes back, and what counted though the partition was somebody else's by then. */
    void check(final int partition, final OwnedEpochs epochs, final HistoryFindings findings) {
        for (final Commit commit : commits) {
            final long before = committedBefore(commit.saidNs());
            if (before > commit.position()) {
                findings.outOfOrder("a group has committed " + before + " and goes back: partition=" + partition
                        + " position=" + commit.position() + " epoch=" + commit.epoch());
            }
            final long later = epochs.latestBefore(commit.saidNs());
            if (later > commit.epoch()) {
                findings.altered("a commit counts though another one owned the partition before it was said: partition="
                        + partition + " position=" + commit.position() + " epoch=" + commit.epoch() + " owned="
                        + later);
            }
        }
    }

    /** The largest position that somebody knew to be committed at a time; -1 for none. */
    long committedBefore(final long timeNs) {
        int low = 0;
        int high = byAnswer.size();
        while (low < high) {
            final int middle = (low + high) >>> 1;
            if (byAnswer.get(middle).answeredNs() < timeNs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? NONE : byAnswer.get(low - 1).position();
    }

    /** The largest of all; -1 for none. */
    long last() {
        return byAnswer.isEmpty() ? NONE : byAnswer.get(byAnswer.size() - 1).position();
    }

    /** Whether a member has ever said that it is there. */
    boolean wasSaid(final long position) {
        return said.contains(position);
    }

    int count() {
        return commits.size();
    }
}
