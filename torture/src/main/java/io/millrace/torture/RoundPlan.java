package io.millrace.torture;

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
 * @param lives      one after the other; the last one is left alone.
 */
record RoundPlan(int number, long seed, TopologyName topology, int partitions, long inputs, List<LifePlan> lives) {
    /** Lives of a round at most, unless said otherwise. */
    static final int MAX_LIVES = 20;

    private static final int MIN_STEP = 300;
    private static final int MAX_STEP = 6_000;
    private static final int ONE_IN_LARGE = 10;
    private static final int LARGE = 3;

    /**
     * Draws a round.
     *
     * @param number     of the round, from 1.
     * @param runSeed    of the run.
     * @param topologies to choose from, in turn.
     * @param maxLives   of a round, at least 2.
     */
    static RoundPlan draw(
            final int number, final long runSeed, final List<TopologyName> topologies, final int maxLives) {
        final SplittableRandom random = new SplittableRandom(runSeed + number);
        final TopologyName topology = topologies.get((number - 1) % topologies.size());
        final int partitions = random.nextInt(topology.minPartitions(), topology.maxPartitions() + 1);
        final int factor = random.nextInt(ONE_IN_LARGE) == 0 ? LARGE : 1;
        final int count = random.nextInt(Math.max(1, maxLives / 3), maxLives);
        final List<LifePlan> lives = new ArrayList<>();
        long inputs = 0;
        for (int i = 0; i < count; i++) {
            final LifePlan life = LifePlan.draw(random, inputs, (long) random.nextInt(MIN_STEP, MAX_STEP) * factor);
            inputs = life.limit();
            lives.add(life);
        }
        inputs += random.nextInt(MIN_STEP, MAX_STEP);
        lives.add(LifePlan.last(inputs));
        return new RoundPlan(number, random.nextLong(), topology, partitions, inputs, List.copyOf(lives));
    }

    boolean fillsDisk() {
        return lives.stream().anyMatch(LifePlan::fillsDisk);
    }
}
