package io.millrace.perf.streams;

import io.millrace.log.LogPartition;
import io.millrace.log.ProducerAppender;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.codec.Codec;
import io.millrace.perf.streams.codec.MessageHeaderEncoder;
import io.millrace.perf.streams.codec.TradeEncoder;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/** One partition of a feed: draws trades of its instruments and appends them, and knows where the last shot begins. */
final class TradePartition implements AutoCloseable {
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[Long.BYTES]);
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[64]);
    private final TradeEncoder trade = new TradeEncoder();
    private final Path directory;
    private final LogPartition partition;
    private final ProducerAppender appender;
    private final long[] instrumentIds;
    private final long stepNs;
    private final SplittableRandom random;
    private final Codec<TradeRecord> records;
    private long sequence;
    private long shotPosition;
    private long lastPosition;

    TradePartition(
            final Path directory,
            final LogPartition partition,
            final ProducerAppender appender,
            final long[] instrumentIds,
            final long stepNs,
            final SplittableRandom random,
            final Codec<TradeRecord> records) {
        this.directory = directory;
        this.partition = partition;
        this.appender = appender;
        this.instrumentIds = instrumentIds;
        this.stepNs = stepNs;
        this.random = random;
        this.records = records;
        trade.wrapAndApplyHeader(message, 0, new MessageHeaderEncoder());
    }

    /** Appends the next shot. */
    void append(final int trades) {
        shotPosition = partition.tailPosition();
        for (int i = 0; i < trades; i++) {
            final long instrumentId = instrumentIds[random.nextInt(instrumentIds.length)];
            key.putLong(0, instrumentId, ByteOrder.LITTLE_ENDIAN);
            final int price = 1 + random.nextInt(TradeFeed.MAX_PRICE);
            final int length = encode(instrumentId, price, 1 + random.nextInt(TradeFeed.MAX_QUANTITY));
            append(RecordKind.DATA, TradeFeed.START_NS + sequence * stepNs, Long.BYTES, length);
        }
    }

    private int encode(final long instrumentId, final long price, final long quantity) {
        if (records == null) {
            trade.instrumentId(instrumentId).price(price).quantity(quantity);
            return MessageHeaderEncoder.ENCODED_LENGTH + trade.encodedLength();
        }
        final TradeRecord value = new TradeRecord(instrumentId, price, quantity);
        records.encode(value, message, 0);
        return records.encodedLength(value);
    }

    /** Ends the partition, and with it every window. */
    void end() {
        append(RecordKind.WATERMARK, Long.MAX_VALUE, 0, 0);
    }

    private void append(final byte kind, final long eventTimeNs, final int keyLength, final int length) {
        long outcome;
        do {
            outcome = appender.append(sequence, kind, eventTimeNs, key, 0, keyLength, message, 0, length);
        } while (outcome == Outcome.BACK_PRESSURED);
        if (outcome < 0) {
            throw new IllegalStateException(Outcome.name(outcome));
        }
        lastPosition = outcome;
        sequence++;
    }

    /** The trades of the last shot, read by hand. */
    MappedTrades mapped() {
        return mapped(shotPosition);
    }

    /** What was appended last, read by hand. */
    MappedTrades mappedLast() {
        return mapped(lastPosition);
    }

    private MappedTrades mapped(final long beginPosition) {
        return new MappedTrades(directory, partition.segmentLength(), beginPosition, partition.tailPosition());
    }

    /** All trades from now on, read through the log. */
    PolledTrades polled() {
        return new PolledTrades(partition);
    }

    @Override
    public void close() {
        appender.close();
    }
}
