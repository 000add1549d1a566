package io.millrace.torture;

import io.millrace.torture.agent.Step;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What happens in one life. Times are in ms, from the start of the job unless said otherwise.
 *
 * @param ending       how it ends.
 * @param endAfterMs   when it is killed or closes; for an early kill, from the start of the process.
 * @param step         at which it is killed; null for none.
 * @param arrival      at that step, from 1, at which it is killed.
 * @param limit        records of the input that may be there when it ends.
 * @param recordsPerMs how fast they are appended; 0 for as fast as it goes.
 * @param fromStart    whether the feed sends everything again.
 * @param checkpointMs time between two checkpoints.
 * @param damages      whether the newest checkpoint of a task is damaged before.
 * @param pauseAtMs    when it is paused; 0 for not at all.
 * @param pauseForMs   for how long.
 * @param clockSeed    decides how its clock jumps; 0 for not at all.
 * @param fullAtMs     when the disk becomes full; 0 for not at all.
 * @param fullForMs    for how long.
 */
record LifePlan(
        Ending ending,
        int endAfterMs,
        Step step,
        int arrival,
        long limit,
        int recordsPerMs,
        boolean fromStart,
        int checkpointMs,
        boolean damages,
        int pauseAtMs,
        int pauseForMs,
        long clockSeed,
        int fullAtMs,
        int fullForMs) {
    private static final int PERCENT = 100;
    private static final int EARLY = 15;
    private static final int AT_STEP = 50;
    private static final int CLOSE = 57;
    private static final int MAX_EARLY_MS = 500;
    private static final int MAX_LIFE_MS = 350;
    private static final int STEP_WITHIN_MS = 700;
    private static final int FEED_MS = 250;
    private static final int MAX_ARRIVAL = 6;
    private static final int CLOSE_BEFORE_STEP_MS = 100;
    private static final Set<Step> OF_CLOSING =
            EnumSet.of(Step.PARTITION_SEAL, Step.PARTITION_SEALED, Step.PRODUCERS_WRITE, Step.PRODUCERS_WRITTEN);
    private static final int MIN_CHECKPOINT_MS = 15;
    private static final int MAX_CHECKPOINT_MS = 80;
    private static final int DAMAGES = 15;
    private static final int PAUSES = 10;
    private static final int MAX_PAUSE_AT_MS = 150;
    private static final int JUMPS = 10;
    private static final int FULL_DISKS = 10;
    private static final int FILLING_COUNT = 15_000;
    private static final int MIN_FULL_MS = 100;
    private static final int MAX_FULL_MS = 400;

    /**
     * Draws a life that ends before its input does.
     *
     * @param random that decides.
     * @param from   records of the input that earlier lives may have appended.
     * @param count  how many more this one may append; it takes more where it has to fill a disk.
     */
    static LifePlan draw(final SplittableRandom random, final long from, final long count) {
        final int kind = random.nextInt(PERCENT);
        final Ending ending = kind < EARLY
                ? Ending.KILL_EARLY
                : kind < AT_STEP ? Ending.KILL_AT_STEP : kind < CLOSE ? Ending.CLOSE : Ending.KILL;
        final Step step = Step.values()[random.nextInt(Step.values().length)];
        final int arrival = random.nextBoolean() ? 1 : random.nextInt(1, MAX_ARRIVAL);
        final int endAfterMs = ending == Ending.KILL_EARLY
                ? random.nextInt(1, MAX_EARLY_MS)
                : ending == Ending.KILL_AT_STEP ? STEP_WITHIN_MS : random.nextInt(1, MAX_LIFE_MS);
        final boolean isPaused = random.nextInt(PERCENT) < PAUSES && ending != Ending.KILL_EARLY;
        final boolean jumps = random.nextInt(PERCENT) < JUMPS;
        final boolean isFull = random.nextInt(PERCENT) < FULL_DISKS && ending == Ending.KILL;
        final int fullForMs = random.nextInt(MIN_FULL_MS, MAX_FULL_MS);
        final boolean endsFull = random.nextInt(3) == 0;
        final long limit = from + (isFull ? Math.max(count, FILLING_COUNT) : count);
        return new LifePlan(
                ending,
                isFull && !endsFull ? endAfterMs + fullForMs : endAfterMs,
                ending == Ending.KILL_AT_STEP ? step : null,
                arrival,
                limit,
                isFull || random.nextInt(3) == 0 ? 0 : (int) Math.max(1, count / FEED_MS),
                random.nextInt(4) == 0,
                random.nextInt(MIN_CHECKPOINT_MS, MAX_CHECKPOINT_MS),
                random.nextInt(PERCENT) < DAMAGES,
                isPaused ? random.nextInt(1, MAX_PAUSE_AT_MS) : 0,
                isPaused ? random.nextInt(1, MAX_LIFE_MS) : 0,
                jumps ? random.nextLong() | 1 : 0,
                isFull ? 1 : 0,
                isFull ? fullForMs : 0);
    }

    /** A life that goes on to the end of the input. */
    static LifePlan last(final long inputs) {
        return new LifePlan(Ending.COMPLETE, 0, null, 0, inputs, 0, false, MIN_CHECKPOINT_MS, false, 0, 0, 0, 0, 0);
    }

    boolean fillsDisk() {
        return fullAtMs > 0;
    }

    /** When it closes in order by itself, in ms; 0 for never. Some steps are come to in no other way. */
    int closeAfterMs() {
        return ending == Ending.CLOSE
                ? endAfterMs
                : step != null && OF_CLOSING.contains(step) ? CLOSE_BEFORE_STEP_MS : 0;
    }
}
