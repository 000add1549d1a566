package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MergeTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path directory;

    private StoreFixture fixture;
    private final Topology topology = Topology.named("job");

    @BeforeEach
    void setUp() {
        fixture = new StoreFixture(directory);
    }

    @AfterEach
    void tearDown() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldBringTheRecordsOfTwoTopicsTogetherUnderTheirKeys(final int partitions) {
        fixture.givenTopic("left", partitions).givenTopic("right", 2);
        for (int i = 0; i < 100; i++) {
            fixture.append("left", i % partitions, i, "k" + i % 10, "l" + i);
            fixture.append("right", i % 2, i, "k" + i % 10, "r" + i);
        }
        fixture.end("left");
        fixture.end("right");
        words("left").merge("both", words("right")).to("out");

        fixture.run(topology);

        assertThat(fixture.keysAndValues("out"))
                .hasSize(200)
                .doesNotHaveDuplicates()
                .contains("k0=l0", "k9=l99", "k0=r0", "k9=r99");
    }

    @Test
    void shouldPassEachRecordOnOnceForEachStreamOfItsTaskInTheirOrder() {
        fixture.givenTopic("in", 1);
        fixture.append("in", 0, 1, "k", "a");
        fixture.append("in", 0, 2, "k", "b");
        fixture.end("in");
        final Stream<String> words = words("in");
        words.map(word -> word + "1", Codecs.string())
                .merge("both", words.map(word -> word + "2", Codecs.string()))
                .to("out");

        fixture.run(topology);

        assertThat(fixture.keysAndValues("out")).containsExactly("k=a1", "k=a2", "k=b1", "k=b2");
    }

    @Test
    void shouldCloseAWindowBehindAMergeOnceForAllStreamsOfItsTask() {
        fixture.givenTopic("in", 1);
        fixture.append("in", 0, 0, "", "a");
        fixture.append("in", 0, SECOND, "", "a");
        fixture.append("in", 0, 2 * SECOND, "", "a");
        fixture.end("in");
        final Stream<String> words = words("in");
        counted(words.filter(word -> true).merge("both", words));

        fixture.run(topology);

        assertThat(fixture.values("out")).containsExactly("a 0 2", "a 1 2", "a 2 2");
    }

    @Test
    void shouldWaitForTheWatermarkOfTheStreamThatIsBehind() {
        fixture.givenTopic("fast", 1).givenTopic("slow", 1);
        fixture.append("fast", 0, 0, "", "a");
        fixture.append("fast", 0, 10 * SECOND, "", "a");
        fixture.append("slow", 0, 1, "", "a");
        counted(topology.stream("fast", Codecs.string())
                .neverIdle()
                .merge("both", topology.stream("slow", Codecs.string()).neverIdle()));

        try (JobTasks tasks = JobTasks.open(fixture.store(), topology, new JobContext())) {
            workUntilIdle(tasks);
            assertThat(fixture.values("out")).as("slow may still send").isEmpty();

            fixture.append("slow", 0, 2, "", "a");
            fixture.watermark("slow", 0, 5 * SECOND);
            workUntilIdle(tasks);
            assertThat(fixture.values("out")).containsExactly("a 0 3");

            fixture.end("fast");
            workUntilIdle(tasks);
            assertThat(tasks.isComplete()).isFalse();

            fixture.end("slow");
            workUntilIdle(tasks);
            assertThat(tasks.isComplete()).isTrue();
            assertThat(fixture.values("out")).containsExactly("a 0 3", "a 10 1");
            assertThat(tasks.counters().lateRecords()).isZero();
        }
    }

    @Test
    void shouldMakeTheSameOfTwoTopicsAgainWhenItIsReplayed() {
        fixture.givenTopic("left", 2).givenTopic("right", 2);
        for (int i = 0; i < 500; i++) {
            fixture.append("left", i % 2, i * SECOND / 10, "", "w" + i % 7);
            fixture.append("right", i % 2, i * SECOND / 10, "", "w" + i % 7);
        }
        fixture.end("left");
        fixture.end("right");
        counted(words("left").merge("both", words("right")));
        fixture.run(topology);
        final var first = fixture.values("out");

        final JobCounters counters = fixture.run(topology);

        assertThat(fixture.values("out")).isEqualTo(first);
        assertThat(counters.recordsOut()).isZero();
        assertThat(first.stream()
                        .mapToInt(line -> Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1)))
                        .sum())
                .isEqualTo(1_000);
    }

    @Test
    void shouldSendEachValueToOneCaseOfABranchAndMergeThemAgain() {
        fixture.givenTopic("in", 1);
        for (final String word : new String[] {"apple", "bean", "cherry", "avocado"}) {
            fixture.append("in", 0, 1, "", word);
        }
        fixture.end("in");
        final Branching<String> branch = words("in").branch();
        final Stream<String> a = branch.when(word -> word.startsWith("a"));
        final Stream<String> b = branch.when(word -> word.length() < 6);
        a.to("a");
        b.to("b");
        branch.otherwise().to("rest");
        a.merge("both", b).to("out");

        fixture.run(topology);

        assertThat(fixture.values("a")).containsExactly("apple", "avocado");
        assertThat(fixture.values("b")).containsExactly("bean");
        assertThat(fixture.values("rest")).containsExactly("cherry");
        assertThat(fixture.values("out")).containsExactly("apple", "bean", "avocado");
    }

    private static void counted(final Stream<String> words) {
        words.keyBy("by-word", Codecs.string(), word -> word)
                .window("per-second", Windows.tumbling(Duration.ofSeconds(1)))
                .count()
                .map(count -> count.key() + " " + count.startNs() / SECOND + " " + count.value(), Codecs.string())
                .to("out");
    }

    private static void workUntilIdle(final JobTasks tasks) {
        while (tasks.doWork() > 0) {
            // There is more.
        }
    }

    private Stream<String> words(final String topic) {
        return topology.stream(topic, Codecs.string());
    }
}
