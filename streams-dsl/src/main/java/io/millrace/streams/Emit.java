package io.millrace.streams;

import io.millrace.operators.window.Emission;
import io.millrace.operators.window.WindowFrames;
import java.time.Duration;
import java.util.Objects;

/** When the results of windows are handed on. Whatever is chosen, the last result of a window comes when it closes. */
public final class Emit {
    private static final Duration MAX = Duration.ofNanos(WindowFrames.MAX_NS);

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
     * @param interval at whose multiples results are handed on, 1 ns to 36 years.
     * @return that emission.
     * @throws IllegalArgumentException if it is outside that range.
     */
    public static Emission every(final Duration interval) {
        Objects.requireNonNull(interval, "results that are emitted again and again need an interval");
        if (interval.isNegative() || interval.isZero() || interval.compareTo(MAX) > 0) {
            throw new IllegalArgumentException("results are emitted every 1 ns to 36 years, not every " + interval);
        }
        return new Emission(Emission.Kind.EVERY, interval.toNanos());
    }
}
