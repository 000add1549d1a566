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
     * The current result after each record, and the final one. A record brings one result for each window that it was added
     * to, the earliest window first, with what the window holds after it; a late record brings none for the windows that
     * have closed. A window of a count is handed on as the final one with the record that fills it, and not before that as a
     * current one. Sliding windows do not emit so.
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
     * <p>A change is handed on at the first multiple of the interval, counted from the epoch, that lies behind the log time
     * of its record: with the first record of the partition, tick or watermark at or behind that multiple, before that record
     * closes a window or counts in one. There is one result for each key and window that has changed and is still open,
     * however often it has changed; a window that closed in between has its final result only. Windows come in the order of
     * their ends, and in each the keys in the order in which they changed first; sessions in the order in which they changed
     * first, where one made of several counts as the oldest of them. Where windows overlap, the order of the keys in a
     * window is not given, but the same in each replay. Windows of a count and sliding windows do not emit so.
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
