package io.millrace.streams;

import io.millrace.operators.window.TumblingWindow;
import java.time.Duration;

/**
 * Describes the windows of a step. Immutable: each setter gives a new description.
 *
 * <p>Size and grace are at most 2^60 ns, about 36 years.
 */
public final class Windows {
    private static final Duration MAX = Duration.ofNanos(TumblingWindow.MAX_NS);

    private final Duration size;
    private final Duration grace;

    private Windows(final Duration size, final Duration grace) {
        this.size = size;
        this.grace = grace;
    }

    /**
     * Windows of equal length that follow each other without a gap, the first of them from the epoch.
     *
     * @param size of a window, at least 1 ns.
     * @return windows without grace.
     */
    public static Windows tumbling(final Duration size) {
        return new Windows(size, Duration.ZERO);
    }

    /**
     * How far the watermark runs past a window's end before the window closes.
     *
     * @param newGrace at least 0.
     * @return the same windows with that grace.
     */
    public Windows grace(final Duration newGrace) {
        return new Windows(size, newGrace);
    }

    TumblingWindow toTumblingWindow() {
        return new TumblingWindow(size.toNanos(), grace.toNanos());
    }

    String mistake() {
        if (size.isNegative() || size.isZero() || size.compareTo(MAX) > 0) {
            return "the size of a window must be 1 ns to 36 years, is " + size;
        }
        return grace.isNegative() || grace.compareTo(MAX) > 0
                ? "the grace of a window must be 0 to 36 years, is " + grace
                : null;
    }

    @Override
    public String toString() {
        return "tumbling " + text(size) + (grace.isZero() ? "" : ", grace " + text(grace));
    }

    private static String text(final Duration duration) {
        return duration.getNano() == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
