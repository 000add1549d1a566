package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.MillraceException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds docs/patterns.md and its code together. */
class PatternsPageTest {
    private static final Path PAGE = Path.of("../docs/patterns.md");
    private static final long SECOND_NS = 1_000_000_000L;

    @TempDir
    Path directory;

    private record Payment(String card, long cents) {}

    private static void cardTesting(final Topology topology) {
        KeyedStream<String, Payment> payments = topology.stream("payments", Codecs.records(Payment.class))
                .outOfOrderness(Duration.ofSeconds(5))
                .keyBy("by-card", Codecs.string(), payment -> payment.card());

        SequenceStream<String, Payment> testing = payments.sequence(
                "card-testing",
                Sequence.<Payment>begin("small", payment -> payment.cents() > 0 && payment.cents() < 500)
                        .times(3)
                        .notFollowedBy("refund", payment -> payment.cents() < 0)
                        .followedBy("large", payment -> payment.cents() > 50_000)
                        .within(Duration.ofMinutes(10)));

        testing.mapWithKey(
                        (card, match) -> card + ": " + match.count("small") + " small ones, then "
                                + match.first("large").cents(),
                        Codecs.string())
                .to("alerts");
        testing.timedOut()
                .filter(match -> match.count("small") == 3)
                .mapWithKey((card, match) -> card + " was tried", Codecs.string())
                .to("tried");
        testing.late().to("payments.late");
    }

    private static void silence(final Topology topology) {
        KeyedStream<String, String> status = topology.stream("status", Codecs.string())
                .keyBy("by-machine", Codecs.string(), line -> line.split(" ")[0]);

        status.sequence(
                        "never-back",
                        Sequence.<String>begin("down", line -> line.endsWith("down"))
                                .absentFor("back", line -> line.endsWith("up"), Duration.ofMinutes(2))
                                .within(Duration.ofMinutes(2)))
                .mapWithKey((machine, match) -> machine + " is still down", Codecs.string())
                .to("still-down");
    }

    @Test
    void shouldFindWhoTriesCards() {
        final Topology topology = Topology.named("job");
        cardTesting(topology);
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("payments", 1);
            final long[] cents = {100, 200, 700, 300, 60_000};
            final TopicAppender<Payment> payments =
                    TopicAppender.open(fixture.store(), "payments", Codecs.records(Payment.class));
            for (int i = 0; i < cents.length; i++) {
                payments.append(i * SECOND_NS, new Payment("ann", cents[i]));
                payments.append(i * SECOND_NS, new Payment("bob", i < 3 ? 100 : -100));
                payments.append(i * SECOND_NS, new Payment("eve", 100));
            }
            payments.end();

            fixture.run(topology);

            assertThat(fixture.values("alerts")).containsExactly("ann: 3 small ones, then 60000");
            assertThat(fixture.values("tried")).containsExactly("eve was tried", "eve was tried", "eve was tried");
        }
    }

    @Test
    void shouldTellOfMachinesThatAreStillDown() {
        final Topology topology = Topology.named("job");
        silence(topology);
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("status", 1);
            fixture.append("status", 0, SECOND_NS, "", "pump down");
            fixture.append("status", 0, 2 * SECOND_NS, "", "fan down");
            fixture.append("status", 0, 60 * SECOND_NS, "", "fan up");
            fixture.end("status");

            fixture.run(topology);

            assertThat(fixture.values("still-down")).containsExactly("pump is still down");
        }
    }

    @Test
    void shouldRefuseStateOfAnotherSequence() {
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("status", 1);
            final Topology topology = Topology.named("job");
            silence(topology);
            try (JobTasks tasks = JobTasks.open(fixture.store(), topology, never())) {
                fixture.append("status", 0, SECOND_NS, "", "pump down");
                while (tasks.doWork() > 0) {
                    Thread.onSpinWait();
                }
            }
            final Topology changed = Topology.named("job");
            changed.stream("status", Codecs.string())
                    .keyBy("by-machine", Codecs.string(), line -> line.split(" ")[0])
                    .sequence(
                            "never-back",
                            Sequence.<String>begin("down", line -> line.endsWith("down"))
                                    .absentFor("back", line -> line.endsWith("up"), Duration.ofMinutes(1))
                                    .within(Duration.ofMinutes(2)))
                    .mapValues(match -> match.toString(), Codecs.string())
                    .to("still-down");

            assertThatThrownBy(() -> JobTasks.open(fixture.store(), changed, never()))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("keeps state in operator never-back in another way");
        }
    }

    private static JobContext never() {
        return new JobContext().checkpointInterval(Duration.ofDays(1));
    }

    @Test
    void shouldHoldTheCodeOfThePage() throws Exception {
        final List<String> blocks = PageCode.blocks(PAGE);

        assertThat(blocks).hasSize(2);
        assertThat(PageCode.source(PatternsPageTest.class)).contains(blocks);
    }
}
