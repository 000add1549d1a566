package io.millrace.torture;

import io.millrace.torture.agent.Mutant;
import io.millrace.torture.job.TopologyName;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What happens in one round.
 *
 * @param number     of the round, from 1.
 * @param seed       of its input.
 * @param topology   that is tortured.
 * @param partitions of its input.
 * @param inputs     records of its input.
 * @param isLossy    whether its disk may fail to force and then lose its power.
 * @param lives      one after the other; the last one is left alone.
 */
record RoundPlan(
        int number,
        long seed,
        TopologyName topology,
        int partitions,
        long inputs,
        boolean isLossy,
        List<LifePlan> lives) {
    /** Lives of a round at most, unless said otherwise. */
    static final int MAX_LIVES = 20;

    private static final int MIN_STEP = 300;
    private static final int MAX_STEP = 6_000;
    private static final int ONE_IN_LARGE = 10;
    private static final int LARGE = 3;
    private static final int ONE_IN_LOSSY = 5;
    private static final int FAILED_FORCES = 30;
    private static final int ALL = 100;

    /** Nobody can tell from it while no force fails. */
    private static final String RETRIES_FORCES = Mutant.RETRY_A_FAILED_FORCE.mutantName();

    /**
     * Draws a round.
     *
     * @param number  of the round, from 1.
     * @param options of the run.
     */
    static RoundPlan draw(final int number, final TortureOptions options) {
        final SplittableRandom random = new SplittableRandom(options.seed() + number);
        final List<TopologyName> topologies = options.topologies();
        final int maxLives = options.maxLives();
        final TopologyName topology = topologies.get((number - 1) % topologies.size());
        final int partitions = random.nextInt(topology.minPartitions(), topology.maxPartitions() + 1);
        final int factor = random.nextInt(ONE_IN_LARGE) == 0 ? LARGE : 1;
        final boolean isOften = RETRIES_FORCES.equals(options.mutant());
        final boolean isLossy = random.nextInt(ONE_IN_LOSSY) == 0 || isOften;
        final int failedForces = isOften ? ALL : isLossy ? FAILED_FORCES : 0;
        final int count = random.nextInt(Math.max(1, maxLives / 3), maxLives);
        final List<LifePlan> lives = new ArrayList<>();
        long inputs = 0;
        for (int i = 0; i < count; i++) {
            final long before = inputs;
            inputs += (long) random.nextInt(MIN_STEP, MAX_STEP) * factor;
            lives.add(LifePlan.draw(random, before, inputs, failedForces));
        }
        inputs += random.nextInt(MIN_STEP, MAX_STEP);
        lives.add(LifePlan.last(inputs));
        return new RoundPlan(number, random.nextLong(), topology, partitions, inputs, isLossy, List.copyOf(lives));
    }

    boolean fillsDisk() {
        return lives.stream().anyMatch(LifePlan::fillsDisk);
    }
}
