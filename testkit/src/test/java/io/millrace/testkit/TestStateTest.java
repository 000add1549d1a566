package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.millrace.operators.aggregate.Average;
import io.millrace.operators.keyed.FlyweightState;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.keyed.ValueState;
import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a test sees of the state of tables, topN, dedupe and processors; {@link OpenWindowTest} looks at windows. */
@MillraceTest
class TestStateTest {
    private static final Instant BEGIN = VirtualClock.BEGIN;

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldShowTheValuesOfATableOrderedByKey(final int partitions, final TestDrivers drivers) {
        final TopologyTestDriver driver =
                start(drivers, partitions, words -> words.count("count").to("counts", Codecs.int64()));
        final TestState<String> counts = driver.state("count", Codecs.string());
        assertThat(counts.values()).isEmpty();

        pipe(driver, "b", "a", "c", "b");

        assertThat(counts.<Long>values()).containsExactly(entry("a", 1L), entry("b", 2L), entry("c", 1L));
        assertThat(counts.<Long>value("b")).isEqualTo(2);
        assertThat(counts.<Long>value("d")).isNull();
        assertThat(counts.keys()).containsExactly("a", "b", "c");
    }

    @Test
    void shouldGiveCopiesThatTheNextValueDoesNotChange(final TestDrivers drivers) {
        final TopologyTestDriver driver = start(
                drivers,
                1,
                words -> words.average("length", String::length)
                        .toChanges()
                        .map(change -> change.key(), Codecs.string())
                        .to("out"));
        pipe(driver, "a");
        final TestState<String> lengths = driver.state("length", Codecs.string());
        final Average before = lengths.value("a");

        pipe(driver, "a", "a", "b");

        assertThat(before.count()).isEqualTo(1);
        assertThat(lengths.<Average>value("a").count()).isEqualTo(3);
        assertThat(lengths.<Average>value("b").count()).isEqualTo(1);
    }

    @Test
    void shouldShowTheListsOfTopN(final TestDrivers drivers) {
        final TopologyTestDriver driver = start(
                drivers,
                1,
                words -> words.topN("top", 2, String::length, Codecs.string())
                        .toChanges()
                        .map(change -> change.key(), Codecs.string())
                        .to("out"),
                word -> word.substring(0, 1));
        pipe(driver, "a", "aaa", "b");
        final TestState<String> tops = driver.state("top", Codecs.string());
        final List<String> before = tops.value("a");

        pipe(driver, "aa");

        assertThat(before).containsExactly("aaa", "a");
        assertThat(tops.<List<String>>values())
                .containsExactly(entry("a", List.of("aaa", "aa")), entry("b", List.of("b")));
    }

