package io.millrace.operators.window;

/**
 * Size and grace of windows that end with an event each.
 *
 * @param sizeNs  length of a window in ns, 1 to {@link TumblingWindow#MAX_NS}.
 * @param graceNs how far the watermark runs past a window's end before the window closes, in ns, 0 to
 *                {@link TumblingWindow#MAX_NS}.
 */
public record SlidingWindow(long sizeNs, long graceNs) {
    /**
     * Checks the ranges.
     *
     * @param sizeNs  length of a window in ns.
     * @param graceNs of a window in ns.
     * @throws IllegalArgumentException if one is outside.
     */
    public SlidingWindow {
        WindowRanges.checkLength("size of a window", sizeNs);
        WindowRanges.checkGrace(graceNs);
    }
}
