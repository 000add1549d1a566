package io.millrace.operators.window;

/** Windows of equal length from the epoch on, and before it. */
public final class TumblingFrames extends WindowFrames {
    private final long sizeNs;

    /**
     * Creates the frames.
     *
     * @param sizeNs length of a window in ns, 1 to {@link WindowFrames#MAX_NS}.
     */
    public TumblingFrames(final long sizeNs) {
        if (sizeNs < 1 || sizeNs > MAX_NS) {
            throw new IllegalArgumentException("size of a window must be 1 to 2^60 ns, was " + sizeNs);
        }
        this.sizeNs = sizeNs;
    }

    @Override
    protected void find(final long eventTimeNs) {
        final long startNs = eventTimeNs - Math.floorMod(eventTimeNs, sizeNs);
        stand(startNs, startNs + sizeNs);
    }
}
