package io.millrace.operators.window;

/**
 * Size and grace of windows that follow each other without a gap.
 *
 * @param sizeNs  length of a window in ns, 1 to {@link #MAX_NS}.
 * @param graceNs how far the watermark runs past a window's end before the window closes, in ns, 0 to {@link #MAX_NS}.
 */
public record TumblingWindow(long sizeNs, long graceNs) {
    /** Longest size and grace in ns, about 36 years. */
    public static final long MAX_NS = 1L << 60;

    /**
     * Checks the ranges.
     *
     * @param sizeNs length of a window in ns.
     * @param graceNs of a window in ns.
     * @throws IllegalArgumentException if one is outside.
     */
    public TumblingWindow {
        if (sizeNs < 1 || sizeNs > MAX_NS) {
            throw new IllegalArgumentException("size of a window must be 1 to 2^60 ns, was " + sizeNs);
        }
        if (graceNs < 0 || graceNs > MAX_NS) {
            throw new IllegalArgumentException("grace of a window must be 0 to 2^60 ns, was " + graceNs);
        }
    }
}
