package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogContext;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.core.ErrorPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to event time when input stops, on one partition and on several, by a clock that the test moves. */
class IdleInputTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 1_000_000 * SECOND;
    private static final int SEGMENT_LENGTH = 1 << 16;

    @TempDir
    Path directory;

    private final AtomicLong clock = new AtomicLong(START);
    private LogStore store;
    private JobTasks job;
    private Windows windows = Windows.tumbling(Duration.ofSeconds(1));

    @BeforeEach
    void openStore() {
        store = LogStore.launch(new LogContext()
                .directory(directory)
                .segmentLength(SEGMENT_LENGTH)
                .clock(clock::get));
    }

    @AfterEach
    void closeAll() {
        job.close();
        store.close();
    }

    @Test
    void shouldCloseAWindowAlthoughTheInputStopped() {
        start(1, Duration.ofSeconds(5));
        append(0, "a", 100 * SECOND);
        settle();
        assertThat(results()).isEmpty();

        advance(6 * SECOND - 1);
        assertThat(results()).isEmpty();
        advance(1);

        assertThat(results()).containsExactly("a 100 1");
    }

    // Sessions close between the points at which an exchange is told the watermark.
    @Test
    void shouldCloseASessionThatTheWatermarkHasPassedWithoutThatHavingBeenToldInTheExchange() {
        windows = Windows.session(Duration.ofSeconds(4));
        start(2, Duration.ofSeconds(5));
        append(0, "a", 100 * SECOND + SECOND / 2);
        append(0, "b", 104 * SECOND + SECOND / 4);
        append(0, "b", 104 * SECOND + SECOND * 3 / 4);
        settle();
        assertThat(results()).isEmpty();

        advance(60 * SECOND);

        assertThat(results()).containsExactlyInAnyOrder("a 100 1", "b 104 2");
    }

    @Test
    void shouldGoOnAtThePaceOfLogTimeWhateverTheDayOfTheEventTimes() {
        start(1, Duration.ofSeconds(5));
        append(0, "a", -3_000_000 * SECOND + SECOND / 2);
        settle();

        advance(5 * SECOND + SECOND / 2);

        assertThat(results()).containsExactly("a -3000000 1");
    }

    @Test
    void shouldAppendNoTickWhereNothingWaits() {
        start(1, Duration.ofSeconds(5));
        append(0, "a", 100 * SECOND);
        settle();
        advance(6 * SECOND);
        final int ticks = ticks();

        advance(10_000 * SECOND);

        assertThat(ticks).isEqualTo(1);
        assertThat(ticks()).isEqualTo(1);
    }

    @Test
    void shouldNotLetASilentPartitionHoldUpTheOthers() {
        start(3, Duration.ofSeconds(5));
        append(0, "a", 100 * SECOND);
        append(1, "b", 100 * SECOND);
        settle();
        advance(4 * SECOND);
        append(0, "c", 104 * SECOND);
        settle();
        assertThat(results()).isEmpty();

        advance(2 * SECOND);

        assertThat(results()).containsExactlyInAnyOrder("a 100 1", "b 100 1");
    }

    @Test
    void shouldCloseWindowsWhenAllPartitionsAreSilent() {
        start(3, Duration.ofSeconds(5));
        append(0, "a", 100 * SECOND);
        append(1, "b", 90 * SECOND);
        settle();

        advance(6 * SECOND);

        assertThat(results()).containsExactlyInAnyOrder("a 100 1", "b 90 1");
    }

    @Test
    void shouldCloseWhatAnEndedPartitionLeftOpenWhenTheOthersAreSilent() {
        start(2, Duration.ofSeconds(5));
        append(0, "a", 100 * SECOND);
        append(0, "b", 105 * SECOND);
        end(0);
        settle();
        assertThat(results()).isEmpty();

        advance(5 * SECOND);
        advance(SECOND);

        assertThat(results()).containsExactlyInAnyOrder("a 100 1", "b 105 1");
        assertThat(job.isComplete()).isFalse();
    }

    @Test
    void shouldWaitForAPartitionAgainThatHasInputAgain() {
        start(2, Duration.ofSeconds(5));
        append(0, "a", 100 * SECOND);
        settle();
        advance(5 * SECOND);
        append(1, "b", 100 * SECOND);
        settle();
        append(0, "c", 110 * SECOND);
        settle();

        assertThat(results()).isEmpty();

        append(1, "d", 101 * SECOND);
        settle();
        assertThat(results()).containsExactlyInAnyOrder("a 100 1", "b 100 1");
    }

    @Test
    void shouldWaitForEverWhereTheTopologySaysSo() {
        start(1, null);
        append(0, "a", 100 * SECOND);
        settle();

        advance(1_000_000 * SECOND);

        assertThat(results()).isEmpty();
        assertThat(ticks()).isZero();
    }

    @Test
    void shouldNotLetATimeFarAheadMakeWhatFollowsLate() {
        start(1, Duration.ofSeconds(5));
        append(0, "a", START);
        append(0, "poison", START + 400L * 86_400 * SECOND);
        append(0, "a", START + SECOND / 2);
        end();
        settle();

        assertThat(results()).containsExactly("a 1000000 2");
        assertThat(job.counters().skippedRecords()).isEqualTo(1);
        assertThat(job.counters().lateRecords()).isZero();
    }

    @Test
    void shouldMakeTheSameOfTheSameLogWhenItIsReadAgain() {
        start(3, Duration.ofSeconds(5));
        append(0, "a", 100 * SECOND);
        append(1, "b", 90 * SECOND);
        settle();
        advance(6 * SECOND);
        append(2, "c", 99 * SECOND);
        settle();
        final List<String> before = results();
        final long tail = store.topic("counts").partition(0).tailPosition();
        job.close();
        clock.addAndGet(1);

        open(3, Duration.ofSeconds(5));
        settle();

        assertThat(results()).isEqualTo(before);
        assertThat(store.topic("counts").partition(0).tailPosition()).isEqualTo(tail);
    }

    private void start(final int partitions, final Duration idleAfter) {
        store.createTopic(TopicSpec.named("words").partitions(partitions));
        store.createTopic(TopicSpec.named("counts"));
        open(partitions, idleAfter);
    }

    private void open(final int partitions, final Duration idleAfter) {
        final Topology topology = Topology.named("idle").onError(ErrorPolicy.SKIP);
        final SourceStream<String> words = topology.stream("words", Codecs.string());
        (idleAfter == null ? words.neverIdle() : words.idleAfter(idleAfter))
                .keyBy("by-word", Codecs.string(), word -> word)
                .window("each-second", windows)
                .count()
                .map(w -> w.key() + " " + w.startNs() / SECOND + " " + w.value(), Codecs.string())
                .to("counts");
        job = JobTasks.open(store, topology, new JobContext().onSkipped(skipped -> {}));
    }

    private void append(final int partition, final String word, final long eventTimeNs) {
        final UnsafeBuffer value = new UnsafeBuffer(word.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        long outcome;
        do {
            outcome = store.topic("words")
                    .partition(partition)
                    .appender()
                    .append(RecordKind.DATA, eventTimeNs, null, 0, 0, value, 0, value.capacity());
        } while (outcome < 0);
    }

    private void end() {
        for (int i = 0; i < store.topic("words").partitionCount(); i++) {
            end(i);
        }
    }

    private void end(final int partition) {
        store.topic("words")
                .partition(partition)
                .appender()
                .append(RecordKind.WATERMARK, Long.MAX_VALUE, null, 0, 0, null, 0, 0);
    }

    private void advance(final long ns) {
        clock.addAndGet(ns);
        settle();
    }

    // Three rounds without work: what one stage did has reached the last one.
    private void settle() {
        for (int quiet = 0; quiet < 3; quiet++) {
            while (job.doWork() > 0) {
                quiet = 0;
            }
        }
    }

    private List<String> results() {
        final List<String> results = new ArrayList<>();
        try (LogReader reader = store.topic("counts").partition(0).reader()) {
            while (reader.poll(
                            record -> results.add(Codecs.string()
                                    .decode(record.buffer(), record.valueOffset(), record.valueLength())),
                            100)
                    > 0) {
                // Read on to the end.
            }
        }
        return results;
    }

    private int ticks() {
        final List<Byte> kinds = new ArrayList<>();
        for (int i = 0; i < store.topic("words").partitionCount(); i++) {
            try (LogReader reader = store.topic("words").partition(i).reader()) {
                while (reader.poll(record -> kinds.add(record.kind()), 100) > 0) {
                    // Read on to the end.
                }
            }
        }
        kinds.removeIf(kind -> kind != RecordKind.TICK);
        return kinds.size();
    }
}
