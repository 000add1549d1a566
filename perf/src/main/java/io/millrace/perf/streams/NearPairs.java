package io.millrace.perf.streams;

import io.millrace.perf.streams.codec.MessageHeaderEncoder;
import io.millrace.perf.streams.codec.NotionalEncoder;
import io.millrace.perf.streams.codec.TradeDecoder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * S4 by hand: of the large trades and the small ones of an instrument, all pairs that lie within an interval. Event time never
 * goes back in the feed, so what is too old is at the beginning of a ring for each instrument and side.
 */
final class NearPairs implements TradeHandler {
    private static final int LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + NotionalEncoder.BLOCK_LENGTH;
    private static final int RING_SHIFT = 6;
    private static final int RING_MASK = (1 << RING_SHIFT) - 1;

    private final long withinNs;
    private final InstrumentSlots slots;
    private final long[] times;
    private final long[] prices;
    private final int[] heads;
    private final int[] tails;
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[LENGTH]);
    private final NotionalEncoder notional = new NotionalEncoder();
    private final MessageOutput output;

    NearPairs(final long withinNs, final int keys, final MessageOutput output) {
        this.withinNs = withinNs;
        this.slots = new InstrumentSlots(keys);
        this.output = output;
        final int rings = slots.count() * 2;
        times = new long[rings << RING_SHIFT];
        prices = new long[rings << RING_SHIFT];
        heads = new int[rings];
        tails = new int[rings];
        notional.wrapAndApplyHeader(message, 0, new MessageHeaderEncoder());
    }

    @Override
    public void onTrade(final TradeDecoder trade, final long eventTimeNs) {
        final long instrumentId = trade.instrumentId();
        final long price = trade.price();
        final int own = slots.find(instrumentId) * 2 + (LargeTrades.isLarge(trade) ? 0 : 1);
        final int other = own ^ 1;
        int head = heads[other];
        final int tail = tails[other];
        while (head != tail && times[at(other, head)] < eventTimeNs - withinNs) {
            head++;
        }
        heads[other] = head;
        for (int i = head; i != tail; i++) {
            notional.instrumentId(instrumentId).notional(price * prices[at(other, i)]);
            output.append(instrumentId, eventTimeNs, message, LENGTH);
        }
        add(own, eventTimeNs, price);
    }

    private void add(final int ring, final long timeNs, final long price) {
        final int tail = tails[ring];
        while (heads[ring] != tail && times[at(ring, heads[ring])] < timeNs - withinNs) {
            heads[ring]++;
        }
        if (tail - heads[ring] > RING_MASK) {
            throw new IllegalStateException("more than " + (RING_MASK + 1) + " trades of an instrument at a time");
        }
        times[at(ring, tail)] = timeNs;
        prices[at(ring, tail)] = price;
        tails[ring] = tail + 1;
    }

    private static int at(final int ring, final int index) {
        return (ring << RING_SHIFT) + (index & RING_MASK);
    }
}
