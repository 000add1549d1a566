package io.millrace.torture.agent;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Counts how often the threads of this process come to a step, and stops the one whose arrival was asked for. Public because
 * woven code calls it.
 */
public final class Arrivals {
    private static final Step[] STEPS = Step.values();
    private static final AtomicLongArray COUNTS = new AtomicLongArray(STEPS.length);
    private static final AtomicLongArray STOPS = new AtomicLongArray(STEPS.length);

    private Arrivals() {}

    /**
     * Asks to stop.
     *
     * @param step   at which.
     * @param number of the arrival, 0 for never.
     */
    static void expect(final Step step, final long number) {
        STOPS.set(step.ordinal(), number);
    }

    /**
     * Called at a step, by the product's thread. Does not return when it is the arrival that was asked for.
     *
     * @param ordinal   of the step.
     * @param self      object whose method it is; null for a static one.
     * @param arguments of the method.
     * @param returned  by the method; null at its beginning, and from a method that returns nothing.
     */
    public static void at(final int ordinal, final Object self, final Object[] arguments, final Object returned) {
        final Step step = STEPS[ordinal];
        if (step.condition().isMet(self, arguments, returned)
                && COUNTS.incrementAndGet(ordinal) == STOPS.get(ordinal)) {
            stop(step);
        }
    }

    private static void stop(final Step step) {
        System.out.println("STEP " + step.stepName());
        System.out.flush();
        while (true) {
            // Whoever reads the line kills the process; nothing else ends this.
            LockSupport.park();
        }
    }

    /** Prints the counts of all steps that were asked for, and that of broken rules. */
    static void report() {
        for (final Step step : STEPS) {
            if (COUNTS.get(step.ordinal()) > 0) {
                System.out.println("ARRIVED " + step.stepName() + ' ' + COUNTS.get(step.ordinal()));
            }
        }
        System.out.println("BROKEN " + Mutation.count());
        System.out.flush();
    }
}
