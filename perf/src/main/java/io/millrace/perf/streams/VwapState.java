package io.millrace.perf.streams;

import io.millrace.operators.state.StateFlyweight;
import io.millrace.perf.streams.codec.TradeDecoder;
import org.agrona.MutableDirectBuffer;

/**
 * Sums over trades, as a user of the framework would write them.
 *
 * <pre>
 *  0 count | 8 quantity | 16 sum of price * quantity
 * </pre>
 */
public final class VwapState implements StateFlyweight {
    private static final int QUANTITY_OFFSET = 8;
    private static final int NOTIONAL_OFFSET = 16;
    private static final int LENGTH = 24;

    private MutableDirectBuffer buffer;
    private int offset;

    @Override
    public int encodedLength() {
        return LENGTH;
    }

    @Override
    public void wrap(final MutableDirectBuffer newBuffer, final int newOffset) {
        buffer = newBuffer;
        offset = newOffset;
    }

    void add(final TradeDecoder trade) {
        add(1, trade.quantity(), trade.price() * trade.quantity());
    }

    void add(final VwapState other) {
        add(other.count(), other.quantity(), other.notional());
    }

    private void add(final long count, final long quantity, final long notional) {
        buffer.putLong(offset, count() + count);
        buffer.putLong(offset + QUANTITY_OFFSET, quantity() + quantity);
        buffer.putLong(offset + NOTIONAL_OFFSET, notional() + notional);
    }

    long count() {
        return buffer.getLong(offset);
    }

    long quantity() {
        return buffer.getLong(offset + QUANTITY_OFFSET);
    }

    long notional() {
        return buffer.getLong(offset + NOTIONAL_OFFSET);
    }
}
