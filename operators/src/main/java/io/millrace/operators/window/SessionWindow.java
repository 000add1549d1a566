package io.millrace.operators.window;

/**
 * Gap and grace of sessions.
 *
 * @param gapNs   how long a key is silent before its session ends, in ns, 1 to {@link TumblingWindow#MAX_NS}.
 * @param graceNs how far the watermark runs past a session's end before the session closes, in ns, 0 to
 *                {@link TumblingWindow#MAX_NS}.
 */
public record SessionWindow(long gapNs, long graceNs) {
    /**
     * Checks the ranges.
     *
     * @param gapNs   of sessions in ns.
     * @param graceNs of sessions in ns.
     * @throws IllegalArgumentException if one is outside.
     */
    public SessionWindow {
        WindowRanges.checkLength("gap of a session", gapNs);
        WindowRanges.checkGrace(graceNs);
    }
}
