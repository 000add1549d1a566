package io.millrace.testkit.sequences;

import static io.millrace.testkit.sequences.Letters.has;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.pattern.Match;
import io.millrace.streams.Codecs;
import io.millrace.streams.Sequence;
import io.millrace.streams.SequenceStream;
import io.millrace.streams.Topology;
import io.millrace.testkit.ContractReport;
import io.millrace.testkit.OperatorContract;
import io.millrace.testkit.TestInput;
import io.millrace.testkit.TopologyTestDriver;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The contract of sequences. */
class SequenceContractTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void shouldHoldForStepsThatFollowEachOther() {
        verify(Sequence.<String>begin("a", has("A"))
                .atLeast(1)
                .notNext("c", has("C"))
                .followedBy("b", has("B"))
                .times(2)
                .within(SECOND)
                .maxPartialMatches(2));
    }

    @Test
    void shouldHoldForAnAbsenceAndWhatMustNotCome() {
        verify(Sequence.<String>begin("a", has("A"))
                .absentFor("c", has("C"), Duration.ofMillis(200))
                .notFollowedBy("d", has("D"))
                .within(SECOND)
                .overlapping());
    }

    private static void verify(final Sequence<String> sequence) {
        final ContractReport report = OperatorContract.of(() -> {
                    final Topology topology = Topology.named("contract");
                    final SequenceStream<String, String> found = topology.stream("in", Codecs.string())
                            .outOfOrderness(Duration.ofMillis(200))
                            .keyBy("by-key", Codecs.string(), value -> value.substring(0, 2))
                            .sequence("found", sequence);
                    found.mapValues(Match::toString, Codecs.string()).to("out");
                    found.timedOut().mapValues(Match::toString, Codecs.string()).to("timed-out");
                    found.givenUp().mapValues(Match::toString, Codecs.string()).to("given-up");
                    found.late().to("late");
                    return topology;
                })
                .script(SequenceContractTest::sixtyValues)
                .partitions(1, 2)
                .maxCrashes(3)
                .verify();

        assertThat(report.restores()).isGreaterThan(20);
        assertThat(report.refusals()).isPositive();
        assertThat(report.crashes()).isPositive();
        assertThat(report.checkpointedCrashes()).isPositive();
    }

    private static void sixtyValues(final TopologyTestDriver driver) {
        final TestInput<String> input = driver.input("in", Codecs.string());
        for (int i = 0; i < 60; i++) {
            final String letter = String.valueOf("AABCDB".charAt((i * 7 + i / 6) % 6));
            input.pipe(driver.now().minusMillis(i % 3 * 90L), "k" + i % 4 + " " + letter + i);
            driver.advanceTime(Duration.ofMillis(i % 20 == 10 ? 20_000 : 35));
        }
        driver.end();
    }
}
