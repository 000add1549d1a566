package io.millrace.perf.streams;

import io.millrace.perf.streams.codec.MessageHeaderEncoder;
import io.millrace.perf.streams.codec.VwapEncoder;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes the result of one instrument and window. */
final class VwapWriter {
    private static final int LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + VwapEncoder.BLOCK_LENGTH;

    private final UnsafeBuffer message = new UnsafeBuffer(new byte[LENGTH]);
    private final VwapEncoder vwap = new VwapEncoder();
    private final MessageOutput output;

    VwapWriter(final MessageOutput output) {
        this.output = output;
        vwap.wrapAndApplyHeader(message, 0, new MessageHeaderEncoder());
    }

    void write(
            final long instrumentId,
            final long windowEndNs,
            final long count,
            final long quantity,
            final long notional) {
        vwap.instrumentId(instrumentId)
                .windowEndNs(windowEndNs)
                .count(count)
                .quantity(quantity)
                .vwap(notional / quantity);
        output.append(instrumentId, windowEndNs - 1, message, LENGTH);
    }
}
