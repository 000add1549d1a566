package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogContext;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a side file does to event time when the input beside it falls silent, by a clock that the test moves. */
class SideFileSilenceTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path directory;

    private final AtomicLong clock = new AtomicLong(1_000_000 * SECOND);
    private LogStore store;

    @BeforeEach
    void openStore() {
        store = LogStore.launch(new LogContext()
                .directory(directory.resolve("store"))
                .segmentLength(StoreFixture.SEGMENT_LENGTH)
                .clock(clock::get));
        store.createTopic(TopicSpec.named("visits"));
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void shouldTakeNothingForLateThatComesAfterASilence() throws IOException {
        try (JobTasks tasks = JobTasks.open(store, visitsPerSecond(), new JobContext())) {
            visit("a");
            work(tasks);
            clock.addAndGet(7 * SECOND);
            work(tasks);
            assertThat(results()).hasSize(1);

            visit("a");
            work(tasks);
            clock.addAndGet(7 * SECOND);
            work(tasks);

            assertThat(tasks.counters().lateRecords()).isZero();
            assertThat(results()).hasSize(2);
        }
    }

    private Topology visitsPerSecond() throws IOException {
        final Path cities = directory.resolve("cities.csv");
        Files.write(cities, List.of("a,Athens"));
        final SideFile<String, String> file = SideFile.lines(cities, Codecs.string(), Codecs.string(), line -> {
            final String[] fields = line.split(",");
            return Map.entry(fields[0], fields[1]);
        });
        final Topology topology = Topology.named("job");
        final SourceTable<String, String> table = topology.tableFromFile("cities", "cities.rows", file);
        topology.stream("visits", Codecs.string())
                .keyBy("by-city", Codecs.string(), visit -> visit)
                .join("visited", table)
                .mapValues(pair -> pair.right(), Codecs.string())
                .window("per-second", Windows.tumbling(Duration.ofSeconds(1)))
                .count()
                .map(window -> window.startNs() / SECOND + " " + window.value(), Codecs.string())
                .to("out");
        return topology;
    }

    private void visit(final String city) {
        final UnsafeBuffer value = new UnsafeBuffer(city.getBytes(StandardCharsets.UTF_8));
        long outcome;
        do {
            outcome = store.topic("visits")
                    .partition(0)
                    .appender()
                    .append(RecordKind.DATA, clock.get(), null, 0, 0, value, 0, value.capacity());
        } while (outcome == Outcome.BACK_PRESSURED);
        assertThat(outcome).isPositive();
    }

    private static void work(final JobTasks tasks) {
        int rounds = 0;
        while (tasks.doWork() > 0) {
            assertThat(++rounds).as("rounds in which there was something to do").isLessThan(10_000);
        }
    }

    private List<String> results() {
        final List<String> results = new ArrayList<>();
        try (var reader = store.topic("out").partition(0).reader()) {
            while (reader.poll(
                            record -> {
                                if (record.kind() == RecordKind.DATA) {
                                    results.add(StoreFixture.value(record));
                                }
                            },
                            100)
                    > 0) {
                // On to the end.
            }
        }
        return results;
    }
}
