package io.millrace.perf.streams;

import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordHandler;
import io.millrace.log.record.RecordKind;
import io.millrace.perf.streams.codec.MessageHeaderDecoder;
import io.millrace.perf.streams.codec.TradeDecoder;

/** Reads a feed through the log's own reader. */
final class PolledTrades implements TradeInput {
    private final TradeDecoder trade = new TradeDecoder();
    private final RecordHandler onRecord = this::onRecord;
    private final LogReader reader;
    private TradeHandler handler;

    PolledTrades(final LogPartition partition) {
        reader = partition.reader();
    }

    @Override
    public boolean poll(final TradeHandler newHandler, final int limit) {
        handler = newHandler;
        return reader.poll(onRecord, limit) > 0;
    }

    private void onRecord(final RecordFlyweight record) {
        if (record.kind() == RecordKind.DATA) {
            final int offset = record.valueOffset() + MessageHeaderDecoder.ENCODED_LENGTH;
            trade.wrap(record.buffer(), offset, TradeDecoder.BLOCK_LENGTH, TradeDecoder.SCHEMA_VERSION);
            handler.onTrade(trade, record.eventTimeNs());
        } else if (record.kind() == RecordKind.WATERMARK) {
            handler.onEnd();
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
