package io.millrace.node.demo;

import io.millrace.log.LogContext;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.node.demo.codec.CandleDecoder;
import io.millrace.node.demo.codec.MessageHeaderDecoder;
import io.millrace.node.demo.codec.TradeDecoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What the directory of a demo holds, read through a read-only store while or after another process wrote it. */
final class DemoStore {
    private final Path directory;

    DemoStore(final Path directory) {
        this.directory = directory.resolve("node");
    }

    /** Symbol, trade id, event time, price and quantity of each trade, partition by partition. */
    List<List<String>> trades() {
        final TradeDecoder trade = new TradeDecoder();
        final MessageHeaderDecoder header = new MessageHeaderDecoder();
        return read(CandleJob.TRADES, record -> {
            trade.wrapAndApplyHeader(record.buffer(), record.valueOffset(), header);
            return trade.symbol() + " " + trade.tradeId() + " " + record.eventTimeNs() / 1_000_000 + " "
                    + trade.price().mantissa() + " " + trade.quantity().mantissa();
        });
    }

    List<Long> lateTradeIds() {
        final TradeDecoder trade = new TradeDecoder();
        final MessageHeaderDecoder header = new MessageHeaderDecoder();
        return read(
                        CandleJob.LATE_TRADES,
                        record -> trade.wrapAndApplyHeader(record.buffer(), record.valueOffset(), header)
                                .tradeId())
                .stream()
                .flatMap(List::stream)
                .toList();
    }

    /** The candles in the form of {@link PlainTrades#candles}. */
    List<String> candles() {
        final CandleDecoder candle = new CandleDecoder();
        final MessageHeaderDecoder header = new MessageHeaderDecoder();
        return read(CandleJob.CANDLES, record -> {
                    candle.wrapAndApplyHeader(record.buffer(), record.valueOffset(), header);
                    return candle.symbol() + " " + candle.windowStartNs() / 1_000_000_000 + " "
                            + candle.open().mantissa() + " " + candle.high().mantissa() + " "
                            + candle.low().mantissa() + " " + candle.close().mantissa() + " "
                            + candle.volume().mantissa() + " " + candle.vwap().mantissa() + " " + candle.count();
                })
                .stream()
                .flatMap(List::stream)
                .sorted()
                .toList();
    }

    private <T> List<List<T>> read(final String name, final Function<RecordFlyweight, T> copy) {
        final List<List<T>> partitions = new ArrayList<>();
        try (LogStore store = LogStore.openReadOnly(new LogContext().directory(directory))) {
            final LogTopic topic = store.topic(name);
            for (int i = 0; i < topic.partitionCount(); i++) {
                final List<T> records = new ArrayList<>();
                try (LogReader reader = topic.partition(i).reader()) {
                    int count;
                    do {
                        count = reader.poll(
                                record -> {
                                    if (record.kind() == RecordKind.DATA) {
                                        records.add(copy.apply(record));
                                    }
                                },
                                1_000);
                    } while (count > 0);
                }
                partitions.add(records);
            }
        }
        return partitions;
    }
}
