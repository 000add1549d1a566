package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path directory;

    private StoreFixture fixture;

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
    void shouldFindAPureJobTheSameThroughExchangesAndWindows(final int partitions) {
        givenInput(partitions);
        fixture.run(counting());

        final JobCounters counters = fixture.run(counting(), audit());

        assertThat(counters.recordsOut()).isZero();
        assertThat(counters.replayedOutputs()).isGreaterThanOrEqualTo(50);
        assertThat(counters.auditedOutputs()).isEqualTo(counters.replayedOutputs());
    }

    @Test
    void shouldStopAJobThatReadsTheSystemClock() {
        assertStopped(word -> word + System.nanoTime());
    }

    @Test
    void shouldStopAJobThatDrawsNumbersWithoutASeed() {
        final Random random = new Random();
        assertStopped(word -> word + random.nextLong());
    }

    @Test
    void shouldStopAJobThatWalksOverAnUnorderedCollection() {
        // Where an object without a hash of its own lies in a set is another matter in each run.
        assertStopped(word -> {
            final Set<Object> parts = new HashSet<>();
            for (int i = 0; i < 20; i++) {
                final int part = i;
                parts.add(new Object() {
                    @Override
                    public String toString() {
                        return word + part;
                    }
                });
            }
            return parts.toString();
        });
    }

    @Test
    void shouldGoOnWhereTheFirstRunWasStopped() {
        givenInput(1);
        try (JobTasks tasks = JobTasks.open(fixture.store(), counting(), new JobContext())) {
            tasks.tasks().get(0).doWork(40);
        }

        fixture.run(counting(), audit());
        assertThat(fixture.run(counting(), audit()).recordsOut()).isZero();
    }

    @Test
    void shouldSayNothingOfOutputsThatAreNotInTheLogYet() {
        givenInput(1);
        assertThat(fixture.run(mapping(word -> word + System.nanoTime()), audit())
                        .recordsOut())
                .isEqualTo(100);
    }

    private void assertStopped(final UnaryOperator<String> function) {
        givenInput(1);
        fixture.run(mapping(function));

        assertThatThrownBy(() -> fixture.run(mapping(function), audit()))
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.NOT_DETERMINISTIC))
                .hasMessageContaining("operator=out (in > map-1 > out)")
                .hasMessageContaining("topic=in partition=0 position=")
                .hasMessageContaining("output topic=out outputPosition=")
                .hasMessageMatching("(?s).*in the log: \\{.*value=.*w0.*\\}; made again: \\{.*value=.*w0.*\\}.*");
        assertThat(fixture.values("out")).hasSize(100);
    }

    private void givenInput(final int partitions) {
        fixture.givenTopic("in", partitions);
        for (int i = 0; i < 100; i++) {
            fixture.append("in", i % partitions, i * SECOND / 10, "k" + i % 3, "w" + i % 5);
        }
        fixture.end("in");
    }

    private static JobContext audit() {
        return new JobContext().audit(true);
    }

    private static Topology mapping(final UnaryOperator<String> function) {
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string()).map(function, Codecs.string()).to("out");
        return topology;
    }

    private static Topology counting() {
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .keyBy("words", Codecs.string(), word -> word)
                .window("counts", Windows.tumbling(Duration.ofSeconds(1)))
                .count()
                .map(window -> window.key() + " " + window.startNs() + " " + window.value(), Codecs.string())
                .to("out");
        return topology;
    }
}
