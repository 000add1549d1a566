package io.millrace.streams;

import io.millrace.operators.window.Emission;
import java.time.Duration;

/** When the results of windows are handed on. Whatever is chosen, the last result of a window comes when it closes. */
public final class Emit {
    private Emit() {}

    /**
     * One result for each key and window, the final one.
     *
     * @return the default.
     */
    public static Emission onClose() {
        return Emission.ON_CLOSE;
    }

    /**
     * The current result after each record, and the final one.
     *
     * @return that emission.
     */
    public static Emission onUpdate() {
        return Emission.ON_UPDATE;
    }

    /**
     * The current results of what has changed since the last emission, and the final one. Time is the log's: ticks move it on
     * when the input is silent.
     *
     * @param interval at whose multiples results are handed on, above 0.
     * @return that emission.
     */
    public static Emission every(final Duration interval) {
        return new Emission(Emission.Kind.EVERY, interval.toNanos());
    }
}
