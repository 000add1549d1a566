package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogContext;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.record.RecordKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job makes of input that was there before it began, in which one that ran before it has told of silence. */
class CatchUpTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 1_000_000 * SECOND;

    @TempDir
    Path directory;

    private final AtomicLong clock = new AtomicLong(START);
    private LogStore store;
    private TopicAppender<String> left;
    private TopicAppender<String> right;
    private JobTasks job;

    @BeforeEach
    void openStore() {
        store = LogStore.launch(
                new LogContext().directory(directory).segmentLength(1 << 16).clock(clock::get));
        left = TopicAppender.open(store, "left", Codecs.string());
        right = TopicAppender.open(store, "right", Codecs.string());
    }

    @AfterEach
    void closeAll() {
        job.close();
        store.close();
    }

    // The left side, read to its end while the right side was last heard of as silent, must not make late what the
    // right side said in time.
    @Test
    void shouldNotMakeLateWhatWasInTimeWhenItCame() {
        open("live");
        appendAsItHappens(left, 1, "a l1");
        appendAsItHappens(right, 2, "a r2");
        clock.set(START + 8 * SECOND - 1);
        settle();
        // One before the first record, and one that tells of silence.
        assertThat(ticks("right")).isEqualTo(2);
        appendAsItHappens(right, 8, "b r8");
        appendAsItHappens(left, 9, "b l9");
        appendAsItHappens(right, 10, "c r10");
        appendAsItHappens(left, 11, "d l11");
        left.end();
        right.end();
        settle();
        assertThat(results("live")).containsExactly("l1|null", "l9|r8", "l11|null");
        job.close();

        open("later");
        // The first record and both ticks.
        assertThat(job.tasks().get(1).doWork(3)).isEqualTo(3);
        job.tasks().get(0).doWork();
        settle();

        assertThat(results("later")).containsExactly("l1|null", "l9|r8", "l11|null");
        assertThat(job.counters().lateRecords()).isZero();
    }

    private void appendAsItHappens(final TopicAppender<String> side, final long second, final String value) {
        clock.set(START + second * SECOND);
        side.append(second * SECOND, value);
        settle();
    }

    private void open(final String name) {
        final Topology topology = Topology.named(name);
        side(topology, "left")
                .leftJoinAsOf(
                        "asof",
                        side(topology, "right"),
                        AsOf.tolerance(Duration.ofSeconds(5)).waiting())
                .mapValues(found -> name(found.left()) + "|" + name(found.right()), Codecs.string())
                .to("results-" + name);
        job = JobTasks.open(store, topology, new JobContext());
    }

    private static KeyedStream<String, String> side(final Topology topology, final String side) {
        return topology.stream(side, Codecs.string())
                .keyBy("by-" + side, Codecs.string(), value -> value.split(" ")[0]);
    }

    private static String name(final String value) {
        return value == null ? "null" : value.split(" ")[1];
    }

    // Three rounds without work: what one stage did has reached the last one.
    private void settle() {
        for (int quiet = 0; quiet < 3; quiet++) {
            while (job.doWork() > 0) {
                quiet = 0;
            }
        }
    }

    private List<String> results(final String name) {
        final List<String> results = new ArrayList<>();
        read("results-" + name, RecordKind.DATA, results);
        return results;
    }

    private int ticks(final String topic) {
        final List<String> ticks = new ArrayList<>();
        read(topic, RecordKind.TICK, ticks);
        return ticks.size();
    }

    private void read(final String topic, final byte kind, final List<String> values) {
        try (LogReader reader = store.topic(topic).partition(0).reader()) {
            while (reader.poll(
                            record -> {
                                if (record.kind() == kind) {
                                    values.add(StoreFixture.value(record));
                                }
                            },
                            100)
                    > 0) {
                // Read on to the end.
            }
        }
    }
}
