package io.millrace.torture;

import io.millrace.torture.job.TopologyName;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;

/** What has happened in a run so far. One thread. */
final class Counts {
    int rounds;
    int lives;
    int kills;
    int killsAtSteps;
    int pauses;
    int fullDisks;
    int damaged;
    int clockJumps;
    int failedForces;
    int powerCuts;
    int closes;
    long inputs;
    long outputs;
    long lost;
    long doubled;
    long outOfOrder;
    long altered;
    int failures;
    final Set<String> steps = new TreeSet<>();
    final Set<TopologyName> topologies = EnumSet.noneOf(TopologyName.class);

    /** Whether anything was found that should not be. */
    boolean isClean() {
        return lost == 0 && doubled == 0 && outOfOrder == 0 && altered == 0 && failures == 0;
    }

    /** Adds what has happened in another run. */
    void add(final Counts other) {
        rounds += other.rounds;
        lives += other.lives;
        kills += other.kills;
        killsAtSteps += other.killsAtSteps;
        pauses += other.pauses;
        fullDisks += other.fullDisks;
        damaged += other.damaged;
        clockJumps += other.clockJumps;
        failedForces += other.failedForces;
        powerCuts += other.powerCuts;
        closes += other.closes;
        inputs += other.inputs;
        outputs += other.outputs;
        lost += other.lost;
        doubled += other.doubled;
        outOfOrder += other.outOfOrder;
        altered += other.altered;
        failures += other.failures;
        steps.addAll(other.steps);
        topologies.addAll(other.topologies);
    }

    /** The last line of the output. */
    String summary(final long seed, final long seconds) {
        return "torture: seed=" + seed + " seconds=" + seconds + " rounds=" + rounds + " lives=" + lives + " kills="
                + kills
                + " (at steps " + killsAtSteps + " of " + steps.size() + " kinds) closes=" + closes + " pauses="
                + pauses
                + " full-disks=" + fullDisks + " failed-forces=" + failedForces + " power-cuts=" + powerCuts
                + " damaged=" + damaged + " clock-jumps=" + clockJumps + " topologies="
                + topologies.size() + " inputs=" + inputs + " outputs=" + outputs + " lost=" + lost + " doubled="
                + doubled + " out-of-order=" + outOfOrder + " altered=" + altered
                + (failures == 0 ? "" : " failures=" + failures);
    }
}
