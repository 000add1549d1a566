package io.millrace.torture.check;

import java.util.BitSet;

/** What one subscriber has seen of a partition, over all its lives, held against the log. */
final class SeenRecords {
    private final String name;
    private final LoggedPartition log;
    private final BitSet seen = new BitSet();
    private long lastPosition = -1;

    SeenRecords(final int client, final int partition, final LoggedPartition log) {
        this.name = "subscriber=" + client + " partition=" + partition;
        this.log = log;
    }

    void onSeen(final HistoryEntry entry, final HistoryFindings findings) {
        final int index = log.indexOf(entry.position());
        if (index < 0) {
            findings.altered("a subscriber has seen what is not in the log: " + name + " position=" + entry.position());
            return;
        }
        if (!log.isSame(index, entry)) {
            findings.altered("a subscriber has seen another record than the log has: " + name + ' '
                    + log.describe(index) + " seenPublisher=" + entry.client() + " seenSequence=" + entry.sequence());
        }
        if (seen.get(index)) {
            findings.doubled("seen twice: " + name + ' ' + log.describe(index));
        } else if (entry.position() < lastPosition) {
            findings.outOfOrder("seen behind position " + lastPosition + ": " + name + ' ' + log.describe(index));
        }
        seen.set(index);
        lastPosition = Math.max(lastPosition, entry.position());
    }

    /** Counts what was passed over; of one that has come to the end also what is behind the last it saw. */
    void check(final boolean hasEnded, final HistoryFindings findings) {
        final int end = hasEnded ? log.count() : seen.length();
        for (int i = seen.nextClearBit(0); i < end; i = seen.nextClearBit(i + 1)) {
            findings.lost("in the log and never seen: " + name + ' ' + log.describe(i));
        }
    }

    long count() {
        return seen.cardinality();
    }
}