    @Test
    void shouldShowTheKeysThatDedupeRemembers(final TestDrivers drivers) {
        final TopologyTestDriver driver = start(
                drivers,
                1,
                words -> words.dedupe("distinct", Duration.ofSeconds(1)).to("out"));

        pipe(driver, "b", "a", "b");

        final TestState<String> distinct = driver.state("distinct", Codecs.string());
        assertThat(distinct.keys()).containsExactly("a", "b");
        assertThat(distinct.<Long>value("a")).isEqualTo(VirtualClock.ns(BEGIN));
        assertThat(driver.end().state("distinct", Codecs.string()).keys()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldShowTheCellsAndTimersOfAProcessor(final int partitions, final TestDrivers drivers) {
        final TopologyTestDriver driver = start(
                drivers,
                partitions,
                words -> words.process("visits", Visits::new, Codecs.string()).to("out"));

        pipe(driver, "b", "a", "b");

        final TestState<String> visits = driver.state("visits", Codecs.string());
        assertThat(visits.<Long>cell("count")).containsExactly(entry("a", 1L), entry("b", 2L));
        assertThat(visits.<Average>cell("lengths")).containsOnlyKeys("b");
        assertThat(visits.<Average>cell("lengths").get("b").count()).isEqualTo(1);
        assertThat(visits.timers())
                .containsExactly(
                        new PendingTimer<>("a", true, BEGIN.plusSeconds(1)),
                        new PendingTimer<>("b", true, BEGIN.plusSeconds(1)),
                        new PendingTimer<>("a", false, BEGIN.plusSeconds(60)));
        assertThat(visits.keys()).containsExactly("a", "b");
    }

    @Test
    void shouldShowTheStateAfterACrashToo(final TestDrivers drivers) {
        final TopologyTestDriver driver =
                start(drivers, 2, words -> words.count("count").to("counts", Codecs.int64()));
        final TestState<String> counts = driver.state("count", Codecs.string());
        pipe(driver, "a", "b", "a");

        driver.crashAt(0);

        assertThat(counts.<Long>values()).containsExactly(entry("a", 2L), entry("b", 1L));
    }

    @Test
    void shouldOrderNumbersAsNumbers(final TestDrivers drivers) {
        final Topology topology = Topology.named("numbers");
        topology.stream("numbers", Codecs.int64())
                .keyBy("by-number", Codecs.int64(), number -> number)
                .count("count")
                .to("counts", Codecs.int64());
        final TopologyTestDriver driver = drivers.of(topology).start();
        final TestInput<Long> numbers = driver.input("numbers", Codecs.int64());

        numbers.pipe(256L).pipe(-1L).pipe(3L);

        assertThat(driver.state("count", Codecs.int64()).<Long>values().keySet())
                .containsExactly(-1L, 3L, 256L);
    }

    @Test
    void shouldSayWhatThereIsToLookAt(final TestDrivers drivers) {
        final TopologyTestDriver driver = start(drivers, 1, words -> {
            words.process("visits", Visits::new, Codecs.string()).to("out");
            words.count("count").to("counts", Codecs.int64());
        });

        assertThatThrownBy(() -> driver.state("cuont", Codecs.string()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no step cuont keeps state; those that do are [count, visits]");
        assertThatThrownBy(() -> driver.state("visits", Codecs.string()).values())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "step visits keeps cells [count, lengths] and timers; look at them with cell(name), timers()"
                                + " or keys()");
        assertThatThrownBy(() -> driver.state("count", Codecs.string()).windows())
                .hasMessage("step count keeps a value for each key; look at it with values(), value(key) or keys()");
        assertThatThrownBy(() -> driver.state("visits", Codecs.string()).cell("sum"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("step visits declares no cell sum; its cells are [count, lengths]");
        final TestState<String> counts = driver.state("count", Codecs.string());
        driver.close();
        assertThatThrownBy(counts::values).hasMessage("the driver is closed");
    }

    private static TopologyTestDriver start(
            final TestDrivers drivers, final int partitions, final Consumer<KeyedStream<String, String>> steps) {
        return start(drivers, partitions, steps, word -> word);
    }

    private static TopologyTestDriver start(
            final TestDrivers drivers,
            final int partitions,
            final Consumer<KeyedStream<String, String>> steps,
            final java.util.function.Function<String, String> key) {
        final Topology topology = Topology.named("states");
        steps.accept(topology.stream("words", Codecs.string()).keyBy("by-word", Codecs.string(), key));
        return drivers.of(topology).partitions("words", partitions).start();
    }

    private static void pipe(final TopologyTestDriver driver, final String... words) {
        final TestInput<String> input = driver.input("words", Codecs.string());
        for (final String word : words) {
            input.pipe(word);
        }
    }

    /** Counts visits; keeps the lengths of repeated ones, and timers of both kinds. */
    private static final class Visits implements Processor<String, String, String> {
        private ValueState<Long> count;
        private FlyweightState<Average> lengths;

        @Override
        public void init(final ProcessorSetup setup) {
            count = setup.valueState("count", Codecs.int64());
            lengths = setup.flyweightState("lengths", Average::new);
        }

        @Override
        public void process(final String word, final ProcessorContext<String, String> context) {
            if (count.isSet()) {
                lengths.view().add(word.length());
            }
            count.set(count.valueOr(0L) + 1);
            context.scheduleEventTimer(context.eventTimeNs() + 1_000_000_000L);
            if (word.equals("a")) {
                context.scheduleLogTimer(context.logTimeNs() + 60_000_000_000L);
            }
        }
    }
}
