package io.millrace.torture;

import io.millrace.torture.check.HistoryResult;
import io.millrace.torture.net.RelayCounts;

/** What has happened in a network run so far. One thread. */
final class NetworkCounts {
    int rounds;
    int lives;
    int nodeKills;
    int publisherKills;
    int readerKills;
    int pauses;
    int takeOvers;
    int fenced;
    int outlived;
    int cuts;
    int changes;
    int ended;
    long sent;
    long acknowledged;
    long stored;
    long seen;
    long taken;
    long takenAgain;
    long commits;
    long refusedCommits;
    long delivered;
    long acked;
    long unheardAcks;
    long dead;
    long refusedAcks;
    long audited;
    long lost;
    long doubled;
    long outOfOrder;
    long altered;
    int failures;
    RelayCounts relay = RelayCounts.NONE;

    int kills() {
        return nodeKills + publisherKills + readerKills;
    }

    /** Whether nothing was found that should not be. */
    boolean isClean() {
        return lost == 0 && doubled == 0 && outOfOrder == 0 && altered == 0 && failures == 0;
    }

    void add(final HistoryResult result) {
        sent += result.sent();
        acknowledged += result.acknowledged();
        stored += result.stored();
        seen += result.seen();
        taken += result.group().taken();
        takenAgain += result.group().again();
        commits += result.group().commits();
        refusedCommits += result.group().refused();
        delivered += result.queue().delivered();
        acked += result.queue().acked();
        unheardAcks += result.queue().unheard();
        dead += result.queue().dead();
        refusedAcks += result.queue().refused();
        audited += result.queue().audited();
        lost += result.lost();
        doubled += result.doubled();
        outOfOrder += result.outOfOrder();
        altered += result.altered();
    }

    /** The last line of the output. */
    String summary(final String network, final long seed, final long seconds) {
        return "torture: network=" + network + " seed=" + seed + " seconds=" + seconds + " rounds=" + rounds + " lives="
                + lives + " kills=" + kills() + " (node " + nodeKills + ", publisher " + publisherKills
                + ", reader " + readerKills + ") pauses=" + pauses + " take-overs=" + takeOvers + " fenced="
                + fenced + " outlived=" + outlived + " cuts=" + cuts + " changes=" + changes + " sessions-ended="
                + ended + " datagrams="
                + relay.toNode() + "+" + relay.fromNode() + " (lost " + relay.lost() + ", doubled " + relay.duplicated()
                + ", altered "
                + relay.corrupted() + ", reordered " + relay.reordered() + ") sent=" + sent + " acknowledged="
                + acknowledged + " stored=" + stored + " seen=" + seen
                + " group: taken=" + taken + " (again " + takenAgain + ") commits=" + commits + " refused="
                + refusedCommits + " queue: delivered=" + delivered + " acked=" + acked + " (unheard " + unheardAcks
                + ") dead=" + dead + " refused=" + refusedAcks + " audited=" + audited + " found: lost=" + lost
                + " doubled=" + doubled
                + " out-of-order=" + outOfOrder + " altered=" + altered
                + (failures == 0 ? "" : " failures=" + failures);
    }
}
