package io.millrace.perf.streams;

import io.millrace.perf.streams.codec.MessageHeaderEncoder;
import io.millrace.perf.streams.codec.NotionalEncoder;
import io.millrace.perf.streams.codec.TradeDecoder;
import org.agrona.concurrent.UnsafeBuffer;

/** S1 by hand: leaves out every second trade, about, and tells what the others were worth. */
final class LargeTrades implements TradeHandler {
    /** Trades of more pass: half of them, in an order that no processor can guess. */
    static final long MIN_QUANTITY = TradeFeed.MAX_QUANTITY / 2;

    private static final int LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + NotionalEncoder.BLOCK_LENGTH;

    private final UnsafeBuffer message = new UnsafeBuffer(new byte[LENGTH]);
    private final NotionalEncoder notional = new NotionalEncoder();
    private final MessageOutput output;

    LargeTrades(final MessageOutput output) {
        this.output = output;
        notional.wrapAndApplyHeader(message, 0, new MessageHeaderEncoder());
    }

    @Override
    public void onTrade(final TradeDecoder trade, final long eventTimeNs) {
        if (isLarge(trade)) {
            encode(trade, notional);
            output.append(trade.instrumentId(), eventTimeNs, message, LENGTH);
        }
    }

    static boolean isLarge(final TradeDecoder trade) {
        return trade.quantity() > MIN_QUANTITY;
    }

    static void encode(final TradeDecoder trade, final NotionalEncoder notional) {
        notional.instrumentId(trade.instrumentId()).notional(trade.price() * trade.quantity());
    }
}
