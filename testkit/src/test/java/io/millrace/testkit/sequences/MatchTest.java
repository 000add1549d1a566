package io.millrace.testkit.sequences;

import static io.millrace.testkit.sequences.Letters.has;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.pattern.Match;
import io.millrace.streams.Codecs;
import io.millrace.streams.Sequence;
import io.millrace.streams.SequenceStream;
import io.millrace.streams.Topology;
import io.millrace.testkit.MillraceTest;
import io.millrace.testkit.TestDrivers;
import io.millrace.testkit.TopologyTestDriver;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What a match tells of its values, and what happens to values whose functions fail. */
@MillraceTest
class MatchTest {
    private static final Sequence<String> SEQUENCE = Sequence.<String>begin("a", has("A"))
            .times(2)
            .notFollowedBy("c", has("C"))
            .followedBy("b", has("B"))
            .within(Duration.ofSeconds(5));

    private final Topology topology = Topology.named("job");

    private SequenceStream<String, String> found(final Sequence<String> sequence) {
        return topology.stream("in", Codecs.string())
                .keyBy("by-all", Codecs.string(), value -> "all")
                .sequence("found", sequence);
    }

    private static void pipe(final TopologyTestDriver driver, final long ns, final String value) {
        driver.input("in", Codecs.string()).pipe(Instant.EPOCH.plusNanos(ns), value);
    }

    @Test
    void shouldGiveTheValuesOfEachStepInOrder(final TestDrivers drivers) {
        found(SEQUENCE)
                .mapValues(
                        match -> match.count("a") + " " + match.values("a") + " " + match.first("a") + " "
                                + match.last("a") + " " + match.values("b") + " " + match.firstTimeNs() + " "
                                + match.lastTimeNs() + " " + match,
                        Codecs.string())
                .to("out");
        final TopologyTestDriver driver = drivers.of(topology).start();

        pipe(driver, 10, "A1");
        pipe(driver, 20, "A2");
        pipe(driver, 30, "B3");
        driver.end();

        assertThat(driver.output("out", Codecs.string()).readValues())
                .containsExactly("2 [A1, A2] A1 A2 [B3] 10 30 a=[A1, A2] b=[B3]");
    }

    @Test
    void shouldGiveNothingForAStepThatAPartialMatchHasNotReached(final TestDrivers drivers) {
        final SequenceStream<String, String> found = found(SEQUENCE);
        found.mapValues(Match::toString, Codecs.string()).to("out");
        found.timedOut()
                .mapValues(
                        match -> match.count("b") + " " + match.values("b") + " " + match.first("b") + " "
                                + match.last("b") + " " + match,
                        Codecs.string())
                .to("timed-out");
        final TopologyTestDriver driver = drivers.of(topology).start();

        pipe(driver, 10, "A1");
        driver.end();

        assertThat(driver.output("timed-out", Codecs.string()).readValues())
                .containsExactly("0 [] null null a=[A1] b=[]");
    }

    @Test
    void shouldNameAStepThatHasNoValues(final TestDrivers drivers) {
        found(SEQUENCE)
                .peek(match -> assertThatThrownBy(() -> match.first("c"))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("no step of the sequence that takes values has the name c"))
                .mapValues(Match::toString, Codecs.string())
                .to("out");
        final TopologyTestDriver driver = drivers.of(topology).start();

        pipe(driver, 10, "A1");
        pipe(driver, 20, "A2");
        pipe(driver, 30, "B3");
        driver.end();

        assertThat(driver.output("out", Codecs.string()).readValues()).hasSize(1);
    }

    @Test
    void shouldLeaveOutAValueThatAPredicateFailsFor(final TestDrivers drivers) {
        found(Sequence.<String>begin("a", value -> Integer.parseInt(value) > 0)
                        .next("b", value -> Integer.parseInt(value) < 0)
                        .within(Duration.ofSeconds(5)))
                .onError(ErrorPolicy.deadLetter("dead"))
                .mapValues(Match::toString, Codecs.string())
                .to("out");
        final TopologyTestDriver driver = drivers.of(topology).start();

        pipe(driver, 10, "1");
        pipe(driver, 20, "no number");
        pipe(driver, 30, "-1");
        driver.end();

        assertThat(driver.output("out", Codecs.string()).readValues()).containsExactly("a=[1] b=[-1]");
        assertThat(driver.skipped()).hasSize(1);
        assertThat(driver.skipped().get(0).operator()).isEqualTo("found");
    }
}
