package io.millrace.perf.streams;

import io.millrace.perf.streams.codec.TradeDecoder;

/** S2 by hand: one table, emptied at the end of each window; event time never goes back in the feed. */
final class TumblingVwaps implements TradeHandler {
    private final long sizeNs;
    private final VwapTable table;
    private final VwapWriter writer;
    private long endNs = Long.MIN_VALUE;

    TumblingVwaps(final long sizeNs, final int keys, final MessageOutput output) {
        this.sizeNs = sizeNs;
        this.table = new VwapTable(keys);
        this.writer = new VwapWriter(output);
    }

    @Override
    public void onTrade(final TradeDecoder trade, final long eventTimeNs) {
        if (eventTimeNs >= endNs) {
            onEnd();
            endNs = eventTimeNs - Math.floorMod(eventTimeNs, sizeNs) + sizeNs;
        }
        table.add(trade.instrumentId(), trade.price(), trade.quantity());
    }

    @Override
    public void onEnd() {
        for (int slot = 0; slot < table.slots(); slot++) {
            if (table.isUsed(slot)) {
                writer.write(
                        table.instrumentId(slot), endNs, table.count(slot), table.quantity(slot), table.notional(slot));
                table.free(slot);
            }
        }
    }
}
