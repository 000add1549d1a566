package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.window.CalendarUnit;
import io.millrace.operators.window.Emission;
import io.millrace.streams.Codecs;
import io.millrace.streams.Emit;
import io.millrace.streams.Stream;
import io.millrace.streams.Topology;
import io.millrace.streams.WindowedStream;
import io.millrace.streams.Windows;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of windows, whole and in two halves, with results on the heap and off it. */
class WindowContractTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    record Case(String name, Windows windows, Emission emission, boolean isSplit) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() {
        final Windows tumbling = Windows.tumbling(SECOND).grace(Duration.ofMillis(100));
        final Windows hopping = Windows.hopping(SECOND, Duration.ofMillis(250));
        final Windows days = Windows.calendar(CalendarUnit.DAYS, ZoneId.of("Europe/Berlin"));
        return List.of(
                new Case("tumbling", tumbling, Emit.onClose(), false),
                new Case("tumbling in two halves", tumbling, Emit.onClose(), true),
                new Case("hopping", hopping, Emit.onClose(), false),
                new Case("hopping in two halves", hopping, Emit.onClose(), true),
                new Case("calendar", days, Emit.onClose(), false),
                new Case("sessions", Windows.session(SECOND), Emit.onClose(), false),
                new Case("sliding", Windows.sliding(SECOND), Emit.onClose(), false),
                new Case("count", Windows.count(3), Emit.onClose(), false),
                new Case("sessions on update", Windows.session(SECOND), Emit.onUpdate(), false),
                new Case("tumbling on update", tumbling, Emit.onUpdate(), false),
                new Case("hopping on update", hopping, Emit.onUpdate(), false),
                new Case("tumbling every 200 ms", tumbling, Emit.every(Duration.ofMillis(200)), false));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldHoldForCounts(final Case each) {
        verify(
                each,
                windows -> windows.count()
                        .map(count -> count.key() + " " + count.startNs() + " " + count.value(), Codecs.string()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldHoldForTopValues(final Case each) {
        verify(
                each,
                windows -> windows.topN(2, String::hashCode, Codecs.string())
                        .map(top -> top.key() + " " + top.startNs() + " " + top.value(), Codecs.string()));
    }

    private static void verify(
            final Case each, final Function<WindowedStream<Integer, String>, Stream<String>> aggregate) {
        final ContractReport report = OperatorContract.of(() -> {
                    final Topology topology = Topology.named("contract");
                    final WindowedStream<Integer, String> windows = topology.stream("words", Codecs.string())
                            .outOfOrderness(Duration.ofMillis(500))
                            .keyByInt("by-length", String::length)
                            .window("windows", each.windows())
                            .emit(each.emission())
                            .split(each.isSplit());
                    aggregate.apply(windows).to("out");
                    return topology;
                })
                .script(WindowContractTest::twentyWords)
                .partitions(1, 2)
                .maxCrashes(2)
                .verify();

        assertThat(report.restores()).as("operators read back").isGreaterThan(20);
    }

    private static void twentyWords(final TopologyTestDriver driver) {
        final TestInput<String> words = driver.input("words", Codecs.string());
        for (int i = 0; i < 20; i++) {
            words.pipe(driver.now().minusMillis(i % 3 * 100L), "w".repeat(1 + i % 2) + i);
            driver.advanceTime(Duration.ofMillis(i == 10 ? 20_000 : 350));
        }
        driver.end();
    }
}
