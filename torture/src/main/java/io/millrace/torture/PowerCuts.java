package io.millrace.torture;

import io.millrace.torture.agent.LossyDisk;
import io.millrace.torture.agent.Mutant;
import io.millrace.torture.agent.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * The disk of a round that fails to force now and then, and the machine that loses its power after that. A store has to stop at the
 * first force that fails; what it has promised before is there after the loss of power.
 */
final class PowerCuts {
    private static final int ONE_ROUND_IN = 3;
    private static final int ONE_LIFE_IN = 3;
    private static final int MAX_FORCE = 25;
    private static final int MAX_FORCE_OF_MUTANT = 10;
    private static final long OWN_NUMBERS = 0x706F776572L;

    private final Path directory;
    private final SplittableRandom random;
    private final Counts counts;
    private final boolean isUsed;
    private final boolean isMutated;
    private boolean isDue;

    /**
     * Prepares.
     *
     * @param directory for what the disk has lost.
     * @param seed      of the round.
     * @param mutant    that the processes carry; null for none.
     * @param counts    of the run.
     */
    PowerCuts(final Path directory, final long seed, final String mutant, final Counts counts) {
        this.directory = directory;
        this.counts = counts;
        random = new SplittableRandom(seed ^ OWN_NUMBERS);
        // Who looks for this fault should not have to wait for it.
        isMutated = Mutant.RETRY_A_FAILED_FORCE.mutantName().equals(mutant);
        isUsed = random.nextInt(ONE_ROUND_IN) == 0 || isMutated;
    }

    /**
     * Does what has to be done between two lives.
     *
     * @param life that comes.
     * @return whether the power was cut.
     */
    boolean before(final LifePlan life) throws IOException {
        final boolean isNeeded = life.step() == Step.TAIL_CUT || life.step() == Step.TAIL_CLEARED;
        final boolean isCut = isUsed && (isDue || isNeeded);
        isDue = false;
        if (isCut) {
            counts.powerCuts++;
            counts.failedForces += LossyDisk.cutPower(directory) ? 1 : 0;
        }
        return isCut;
    }

    /**
     * What the agent of the next process is told of the disk.
     *
     * @param isLast whether nothing may happen to it any more.
     * @return options; empty for none.
     */
    String agentOptions(final boolean isLast) {
        if (!isUsed) {
            return "";
        }
        isDue = !isLast && (isMutated || random.nextInt(ONE_LIFE_IN) == 0);
        final int force = random.nextInt(1, isMutated ? MAX_FORCE_OF_MUTANT : MAX_FORCE);
        return "disk=" + directory + (isDue ? ";fail-force=" + force : "");
    }
}
