package io.millrace.perf.streams;

import io.millrace.log.LogAppender;
import io.millrace.log.LogContext;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordKind;
import io.millrace.streams.Codecs;
import io.millrace.streams.JobContext;
import io.millrace.streams.JobTasks;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What ticks cost where thousands of partitions are idle: a job that counts by key in windows of a second, without an
 * exchange.
 *
 * <p>Hypothesis: where nothing waits, a round over all partitions costs one look at the next length word of each, some 20 ns
 * or a cache miss, and no record is written. Where a window is open in each of them, a round costs one record of 40 bytes and
 * the closing of one window each: cache and page misses, some microseconds.
 */
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED"})
public class TickerBenchmark {
    private static final int TOPICS = 4;
    private static final int SEGMENT_LENGTH = 1 << 16;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long START_NS = 1_700_000_000L * SECOND_NS;

    /** Number of partitions, over four topics. */
    @Param({"100", "10000"})
    public int partitions;

    private final AtomicLong clock = new AtomicLong(START_NS);
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[Long.BYTES]);
    private final List<LogAppender> appenders = new ArrayList<>();
    private Path directory;
    private LogStore store;
    private JobTasks job;

    /**
     * Makes the partitions and a job over all of them.
     *
     * @throws IOException if the store cannot be made.
     */
    @Setup(Level.Trial)
    public void setUp() throws IOException {
        directory = Files.createTempDirectory("millrace-ticker");
        store = LogStore.launch(new LogContext()
                .directory(directory)
                .segmentLength(SEGMENT_LENGTH)
                .clock(clock::get));
        final Topology topology = Topology.named("idle");
        for (int i = 0; i < TOPICS; i++) {
            final LogTopic topic = store.createTopic(TopicSpec.named("in" + i).partitions(partitions / TOPICS));
            store.createTopic(TopicSpec.named("out" + i));
            for (int p = 0; p < topic.partitionCount(); p++) {
                appenders.add(topic.partition(p).appender());
            }
            topology.stream("in" + i, Codecs.int64())
                    .keyed(Codecs.int64())
                    .window("window" + i, Windows.tumbling(Duration.ofSeconds(1)))
                    .count()
                    .map(window -> window.value(), Codecs.int64())
                    .to("out" + i);
        }
        job = JobTasks.open(store, topology, new JobContext());
        settle();
    }

    /**
     * One round over all partitions while nothing waits in any of them.
     *
     * @return work done, which is none.
     */
    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    public int idleRound() {
        return job.doWork();
    }

    /** Opens a window in each partition. */
    @Setup(Level.Iteration)
    public void openWindows() {
        clock.addAndGet(SECOND_NS);
        for (int i = 0; i < appenders.size(); i++) {
            key.putLong(0, i, ByteOrder.LITTLE_ENDIAN);
            while (appenders.get(i).append(RecordKind.DATA, clock.get(), key, 0, Long.BYTES, key, 0, Long.BYTES) < 0) {
                Thread.onSpinWait();
            }
        }
        settle();
        if (isTicking) {
            clock.addAndGet(10 * SECOND_NS);
        } else {
            // The windows close before anything is measured.
            clock.addAndGet(10 * SECOND_NS);
            settle();
        }
    }

    /** Whether windows are open when a round begins; set by the benchmark that closes them. */
    @Param({"false", "true"})
    public boolean isTicking;

    /**
     * All rounds that it takes to close an open window in each partition, by ticks.
     *
     * @return work done.
     */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    public int closeAllByTicks() {
        return settle();
    }

    private int settle() {
        int all = 0;
        int work;
        do {
            work = job.doWork();
            all += work;
        } while (work > 0);
        return all;
    }

    /**
     * Closes the store and deletes it.
     *
     * @throws IOException if a file cannot be deleted.
     */
    @TearDown(Level.Trial)
    public void tearDown() throws IOException {
        job.close();
        store.close();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (final Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
