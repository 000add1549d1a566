package io.millrace.torture.job;

import io.millrace.operators.state.StateFlyweight;
import io.millrace.operators.window.Windowed;
import org.agrona.MutableDirectBuffer;

/** Number, volume and turnover of trades. */
final class TradeState implements StateFlyweight {
    private static final int COUNT_OFFSET = 0;
    private static final int VOLUME_OFFSET = 8;
    private static final int TURNOVER_OFFSET = 16;
    private static final int LENGTH = 24;
    private static final long QUANTITY_UNIT = 1_000;
    private static final long PRICE_UNIT = 1_000_000;

    private MutableDirectBuffer buffer;
    private int offset;

    /** What goes out: beginning and end of the window, count, volume, turnover and average price. */
    static long[] output(final Windowed<?, TradeState> window) {
        final TradeState state = window.value();
        final long volume = state.get(VOLUME_OFFSET);
        final long turnover = state.get(TURNOVER_OFFSET);
        return new long[] {
            window.startNs(),
            window.endNs(),
            state.get(COUNT_OFFSET),
            volume,
            turnover,
            volume == 0 ? 0 : turnover / volume
        };
    }

    @Override
    public int encodedLength() {
        return LENGTH;
    }

    @Override
    public void wrap(final MutableDirectBuffer newBuffer, final int newOffset) {
        buffer = newBuffer;
        offset = newOffset;
    }

    void add(final Trade trade) {
        final long quantity = trade.quantity() / QUANTITY_UNIT;
        put(COUNT_OFFSET, get(COUNT_OFFSET) + 1);
        put(VOLUME_OFFSET, get(VOLUME_OFFSET) + quantity);
        put(TURNOVER_OFFSET, get(TURNOVER_OFFSET) + trade.price() / PRICE_UNIT * quantity);
    }

    private long get(final int fieldOffset) {
        return buffer.getLong(offset + fieldOffset);
    }

    private void put(final int fieldOffset, final long value) {
        buffer.putLong(offset + fieldOffset, value);
    }
}
