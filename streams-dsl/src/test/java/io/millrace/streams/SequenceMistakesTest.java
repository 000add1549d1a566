package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.pattern.Match;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What is wrong with a sequence is said when the topology is built, in one line. */
class SequenceMistakesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Topology topology = Topology.named("job");

    @Test
    void shouldRefuseASequenceWithoutAnEnd() {
        assertMistake(
                a -> a.followedBy("b", String::isBlank),
                "sequence found: it has no end in time, so partial matches would be kept for ever; say within(duration)");
        assertMistake(a -> a.notFollowedBy("b", String::isBlank), "it has no end in time");
    }

    @Test
    void shouldRefuseAnEndThatIsNone() {
        assertMistake(a -> a.within(Duration.ZERO), "within(…) needs 1 ns to 36 years, is PT0S");
        assertMistake(a -> a.within(Duration.ofDays(20_000)), "within(…) needs 1 ns to 36 years, is PT480000H");
    }

    @Test
    void shouldRefuseAnAbsenceThatDoesNotFit() {
        assertMistake(
                a -> a.absentFor("b", String::isBlank, Duration.ofSeconds(2)).within(SECOND),
                "nothing may come for 2 s, which does not fit within 1 s");
        assertMistake(
                a -> a.absentFor("b", String::isBlank, Duration.ofNanos(-1)).within(SECOND),
                "absentFor(b, …) needs 1 ns to 36 years, is PT-0.000000001S");
    }

    @Test
    void shouldRefuseNumbersOfValuesThatNoStepCanTake() {
        assertMistake(a -> a.times(0).within(SECOND), "times(…) needs 1 to 1000, is 0 to 0");
        assertMistake(a -> a.times(3, 2).within(SECOND), "times(…) needs 1 to 1000, is 3 to 2");
        assertMistake(a -> a.atLeast(1001).within(SECOND), "times(…) needs 1 to 1000, is 1001 to 1001");
        assertMistake(
                a -> a.notNext("b", String::isBlank).times(2).within(SECOND),
                "times(…) belongs behind begin, next or followedBy, not behind b");
        assertMistake(
                a -> a.absentFor("b", String::isBlank, SECOND).consecutive().within(SECOND),
                "consecutive() belongs behind begin, next or followedBy, not behind b");
    }

    @Test
    void shouldRefuseALimitThatIsNone() {
        assertMistake(a -> a.within(SECOND).maxPartialMatches(0), "maxPartialMatches(…) needs 1 to 100000, is 0");
    }

    @Test
    void shouldRefuseTwoStepsOfOneName() {
        assertMistake(
                a -> a.next("a", String::isBlank).within(SECOND),
                "two of its steps are called a; a match gives values by the names of steps");
    }

    @Test
    void shouldRefuseMoreStepsThanItCanFollow() {
        assertMistake(
                a -> {
                    Sequence<String> all = a;
                    for (int i = 0; i < 30; i++) {
                        all = all.next("b" + i, String::isBlank);
                    }
                    return all.within(SECOND);
                },
                "it has 31 steps, 30 are allowed");
    }

    @Test
    void shouldAskForTheCodecOfTheValues() {
        topology.stream("in", Codecs.string())
                .keyBy("by-all", Codecs.string(), value -> "all")
                .mapValues(value -> List.of(value), null)
                .sequence(
                        "found",
                        Sequence.<List<String>>begin("a", List::isEmpty).within(SECOND))
                .mapValues(Match::toString, Codecs.string())
                .to("out");

        assertThatThrownBy(topology::build)
                .hasMessageContaining(
                        "sequence found: it keeps values and does not know how to write what mapValues-1 makes;"
                                + " give that step a codec");
    }

    @Test
    void shouldReportASequenceThatNobodyReads() {
        keyed(topology)
                .sequence("found", Sequence.<String>begin("a", String::isBlank).within(SECOND));
        keyed(topology, "other").to("out");

        assertThatThrownBy(topology::build)
                .hasMessageContaining("sequence found: nobody reads what it finds, so it would keep state for nothing");
    }

    @Test
    void shouldDescribeASequence() {
        keyed(topology)
                .sequence(
                        "found",
                        Sequence.<String>begin("a", String::isBlank)
                                .atLeast(2)
                                .consecutive()
                                .notNext("b", String::isBlank)
                                .next("c", String::isBlank)
                                .times(3)
                                .notFollowedBy("d", String::isBlank)
                                .followedBy("e", String::isBlank)
                                .absentFor("f", String::isBlank, SECOND)
                                .within(Duration.ofSeconds(10))
                                .overlapping()
                                .maxPartialMatches(7))
                .mapValues(Match::toString, Codecs.string())
                .to("out");

        assertThat(topology.describe())
                .contains(
                        "found (sequence of a 2 to 1000 times in a row, not next b, next c 3 times, not followed by d,"
                                + " followed by e, no f for 1 s, within 10 s, overlapping, at most 7 partial matches of a key");
    }

    private static KeyedStream<String, String> keyed(final Topology topology) {
        return keyed(topology, "in");
    }

    private static KeyedStream<String, String> keyed(final Topology topology, final String topic) {
        return topology.stream(topic, Codecs.string()).keyed(Codecs.string());
    }

    private static void assertMistake(final UnaryOperator<Sequence<String>> sequence, final String message) {
        final Topology topology = Topology.named("job");
        keyed(topology)
                .sequence("found", sequence.apply(Sequence.begin("a", String::isBlank)))
                .mapValues(Match::toString, Codecs.string())
                .to("out");
        assertThatThrownBy(topology::build)
                .hasMessageContaining("topology job cannot run: sequence found: ")
                .hasMessageContaining(message);
    }
}
