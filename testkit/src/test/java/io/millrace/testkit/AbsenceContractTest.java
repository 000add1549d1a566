package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Topology;
import io.millrace.streams.Within;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** The contract of what finds that something is absent. */
class AbsenceContractTest {
    private static final Within WITHIN = Within.between(Duration.ofMillis(-100), Duration.ofMillis(600));

    @Test
    void shouldHoldForAbsenceWithinAnInterval() {
        verify((left, right) -> {
            final var missing = left.absentWithin("missing", right, WITHIN.grace(Duration.ofMillis(50)));
            missing.to("out");
            missing.lateLeft().to("late.left");
            missing.lateRight().to("late.right");
        });
    }

    @Test
    void shouldHoldForAbsenceOfWhatMatches() {
        verify((left, right) -> left.absentWithin(
                        "missing", right, WITHIN, (one, other) -> one.length() == other.length())
                .to("out"));
    }

    @Test
    void shouldHoldForKeysThatFallSilent() {
        verify((left, right) -> {
            final var silent = left.absentFor("silent", Duration.ofMillis(450));
            silent.to("out");
            silent.late().to("late");
            right.to("right.copy");
        });
    }

    private static void verify(final BiConsumer<KeyedStream<String, String>, KeyedStream<String, String>> part) {
        final ContractReport report = OperatorContract.of(() -> {
                    final Topology topology = Topology.named("contract");
                    part.accept(keyed(topology, "left"), keyed(topology, "right"));
                    return topology;
                })
                .script(AbsenceContractTest::twentyValuesOfEachSide)
                .partitions(1, 2)
                .maxCrashes(3)
                .verify();

        assertThat(report.restores()).isGreaterThan(20);
        assertThat(report.refusals()).isPositive();
        assertThat(report.crashes()).isPositive();
        assertThat(report.checkpointedCrashes()).isPositive();
    }

    private static KeyedStream<String, String> keyed(final Topology topology, final String topic) {
        return topology.stream(topic, Codecs.string())
                .outOfOrderness(Duration.ofMillis(200))
                .keyBy("by-key-" + topic, Codecs.string(), value -> value.substring(0, 2));
    }

    private static void twentyValuesOfEachSide(final TopologyTestDriver driver) {
        final TestInput<String> left = driver.input("left", Codecs.string());
        final TestInput<String> right = driver.input("right", Codecs.string());
        for (int i = 0; i < 20; i++) {
            left.pipe(driver.now().minusMillis(i % 3 * 100L), "k" + i % 4 + " l" + i);
            if (i % 3 != 1) {
                right.pipe(driver.now().minusMillis(i % 2 * 150L), "k" + i % 3 + " r" + i);
            }
            driver.advanceTime(Duration.ofMillis(i == 10 ? 20_000 : 170));
        }
        driver.end();
    }
}
