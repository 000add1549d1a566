package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.window.Emission;
import io.millrace.streams.Codecs;
import io.millrace.streams.Emit;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The contract of windows that several streams share. */
class CogroupContractTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void shouldHoldForTumblingWindows() {
        verify(Windows.tumbling(SECOND).grace(Duration.ofMillis(100)), Emit.onClose());
    }

    @Test
    void shouldHoldForHoppingWindows() {
        verify(Windows.hopping(SECOND, Duration.ofMillis(250)), Emit.onClose());
    }

    @Test
    void shouldHoldForSlidingWindows() {
        verify(Windows.sliding(SECOND), Emit.onClose());
    }

    @Test
    void shouldHoldForSessionsThatEmitOnUpdate() {
        verify(Windows.session(SECOND), Emit.onUpdate());
    }

    private static void verify(final Windows windows, final Emission emission) {
        final ContractReport report = OperatorContract.of(() -> {
                    final Topology topology = Topology.named("contract");
                    final KeyedStream<String, String> left = keyed(topology, "left");
                    final KeyedStream<String, String> right = keyed(topology, "right");
                    left.cogroup(Aggregation.flyweight(Tally.State::new, Tally.State::add)
                                    .combine(Tally.State::combine)
                                    .result(state -> state.tally().toString()))
                            .with(right, Tally.State::add)
                            .window("windows", windows)
                            .emit(emission)
                            .late(left, late -> late.to("late.left"))
                            .late(right, late -> late.to("late.right"))
                            .aggregate()
                            .map(
                                    window -> window.key() + " " + window.startNs() + " " + window.value(),
                                    Codecs.string())
                            .to("out");
                    return topology;
                })
                .script(CogroupContractTest::twentyValuesOfEachSide)
                .partitions(1, 2)
                .maxCrashes(2)
                .verify();

        assertThat(report.restores()).isGreaterThan(20);
        assertThat(report.refusals()).isPositive();
        assertThat(report.crashes()).isPositive();
    }

    private static KeyedStream<String, String> keyed(final Topology topology, final String topic) {
        return topology.stream(topic, Codecs.string())
                .outOfOrderness(Duration.ofMillis(200))
                .keyBy("by-key-" + topic, Codecs.string(), Arrival::keyOf);
    }

    private static void twentyValuesOfEachSide(final TopologyTestDriver driver) {
        final TestInput<String> left = driver.input("left", Codecs.string());
        final TestInput<String> right = driver.input("right", Codecs.string());
        for (int i = 0; i < 20; i++) {
            left.pipe(driver.now().minusMillis(i % 3 * 100L), Arrival.text("k" + i % 4, i, i));
            if (i % 3 != 1) {
                right.pipe(driver.now().minusMillis(i % 2 * 150L), Arrival.text("k" + i % 3, -i, i));
            }
            driver.advanceTime(Duration.ofMillis(i == 10 ? 20_000 : 170));
        }
        driver.end();
    }
}
