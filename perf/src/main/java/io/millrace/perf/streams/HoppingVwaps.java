package io.millrace.perf.streams;

import io.millrace.perf.streams.codec.TradeDecoder;

/**
 * S3 by hand. Trades are summed in panes as long as a hop. At the end of a pane its sums are added to those of the window, the
 * window is told, and the pane that leaves it then is subtracted: an event costs the same whatever the number of panes.
 */
final class HoppingVwaps implements TradeHandler {
    private static final int WORDS = 3;

    private final long hopNs;
    private final VwapTable pane;
    private final VwapWriter writer;

    // Count, quantity and notional for each slot of the table: of the window, and of each pane in it.
    private final long[] window;
    private final long[][] history;
    private int newest;
    private long paneEndNs = Long.MIN_VALUE;

    HoppingVwaps(final long sizeNs, final long hopNs, final int keys, final MessageOutput output) {
        this.hopNs = hopNs;
        this.pane = new VwapTable(keys);
        this.writer = new VwapWriter(output);
        this.window = new long[pane.slots() * WORDS];
        this.history = new long[Math.toIntExact(sizeNs / hopNs)][pane.slots() * WORDS];
    }

    @Override
    public void onTrade(final TradeDecoder trade, final long eventTimeNs) {
        if (eventTimeNs >= paneEndNs) {
            endPanesBefore(eventTimeNs);
        }
        pane.add(trade.instrumentId(), trade.price(), trade.quantity());
    }

    private void endPanesBefore(final long eventTimeNs) {
        if (paneEndNs == Long.MIN_VALUE) {
            paneEndNs = eventTimeNs - Math.floorMod(eventTimeNs, hopNs) + hopNs;
        }
        while (eventTimeNs >= paneEndNs) {
            endPane();
        }
    }

    private void endPane() {
        final long[] added = history[newest];
        final int oldest = newest + 1 == history.length ? 0 : newest + 1;
        final long[] removed = history[oldest];
        for (int slot = 0; slot < pane.slots(); slot++) {
            if (pane.isUsed(slot)) {
                final int at = slot * WORDS;
                added[at] = pane.count(slot);
                added[at + 1] = pane.quantity(slot);
                added[at + 2] = pane.notional(slot);
                pane.reset(slot);
                emit(slot, at, added);
                for (int i = at; i < at + WORDS; i++) {
                    window[i] -= removed[i];
                }
            }
        }
        newest = oldest;
        paneEndNs += hopNs;
    }

    private void emit(final int slot, final int at, final long[] added) {
        for (int i = at; i < at + WORDS; i++) {
            window[i] += added[i];
        }
        if (window[at] > 0) {
            writer.write(pane.instrumentId(slot), paneEndNs, window[at], window[at + 1], window[at + 2]);
        }
    }

    /** Ends the pane, and the windows that begin before its end and end later. */
    @Override
    public void onEnd() {
        for (int i = 0; i < history.length; i++) {
            endPane();
        }
    }
}
