package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogContext;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How soon a job that reads history goes on without partitions that have long been silent, and what it writes for that. */
class CatchUpTicksTest {
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1_000 * MS;
    private static final long START = 1_000_000 * SECOND;
    private static final int PARTITIONS = 3;
    private static final int RECORDS = 4_000;

    @TempDir
    Path directory;

    private final AtomicLong clock = new AtomicLong(START);
    private LogStore store;
    private JobTasks job;

    @BeforeEach
    void openStore() {
        store = LogStore.launch(
                new LogContext().directory(directory).segmentLength(1 << 16).clock(clock::get));
        store.createTopic(TopicSpec.named("words").partitions(PARTITIONS));
    }

    @AfterEach
    void closeAll() {
        job.close();
        store.close();
    }

    // Event time is ten times as fast as log time, so that no tick would bring the silent ones to where the other is.
    @Test
    void shouldCloseWindowsOfHistoryWhileItIsReadAndTickSilentPartitionsOnce() {
        open("live");
        append(1, START);
        append(2, START);
        for (int i = 0; i < RECORDS; i++) {
            clock.addAndGet(100 * MS);
            append(0, START + i * SECOND);
            settle();
        }
        final int made = results("live");
        assertThat(made).isGreaterThan(RECORDS - 10);
        final int[] ticks = ticks();
        assertThat(ticks[1] + ticks[2]).as("ticks while it happened").isEqualTo(2);
        job.close();
        clock.addAndGet(100 * SECOND);

        open("later");
        int whileReading = 0;
        while (job.tasks().get(0).position() < store.topic("words").partition(0).tailPosition()) {
            whileReading = results("later");
            job.doWork();
        }
        settle();

        assertThat(whileReading).as("results before all was read").isGreaterThan(RECORDS / 3);
        // The one that spoke to the end is silent now, too, so its last windows close as well.
        assertThat(results("later")).isGreaterThanOrEqualTo(made);
        for (int i = 0; i < PARTITIONS; i++) {
            assertThat(ticks()[i] - ticks[i]).as("ticks, partition %d", i).isLessThanOrEqualTo(2);
        }
        assertThat(job.counters().lateRecords()).isZero();
    }

    @Test
    void shouldTickNoSilentPartitionAgainWhileOthersGoOn() {
        open("live");
        append(1, START);
        append(2, START);
        for (int i = 0; i < RECORDS; i++) {
            clock.addAndGet(SECOND);
            append(0, START + i * SECOND);
            settle();
        }

        assertThat(ticks()).containsExactly(0, 1, 1);
    }

    private void open(final String name) {
        final Topology topology = Topology.named(name);
        topology.stream("words", Codecs.string())
                .keyBy("by-word", Codecs.string(), word -> word)
                .window("each-second", Windows.tumbling(Duration.ofSeconds(1)))
                .count()
                .map(w -> w.key() + " " + w.value(), Codecs.string())
                .to("counts-" + name);
        job = JobTasks.open(store, topology, new JobContext().checkpointInterval(Duration.ZERO));
    }

    private void append(final int partition, final long eventTimeNs) {
        final UnsafeBuffer value = new UnsafeBuffer("word".getBytes(StandardCharsets.US_ASCII));
        assertThat(store.topic("words")
                        .partition(partition)
                        .appender()
                        .append(RecordKind.DATA, eventTimeNs, null, 0, 0, value, 0, value.capacity()))
                .isPositive();
    }

    // Three rounds without work: what one stage did has reached the last one.
    private void settle() {
        for (int quiet = 0; quiet < 3; quiet++) {
            while (job.doWork() > 0) {
                quiet = 0;
            }
        }
    }

    private int[] ticks() {
        final int[] ticks = new int[PARTITIONS];
        for (int i = 0; i < PARTITIONS; i++) {
            ticks[i] = count("words", i, RecordKind.TICK);
        }
        return ticks;
    }

    private int results(final String name) {
        int results = 0;
        for (int i = 0; i < store.topic("counts-" + name).partitionCount(); i++) {
            results += count("counts-" + name, i, RecordKind.DATA);
        }
        return results;
    }

    private int count(final String topic, final int partition, final byte kind) {
        final int[] count = new int[1];
        try (LogReader reader = store.topic(topic).partition(partition).reader()) {
            while (reader.poll(record -> count[0] += record.kind() == kind ? 1 : 0, 100) > 0) {
                // Read on to the end.
            }
        }
        return count[0];
    }
}
