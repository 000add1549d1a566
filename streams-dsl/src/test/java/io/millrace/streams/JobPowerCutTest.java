package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Takes the power away from a machine that runs a job with checkpoints, at random operations of its disk and between them, and
 * starts the job on what is left, again and again. Of what was not forced, sectors and names survive at random.
 */
class JobPowerCutTest {
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 25);
    private static final Long SEED = Long.getLong("millrace.seed");
    private static final int MAX_LIVES = 8;

    @Test
    void shouldMakeOfTheInputThatSurvivedWhatAnUndisturbedRunMakesOfIt() {
        int restored = 0;
        int truncated = 0;
        for (long seed = SEED == null ? 0 : SEED; seed < (SEED == null ? ROUNDS : SEED + 1); seed++) {
            final PowerCutJob job = new PowerCutJob(seed);
            try {
                final SplittableRandom random = new SplittableRandom(seed);
                for (int lives = 1 + random.nextInt(MAX_LIVES); lives > 0; lives--) {
                    job.live();
                }
                job.liveToTheEnd();
            } catch (final RuntimeException | AssertionError e) {
                throw new AssertionError("repeat with -Dmillrace.seed=" + seed + ": " + e.getMessage(), e);
            } finally {
                job.close();
            }
            restored += job.restoredTasks();
            truncated += job.hasTruncated() ? 1 : 0;
        }
        if (SEED == null && ROUNDS >= 20) {
            assertThat(restored).as("tasks that went on from a checkpoint").isGreaterThan(ROUNDS);
            assertThat(truncated)
                    .as("jobs that removed a part of their exchange")
                    .isGreaterThan(ROUNDS / 10);
        }
    }
}
