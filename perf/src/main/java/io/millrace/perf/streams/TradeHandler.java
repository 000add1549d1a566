package io.millrace.perf.streams;

import io.millrace.perf.streams.codec.TradeDecoder;

/** Takes the trades of a feed, in order. */
@FunctionalInterface
interface TradeHandler {
    /** Takes one; the decoder stands on the log's memory and is valid inside the call. */
    void onTrade(TradeDecoder trade, long eventTimeNs);

    /** Learns that there are no more. */
    default void onEnd() {}
}
