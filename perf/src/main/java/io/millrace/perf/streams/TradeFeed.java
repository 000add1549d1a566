package io.millrace.perf.streams;

import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.ProducerAppender;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.codec.Codec;
import io.millrace.perf.streams.codec.MessageHeaderEncoder;
import io.millrace.perf.streams.codec.TradeEncoder;
import io.millrace.streams.Codecs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A store in a temporary directory with a topic of trades and one for results, one partition each.
 *
 * <p>Instruments are drawn evenly from as many as there are keys, with a seed; event time goes on by the same step from one
 * trade to the next. A record has 80 bytes: header, instrument as key, message.
 *
 * <p>Trades come in shots. When {@link #append} returns, the checksums of all trades are filled in, and there is a prepared
 * segment behind the one that results are appended to, so that nothing of that is done while a shot is measured. What earlier
 * shots left is removed by retention, and its segments are used again.
 */
final class TradeFeed implements AutoCloseable {
    static final String TRADES = "trades";
    static final String RESULTS = "results";
    static final int MAX_PRICE = 1_000_000;
    static final int MAX_QUANTITY = 100;

    /** A multiple of all windows that are measured. */
    static final long START_NS = TimeUnit.SECONDS.toNanos(1_700_000_000L);

    /** What is kept of each topic, more than a shot needs. */
    private static final int SEGMENTS = 6;

    private static final long SEED = 20_231_114;
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[Long.BYTES]);
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[64]);
    private final TradeEncoder trade = new TradeEncoder();
    private final Path directory;
    private final int keys;
    private final long stepNs;
    private final LogStore store;
    private final ProducerAppender appender;
    private final Codec<TradeRecord> records;
    private long sequence;
    private long shotPosition;
    private long lastPosition;

    private TradeFeed(
            final Path directory,
            final int keys,
            final long stepNs,
            final int segmentLength,
            final Codec<TradeRecord> records) {
        this.directory = directory;
        this.records = records;
        this.keys = keys;
        this.stepNs = stepNs;
        this.store = LogStore.launch(
                new LogContext().directory(directory.resolve("store")).segmentLength(segmentLength));
        final long retentionBytes = (long) SEGMENTS * segmentLength;
        store.createTopic(TopicSpec.named(TRADES).retentionBytes(retentionBytes));
        store.createTopic(TopicSpec.named(RESULTS).retentionBytes(retentionBytes));
        this.appender = partition(TRADES).producer(store.producerId("feed"));
        trade.wrapAndApplyHeader(message, 0, new MessageHeaderEncoder());
    }

    static TradeFeed create(final int keys, final long stepNs) {
        return create(keys, stepNs, LogContext.DEFAULT_SEGMENT_LENGTH);
    }

    static TradeFeed create(final int keys, final long stepNs, final int segmentLength) {
        return create(keys, stepNs, segmentLength, null);
    }

    /** The same trades as Java records; they cannot be read by hand. */
    static TradeFeed createOfRecords(final int keys, final long stepNs, final int segmentLength) {
        return create(
                keys, stepNs, segmentLength, Codecs.records(TradeRecord.class).forTask());
    }

    private static TradeFeed create(
            final int keys, final long stepNs, final int segmentLength, final Codec<TradeRecord> records) {
        try {
            return new TradeFeed(Files.createTempDirectory("millrace-trades"), keys, stepNs, segmentLength, records);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Appends the next shot. */
    void append(final int trades) {
        shotPosition = partition(TRADES).tailPosition();
        for (int i = 0; i < trades; i++) {
            final long instrumentId = instrumentId(random.nextInt(keys));
            key.putLong(0, instrumentId, ByteOrder.LITTLE_ENDIAN);
            final int price = 1 + random.nextInt(MAX_PRICE);
            final int length = encode(instrumentId, price, 1 + random.nextInt(MAX_QUANTITY));
            append(RecordKind.DATA, START_NS + sequence * stepNs, Long.BYTES, length);
        }
        awaitChecksums();
        awaitPreparation();
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

    /** Ends the feed, and with it every window. */
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

    /** Spreads numbers of instruments over all 64 bits: nobody's are dense. The mixer is that of SplitMix64. */
    static long instrumentId(final int number) {
        long id = (number + 1) * 0x9E3779B97F4A7C15L;
        id = (id ^ id >>> 30) * 0xBF58476D1CE4E5B9L;
        id = (id ^ id >>> 27) * 0x94D049BB133111EBL;
        return id ^ id >>> 31;
    }

    /** By hand, too: a reader in the measured process would be one more that the compiler has to reckon with. */
    private void awaitChecksums() {
        try (MappedTrades shot = mapped(lastPosition)) {
            final long deadlineNs = System.nanoTime() + DEADLINE_NS;
            while (!shot.hasChecksum()) {
                await(deadlineNs, "checksums of the trades");
            }
        }
    }

    private void awaitPreparation() {
        final LogPartition results = partition(RESULTS);
        // The conductor prepares the next segment when there is something in the first.
        results.appender().append(RecordKind.TICK, START_NS, null, 0, 0, null, 0, 0);
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (lastSegmentPosition(results) <= results.tailPosition()) {
            await(deadlineNs, "the next segment for results");
        }
        // The file is there: its pages are touched yet.
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(150));
    }

    private static long lastSegmentPosition(final LogPartition partition) {
        final List<Long> positions = partition.segmentPositions();
        return positions.get(positions.size() - 1);
    }

    private static void await(final long deadlineNs, final String what) {
        if (System.nanoTime() > deadlineNs) {
            throw new IllegalStateException("waited a minute in vain for " + what);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }

    private LogPartition partition(final String topic) {
        return store.topic(topic).partition(0);
    }

    LogStore store() {
        return store;
    }

    /** The trades of the last shot, read by hand. */
    MappedTrades mapped() {
        return mapped(shotPosition);
    }

    private MappedTrades mapped(final long beginPosition) {
        final Path directoryOfTrades =
                store.directory().resolve("topics").resolve(TRADES).resolve("0");
        final LogPartition trades = partition(TRADES);
        return new MappedTrades(directoryOfTrades, trades.segmentLength(), beginPosition, trades.tailPosition());
    }

    /** All trades from now on, read through the log. */
    PolledTrades polled() {
        return new PolledTrades(partition(TRADES));
    }

    /** A file for results beside the store. */
    MappedOutput mappedResults(final int capacity) {
        return MappedOutput.create(directory, capacity);
    }

    /** The topic for results. */
    LogOutput loggedResults() {
        return new LogOutput(partition(RESULTS).producer(store.producerId("loop")));
    }

    /** Hands out the values of all results in the log, each in a buffer of its own length. */
    void forEachLoggedResult(final Consumer<DirectBuffer> consumer) {
        try (LogReader reader = partition(RESULTS).reader()) {
            while (reader.poll(
                            record -> {
                                if (record.kind() == RecordKind.DATA) {
                                    consumer.accept(new UnsafeBuffer(
                                            record.buffer(), record.valueOffset(), record.valueLength()));
                                }
                            },
                            Integer.MAX_VALUE)
                    > 0) {
                // On to the end.
            }
        }
    }

    @Override
    public void close() {
        appender.close();
        store.close();
        try (Stream<Path> paths = Files.walk(directory)) {
            final List<Path> deepestFirst =
                    paths.sorted(Comparator.reverseOrder()).toList();
            for (final Path path : deepestFirst) {
                Files.delete(path);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
