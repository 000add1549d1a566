package io.millrace.operators.window;

/**
 * The panes of hopping windows: event time is cut where a window begins and where one ends, and nowhere else. So each window
 * is made of whole panes, and there is one for each hop, or two where the size is no multiple of the hop.
 *
 * <p>Windows begin at the multiples of the hop, before the epoch too, also those before the first event.
 */
public final class PaneFrames extends WindowFrames {
    private final long sizeNs;
    private final long hopNs;
    private final long cutNs;

    /**
     * Creates the panes.
     *
     * @param sizeNs of the windows in ns, 1 to {@link WindowFrames#MAX_NS}.
     * @param hopNs  from the beginning of a window to that of the next one, in ns, 1 to {@code sizeNs}.
     */
    public PaneFrames(final long sizeNs, final long hopNs) {
        if (sizeNs < 1 || sizeNs > MAX_NS || hopNs < 1 || hopNs > sizeNs) {
            throw new IllegalArgumentException(
                    "size of a window must be 1 to 2^60 ns and its hop 1 ns to the size: size=" + sizeNs + " hop="
                            + hopNs);
        }
        this.sizeNs = sizeNs;
        this.hopNs = hopNs;
        this.cutNs = sizeNs % hopNs;
    }

    @Override
    protected void find(final long eventTimeNs) {
        final long base = eventTimeNs - Math.floorMod(eventTimeNs, hopNs);
        if (eventTimeNs - base < cutNs) {
            stand(base, base + cutNs);
        } else {
            stand(base + cutNs, base + hopNs);
        }
    }

    long sizeNs() {
        return sizeNs;
    }

    long hopNs() {
        return hopNs;
    }

    /** End of the first window that holds a pane. */
    long firstEndNs(final long paneStartNs) {
        return Math.floorDiv(paneStartNs - sizeNs, hopNs) * hopNs + hopNs + sizeNs;
    }

    /** End of the last window that holds a pane. */
    long lastEndNs(final long paneStartNs) {
        return paneStartNs - Math.floorMod(paneStartNs, hopNs) + sizeNs;
    }
}
