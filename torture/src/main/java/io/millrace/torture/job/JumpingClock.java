package io.millrace.torture.job;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.EpochNanoClock;

/** A clock that somebody sets forth and back while it runs: by parts of a second mostly, and by an hour now and then. */
final class JumpingClock implements EpochNanoClock {
    /** How often it jumps before it comes to rest. */
    static final int JUMPS = 16;

    private static final long MS_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int MAX_STEP_MS = 120;
    private static final int MAX_JUMP_MS = 400;
    private static final int ONE_IN_FAR = 12;
    private static final long FAR_NS = TimeUnit.HOURS.toNanos(1);

    private final long startNs = System.nanoTime();
    private final long startEpochNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    private final long[] jumpAtNs = new long[JUMPS];
    private final long[] offsetNs = new long[JUMPS];

    JumpingClock(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        long atNs = 0;
        for (int i = 0; i < JUMPS; i++) {
            jumpAtNs[i] = atNs;
            offsetNs[i] = random.nextInt(ONE_IN_FAR) == 0
                    ? (random.nextBoolean() ? FAR_NS : -FAR_NS)
                    : random.nextInt(-MAX_JUMP_MS, MAX_JUMP_MS + 1) * MS_NS;
            atNs += random.nextInt(1, MAX_STEP_MS) * MS_NS;
        }
    }

    @Override
    public long nanoTime() {
        final long elapsedNs = System.nanoTime() - startNs;
        int last = JUMPS - 1;
        while (jumpAtNs[last] > elapsedNs) {
            last--;
        }
        return startEpochNs + elapsedNs + offsetNs[last];
    }
}
