package io.millrace.torture.check;

import java.util.BitSet;

/**
 * What the members of a group have processed of a partition, held against the log. Within an ownership the records follow each other as in the
 * log, from where it began; between two of them some may come again, but none that was committed before its member joined.
 */
final class TakenRecords {
    private static final int NONE = -1;

    private final int partition;
    private final LoggedPartition log;
    private final CommittedPositions committed;
    private final BitSet taken = new BitSet();
    private long count;
    private int nextIndex = NONE;
    private long epoch = NONE;
    private long committedBefore = NONE;

    TakenRecords(final int partition, final LoggedPartition log, final CommittedPositions committed) {
        this.partition = partition;
        this.log = log;
        this.committed = committed;
    }

    /** Another history follows. */
    void begin() {
        nextIndex = NONE;
        epoch = NONE;
    }

    void onAssigned(final MemberEntry entry, final long joinedNs, final HistoryFindings findings) {
        epoch = entry.number();
        nextIndex = log.indexFrom(entry.position());
        committedBefore = committed.committedBefore(joinedNs);
        if (entry.position() < committedBefore) {
            findings.outOfOrder("a member joined when " + committedBefore + " was committed, and begins before it: "
                    + entry.describe());
        }
        if (nextIndex > 0 && !committed.wasSaid(entry.position())) {
            findings.lost("a member begins where nobody has committed: " + entry.describe());
        }
    }

    void onTaken(final MemberEntry entry, final HistoryFindings findings) {
        count++;
        final int index = log.indexOf(entry.position());
        if (index < 0) {
            findings.altered("a member has taken what is not in the log: " + entry.describe());
            return;
        }
        if (!log.isSame(index, entry.seen())) {
            findings.altered("a member has taken another record than the log has: " + entry.describe() + ' '
                    + log.describe(index));
        }
        if (entry.number() != epoch || nextIndex == NONE) {
            findings.altered("a member takes what it does not own: " + entry.describe() + " owned=" + epoch);
        } else if (index > nextIndex) {
            findings.lost("passed over by a member: " + entry.describe() + ", but not " + log.describe(nextIndex));
        } else if (index < nextIndex) {
            findings.doubled("taken twice under one ownership: " + entry.describe());
        }
        if (entry.position() < committedBefore) {
            findings.doubled(
                    "a member joined when " + committedBefore + " was committed, and takes again: " + entry.describe());
        }
        taken.set(index);
        nextIndex = index + 1;
    }

    /** Counts what nobody has processed: of all that was committed, and of all there is when somebody came to the end. */
    void check(final boolean hasEnded, final HistoryFindings findings) {
        for (int i = taken.nextClearBit(0); i < log.count(); i = taken.nextClearBit(i + 1)) {
            if (hasEnded || log.position(i) < committed.last()) {
                findings.lost("no member of the group has taken: partition=" + partition + ' ' + log.describe(i));
            }
        }
    }

    /** How many records were processed; those that came again count again. */
    long count() {
        return count;
    }

    /** How many of them came again. */
    long again() {
        return count - taken.cardinality();
    }
}
