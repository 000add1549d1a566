package io.millrace.perf.streams;

import io.millrace.log.LogContext;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.ProducerAppender;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.node.demo.CandleJob;
import io.millrace.node.demo.CandleState;
import io.millrace.node.demo.codec.MessageHeaderDecoder;
import io.millrace.node.demo.codec.MessageHeaderEncoder;
import io.millrace.node.demo.codec.TradeDecoder;
import io.millrace.node.demo.codec.TradeEncoder;
import io.millrace.streams.JobContext;
import io.millrace.streams.JobTasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The candle job on one thread over one partition, beside a plain loop over the same trades in the same log.
 *
 * <p>Hypothesis: the job pays for its exchange, which writes and reads each trade once more (about 110 bytes), and for
 * calls that are not yet inlined through the whole chain; the loop pays for reading, one map lookup and the arithmetic.
 * Both should be bound by one core, neither by allocation.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
@Warmup(iterations = 4)
@Measurement(iterations = 8)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED"})
public class CandleJobBenchmark {
    private static final int TRADES = 1_000_000;
    private static final long TRADE_INTERVAL_NS = 1_000_000;
    private static final int SEGMENT_LENGTH = 1 << 26;

    /** Number of symbols, which is the number of keys. */
    @Param({"2", "1000"})
    public int symbols;

    private Path directory;
    private LogStore store;
    private JobTasks tasks;

    /**
     * Lays a store with the trades, and the tasks of the job over it.
     *
     * @throws IOException if the store cannot be made.
     */
    @Setup(Level.Iteration)
    public void setUp() throws IOException {
        directory = Files.createTempDirectory("millrace-candles");
        store = LogStore.launch(new LogContext().directory(directory).segmentLength(SEGMENT_LENGTH));
        store.createTopic(TopicSpec.named(CandleJob.TRADES));
        appendTrades();
        List.of(CandleJob.CANDLES, CandleJob.LATE_TRADES).forEach(topic -> store.createTopic(TopicSpec.named(topic)));
        tasks = JobTasks.open(
                store,
                CandleJob.topology(),
                new JobContext().idleStrategy(() -> NoOpIdleStrategy.INSTANCE).onSkipped(skipped -> {
                    throw new IllegalStateException(skipped.toString());
                }));
    }

    private void appendTrades() {
        final MutableDirectBuffer message = new ExpandableArrayBuffer();
        final MessageHeaderEncoder header = new MessageHeaderEncoder();
        final TradeEncoder trade = new TradeEncoder();
        final UnsafeBuffer[] keys = new UnsafeBuffer[symbols];
        for (int i = 0; i < symbols; i++) {
            keys[i] = new UnsafeBuffer(("SYM" + i).getBytes(StandardCharsets.US_ASCII));
        }
        try (ProducerAppender appender =
                store.topic(CandleJob.TRADES).partition(0).producer(store.producerId("feed"))) {
            for (int i = 0; i < TRADES; i++) {
                final int symbol = (int) ((i * 2_654_435_761L >>> 7) % symbols);
                trade.wrapAndApplyHeader(message, 0, header)
                        .symbol("SYM" + symbol)
                        .tradeId(i);
                trade.price().mantissa(1_000_000 + i % 1_000);
                trade.quantity().mantissa(1 + i % 77);
                append(appender, i, keys[symbol], message, MessageHeaderEncoder.ENCODED_LENGTH + trade.encodedLength());
            }
            appender.append(TRADES, RecordKind.WATERMARK, Long.MAX_VALUE, null, 0, 0, null, 0, 0);
        }
    }

    private static void append(
            final ProducerAppender appender,
            final int i,
            final UnsafeBuffer key,
            final MutableDirectBuffer message,
            final int length) {
        long position;
        do {
            position = appender.append(
                    i, RecordKind.DATA, i * TRADE_INTERVAL_NS, key, 0, key.capacity(), message, 0, length);
        } while (position == Outcome.BACK_PRESSURED);
        if (position < 0) {
            throw new IllegalStateException(Outcome.name(position));
        }
    }

    /**
     * Runs the job to the end of its input: trades, exchange, windows, candles, all through the log.
     *
     * @return candles and exchanged trades appended.
     */
    @Benchmark
    @OperationsPerInvocation(TRADES)
    public long job() {
        while (!tasks.isComplete()) {
            tasks.doWork();
        }
        return tasks.counters().recordsOut();
    }

    /**
     * Makes the same sums with no framework: one window at a time, a map from symbol to state, no exchange, no output.
     *
     * @return candles made.
     */
    @Benchmark
    @OperationsPerInvocation(TRADES)
    public long loop() {
        final Loop loop = new Loop();
        try (LogReader reader = store.topic(CandleJob.TRADES).partition(0).reader()) {
            while (reader.poll(loop::onRecord, 256) > 0) {
                // Read on to the end.
            }
        }
        return loop.candles;
    }

    /** Closes the store and deletes it. */
    @TearDown(Level.Iteration)
    public void tearDown() {
        tasks.close();
        store.close();
        try (Stream<Path> paths = Files.walk(directory)) {
            paths.sorted(Comparator.reverseOrder()).forEach(CandleJobBenchmark::delete);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(final Path path) {
        try {
            Files.delete(path);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Loop {
        private static final long WINDOW_NS = CandleJob.WINDOW.toNanos();

        private final TradeDecoder trade = new TradeDecoder();
        private final Long2ObjectHashMap<CandleState> states = new Long2ObjectHashMap<>();
        private long window = Long.MIN_VALUE;
        private long candles;

        void onRecord(final RecordFlyweight record) {
            if (record.kind() != RecordKind.DATA) {
                return;
            }
            final long current = Math.floorDiv(record.eventTimeNs(), WINDOW_NS);
            if (current != window) {
                candles += states.size();
                states.clear();
                window = current;
            }
            trade.wrap(
                    record.buffer(),
                    record.valueOffset() + MessageHeaderDecoder.ENCODED_LENGTH,
                    TradeDecoder.BLOCK_LENGTH,
                    TradeDecoder.SCHEMA_VERSION);
            final long symbol = record.buffer().getLong(trade.offset());
            CandleState state = states.get(symbol);
            if (state == null) {
                state = new CandleState();
                state.wrap(new UnsafeBuffer(new byte[CandleState.LENGTH]), 0);
                states.put(symbol, state);
            }
            state.add(trade);
        }
    }
}
