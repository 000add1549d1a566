package io.millrace.perf.streams;

import io.millrace.log.KeyHash;
import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.codec.Codec;
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
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A store in a temporary directory with a topic of trades and one for results, with as many partitions each.
 *
 * <p>Instruments are drawn evenly from as many as there are keys, with a seed; event time goes on by the same step from one
 * trade to the next, over all partitions. A record has 80 bytes: header, instrument as key, message. The partition of a trade
 * is that of its key; each partition has the same number of keys and of trades, so that none has more work than another.
 *
 * <p>Trades come in shots. When {@link #append} returns, the checksums of all trades are filled in, and there is a prepared
 * segment behind the ones that are appended to, so that nothing of that is done while a shot is measured. What earlier
 * shots left is removed by retention.
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

    /** Of the first partition; the others have the next ones. */
    static final long SEED = 20_231_114;

    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);

    private final Path directory;
    private final LogStore store;
    private final TradePartition[] partitions;

    private TradeFeed(
            final Path directory,
            final int partitionCount,
            final int keys,
            final long stepNs,
            final int segmentLength,
            final Codec<TradeRecord> records) {
        this.directory = directory;
        this.store = LogStore.launch(
                new LogContext().directory(directory.resolve("store")).segmentLength(segmentLength));
        final long retentionBytes = (long) SEGMENTS * segmentLength;
        store.createTopic(TopicSpec.named(TRADES).partitions(partitionCount).retentionBytes(retentionBytes));
        store.createTopic(TopicSpec.named(RESULTS).partitions(partitionCount).retentionBytes(retentionBytes));
        final long[][] instrumentIds = instrumentIds(partitionCount, keys / partitionCount);
        this.partitions = new TradePartition[partitionCount];
        for (int i = 0; i < partitionCount; i++) {
            final LogPartition trades = store.topic(TRADES).partition(i);
            partitions[i] = new TradePartition(
                    store.directory().resolve("topics").resolve(TRADES).resolve(Integer.toString(i)),
                    trades,
                    trades.producer(store.producerId("feed" + i)),
                    instrumentIds[i],
                    stepNs * partitionCount,
                    new SplittableRandom(SEED + i),
                    records);
        }
    }

    /** Deals instruments out to the partitions of their keys, until each has enough. */
    private static long[][] instrumentIds(final int partitionCount, final int keysOfEach) {
        final long[][] instrumentIds = new long[partitionCount][keysOfEach];
        final int[] counts = new int[partitionCount];
        final UnsafeBuffer key = new UnsafeBuffer(new byte[Long.BYTES]);
        int missing = partitionCount * keysOfEach;
        for (int number = 0; missing > 0; number++) {
            final long instrumentId = instrumentId(number);
            key.putLong(0, instrumentId, ByteOrder.LITTLE_ENDIAN);
            final int partition = KeyHash.partition(key, 0, Long.BYTES, partitionCount);
            if (counts[partition] < keysOfEach) {
                instrumentIds[partition][counts[partition]++] = instrumentId;
                missing--;
            }
        }
        return instrumentIds;
    }

    static TradeFeed create(final int keys, final long stepNs) {
        return create(keys, stepNs, LogContext.DEFAULT_SEGMENT_LENGTH);
    }

    static TradeFeed create(final int keys, final long stepNs, final int segmentLength) {
        return create(1, keys, stepNs, segmentLength, null);
    }

    /** In a new directory below one that somebody else removes, so that nothing is left of a process that is killed. */
    static TradeFeed createIn(final Path parent, final int keys, final long stepNs) {
        return createIn(parent, 1, keys, stepNs, LogContext.DEFAULT_SEGMENT_LENGTH);
    }

    /** There with more than one partition; the keys are a multiple of them. */
    static TradeFeed createIn(
            final Path parent, final int partitionCount, final int keys, final long stepNs, final int segmentLength) {
        try {
            return new TradeFeed(
                    Files.createTempDirectory(parent, "trades"), partitionCount, keys, stepNs, segmentLength, null);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With more than one partition; the keys are a multiple of them. */
    static TradeFeed createPartitioned(
            final int partitionCount, final int keys, final long stepNs, final int segmentLength) {
        return create(partitionCount, keys, stepNs, segmentLength, null);
    }

    /** The same trades as Java records; they cannot be read by hand. */
    static TradeFeed createOfRecords(final int keys, final long stepNs, final int segmentLength) {
        return create(
                1,
                keys,
                stepNs,
                segmentLength,
                Codecs.records(TradeRecord.class).forTask());
    }

    private static TradeFeed create(
            final int partitionCount,
            final int keys,
            final long stepNs,
            final int segmentLength,
            final Codec<TradeRecord> records) {
        try {
            return new TradeFeed(
                    Files.createTempDirectory("millrace-trades"), partitionCount, keys, stepNs, segmentLength, records);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Appends the next shot, the same number of trades to each partition. */
    void append(final int trades) {
        for (final TradePartition partition : partitions) {
            partition.append(trades / partitions.length);
        }
        for (int i = 0; i < partitions.length; i++) {
            awaitChecksums(partitions[i]);
            awaitPreparation(store.topic(RESULTS).partition(i));
            awaitPrepared(store.topic(TRADES).partition(i));
        }
    }

    /** Appends one more trade to the first partition, without waiting for anything. */
    void appendNext() {
        partitions[0].append(1);
    }

    /** Ends the feed, and with it every window. */
    void end() {
        for (final TradePartition partition : partitions) {
            partition.end();
        }
    }

    /** Spreads numbers of instruments over all 64 bits: nobody's are dense. The mixer is that of SplitMix64. */
    static long instrumentId(final int number) {
        long id = (number + 1) * 0x9E3779B97F4A7C15L;
        id = (id ^ id >>> 30) * 0xBF58476D1CE4E5B9L;
        id = (id ^ id >>> 27) * 0x94D049BB133111EBL;
        return id ^ id >>> 31;
    }

    /** By hand, too: a reader in the measured process would be one more that the compiler has to reckon with. */
    private static void awaitChecksums(final TradePartition partition) {
        try (MappedTrades last = partition.mappedLast()) {
            final long deadlineNs = System.nanoTime() + DEADLINE_NS;
            while (!last.hasChecksum()) {
                await(deadlineNs, "checksums of the trades");
            }
        }
    }

    private static void awaitPreparation(final LogPartition results) {
        // The conductor prepares the next segment when there is something in the first.
        results.appender().append(RecordKind.TICK, START_NS, null, 0, 0, null, 0, 0);
        awaitPrepared(results);
    }

    private static void awaitPrepared(final LogPartition partition) {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (partition.isPreparing()) {
            await(deadlineNs, "the next segment of " + partition);
        }
    }

    private static void await(final long deadlineNs, final String what) {
        if (System.nanoTime() > deadlineNs) {
            throw new IllegalStateException("waited a minute in vain for " + what);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }

    LogStore store() {
        return store;
    }

    int partitionCount() {
        return partitions.length;
    }

    /** The trades of the last shot in a partition, read by hand. */
    MappedTrades mapped(final int partition) {
        return partitions[partition].mapped();
    }

    /** All trades of a partition from now on, read through the log. */
    PolledTrades polled(final int partition) {
        return partitions[partition].polled();
    }

    /** A file for results beside the store. */
    MappedOutput mappedResults(final int capacity) {
        return MappedOutput.create(directory, capacity);
    }

    /** A partition of the topic for results. */
    LogOutput loggedResults(final int partition) {
        return new LogOutput(store.topic(RESULTS).partition(partition).producer(store.producerId("loop" + partition)));
    }

    /** Results that come from now on in the first partition of their topic, read by hand. */
    MappedResults mappedLoggedResults() {
        return mappedLoggedResults(0);
    }

    /** The same in any partition. */
    MappedResults mappedLoggedResults(final int partition) {
        return new MappedResults(
                store.directory().resolve("topics").resolve(RESULTS).resolve(Integer.toString(partition)),
                store.topic(RESULTS).partition(partition));
    }

    /** Hands out the values of all results in the log, partition by partition, each in a buffer of its own length. */
    void forEachLoggedResult(final Consumer<DirectBuffer> consumer) {
        for (int i = 0; i < partitions.length; i++) {
            forEachLoggedResult(i, consumer);
        }
    }

    /** Hands out the values of all results in a partition. */
    void forEachLoggedResult(final int partition, final Consumer<DirectBuffer> consumer) {
        try (LogReader reader = store.topic(RESULTS).partition(partition).reader()) {
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
        CloseHelper.closeAll(partitions);
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
