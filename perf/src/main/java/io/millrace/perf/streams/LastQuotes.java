package io.millrace.perf.streams;

import io.millrace.perf.streams.codec.MessageHeaderEncoder;
import io.millrace.perf.streams.codec.NotionalEncoder;
import io.millrace.perf.streams.codec.TradeDecoder;
import org.agrona.concurrent.UnsafeBuffer;

/** The as-of join by hand: each large trade with the last small one of its instrument. */
final class LastQuotes implements TradeHandler {
    private static final int LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + NotionalEncoder.BLOCK_LENGTH;

    private final InstrumentSlots slots;
    private final long[] prices;
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[LENGTH]);
    private final NotionalEncoder notional = new NotionalEncoder();
    private final MessageOutput output;

    LastQuotes(final int keys, final MessageOutput output) {
        this.slots = new InstrumentSlots(keys);
        this.prices = new long[slots.count()];
        this.output = output;
        notional.wrapAndApplyHeader(message, 0, new MessageHeaderEncoder());
    }

    @Override
    public void onTrade(final TradeDecoder trade, final long eventTimeNs) {
        final long instrumentId = trade.instrumentId();
        final int slot = slots.find(instrumentId);
        if (!LargeTrades.isLarge(trade)) {
            prices[slot] = trade.price();
        } else if (prices[slot] != 0) {
            notional.instrumentId(instrumentId).notional(trade.price() * prices[slot]);
            output.append(instrumentId, eventTimeNs, message, LENGTH);
        }
    }
}
