package io.millrace.torture;

import io.millrace.torture.check.HistoryResult;
import io.millrace.torture.net.RelayCounts;

/** What has happened in a network run so far. One thread. */
final class NetworkCounts {
    int rounds;
    int lives;
    int nodeKills;
    int publisherKills;
    int subscriberKills;
    int pauses;
    int takeOvers;
    int fenced;
    int cuts;
    int changes;
    int ended;
    long sent;
    long acknowledged;
    long stored;
    long seen;
    long lost;
    long doubled;
    long outOfOrder;
    long altered;
    int failures;
    RelayCounts relay = RelayCounts.NONE;

    int kills() {
        return nodeKills + publisherKills + subscriberKills;
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
        lost += result.lost();
        doubled += result.doubled();
        outOfOrder += result.outOfOrder();
        altered += result.altered();
    }

    /** The last line of the output. */
    String summary(final String network, final long seed, final long seconds) {
        return "torture: network=" + network + " seed=" + seed + " seconds=" + seconds + " rounds=" + rounds + " lives="
                + lives + " kills=" + kills() + " (node " + nodeKills + ", publisher " + publisherKills
                + ", subscriber " + subscriberKills + ") pauses=" + pauses + " take-overs=" + takeOvers + " fenced="
                + fenced + " cuts=" + cuts + " changes=" + changes + " sessions-ended=" + ended + " datagrams="
                + relay.toNode() + "+" + relay.fromNode() + " (lost " + relay.lost() + ", doubled " + relay.duplicated()
                + ", altered "
                + relay.corrupted() + ", reordered " + relay.reordered() + ") sent=" + sent + " acknowledged="
                + acknowledged + " stored=" + stored + " seen=" + seen + " lost=" + lost + " doubled=" + doubled
                + " out-of-order=" + outOfOrder + " altered=" + altered
                + (failures == 0 ? "" : " failures=" + failures);
    }
}
