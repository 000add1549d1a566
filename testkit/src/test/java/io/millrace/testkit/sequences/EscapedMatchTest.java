package io.millrace.testkit.sequences;

import static io.millrace.testkit.sequences.Letters.has;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.pattern.Match;
import io.millrace.streams.Codecs;
import io.millrace.streams.Sequence;
import io.millrace.streams.Topology;
import io.millrace.testkit.MillraceTest;
import io.millrace.testkit.TestDrivers;
import io.millrace.testkit.TopologyTestDriver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** In test mode, a match is caught when it is used after the call that it was lent for; its values may be kept. */
@MillraceTest
class EscapedMatchTest {
    private static final Sequence<String> SEQUENCE =
            Sequence.<String>begin("a", has("A")).followedBy("b", has("B")).within(Duration.ofSeconds(5));

    private final List<Match<String>> kept = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

    @Test
    void shouldCatchAMatch(final TestDrivers drivers) {
        run(drivers, "A", "B");

        assertCaught();
        assertThat(values).containsExactly("A", "B");
    }

    @Test
    void shouldCatchAMatchThatTimedOut(final TestDrivers drivers) {
        run(drivers, "A", "C");

        assertCaught();
        assertThat(values).containsExactly("A");
    }

    private void run(final TestDrivers drivers, final String... input) {
        final Topology topology = Topology.named("job");
        final var found = topology.stream("in", Codecs.string())
                .keyBy("by-all", Codecs.string(), value -> "all")
                .sequence("found", SEQUENCE);
        found.peek(this::keep).mapValues(Match::toString, Codecs.string()).to("out");
        found.timedOut()
                .peek(this::keep)
                .mapValues(Match::toString, Codecs.string())
                .to("timed-out");
        final TopologyTestDriver driver = drivers.of(topology).start();
        for (final String value : input) {
            driver.input("in", Codecs.string()).pipe(value);
            driver.advanceTime(Duration.ofMillis(1));
        }
        driver.end();
    }

    private void keep(final Match<String> match) {
        kept.add(match);
        values.addAll(match.values("a"));
        values.addAll(match.values("b"));
    }

    private void assertCaught() {
        assertThat(kept).hasSize(1);
        final Match<String> match = kept.get(0);
        assertCaught(() -> match.count("a"));
        assertCaught(() -> match.first("a"));
        assertCaught(() -> match.last("a"));
        assertCaught(() -> match.values("a"));
        assertCaught(match::firstTimeNs);
        assertCaught(match::lastTimeNs);
        assertCaught(match::toString);
    }

    private static void assertCaught(final ThrowingCallable use) {
        assertThatThrownBy(use)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a borrowed Match of operator=found");
    }
}
