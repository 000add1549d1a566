package io.millrace.operators.window;

/**
 * Size and grace of windows that follow each other without a gap.
 *
 * @param sizeNs  length of a window in ns, at least 1.
 * @param graceNs how far the watermark runs past a window's end before the window closes, in ns, at least 0.
 */
public record TumblingWindow(long sizeNs, long graceNs) {
    /**
     * Checks the ranges.
     *
     * @param sizeNs length of a window in ns.
     * @param graceNs of a window in ns.
     * @throws IllegalArgumentException if one is outside.
     */
    public TumblingWindow {
        if (sizeNs < 1) {
            throw new IllegalArgumentException("size of a window must be at least 1 ns, was " + sizeNs);
        }
        if (graceNs < 0) {
            throw new IllegalArgumentException("grace of a window must not be negative, was " + graceNs);
        }
    }
}
