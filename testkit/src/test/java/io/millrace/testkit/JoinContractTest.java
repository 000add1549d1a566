package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.join.Joined;
import io.millrace.streams.AsOf;
import io.millrace.streams.Codecs;
import io.millrace.streams.JoinedStream;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Topology;
import io.millrace.streams.Within;
import java.time.Duration;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** The contract of joins. */
class JoinContractTest {
    private static final Within WITHIN = Within.between(Duration.ofMillis(-300), Duration.ofMillis(600));

    @Test
    void shouldHoldForAnInnerJoinOfStreams() {
        verify((left, right) -> left.join("pairs", right, WITHIN));
    }

    @Test
    void shouldHoldForALeftJoinOfStreams() {
        verify((left, right) -> left.leftJoin("pairs", right, WITHIN.grace(Duration.ofMillis(50))));
    }

    @Test
    void shouldHoldForAnOuterJoinOfStreams() {
        verify((left, right) -> left.outerJoin("pairs", right, WITHIN));
    }

    @Test
    void shouldHoldForAnAsOfJoin() {
        verify((left, right) -> left.joinAsOf("answers", right, AsOf.tolerance(Duration.ofMillis(400))));
    }

    @Test
    void shouldHoldForAnAsOfJoinThatWaits() {
        verify((left, right) ->
                left.leftJoinAsOf("answers", right, AsOf.anyAge().waiting()));
    }

    private static void verify(
            final BiFunction<
                            KeyedStream<String, String>,
                            KeyedStream<String, String>,
                            JoinedStream<String, String, String>>
                    join) {
        final ContractReport report = OperatorContract.of(() -> {
                    final Topology topology = Topology.named("contract");
                    final JoinedStream<String, String, String> joined =
                            join.apply(keyed(topology, "left"), keyed(topology, "right"));
                    joined.mapValues(Joined::toString, Codecs.string()).to("out");
                    joined.lateLeft().to("late.left");
                    joined.lateRight().to("late.right");
                    return topology;
                })
                .script(JoinContractTest::twentyValuesOfEachSide)
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
