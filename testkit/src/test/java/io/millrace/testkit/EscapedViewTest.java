package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.aggregate.Average;
import io.millrace.operators.aggregate.FlyweightAggregation;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.keyed.FlyweightState;
import io.millrace.operators.keyed.Keyed;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.keyed.ValueState;
import io.millrace.operators.state.CountState;
import io.millrace.operators.window.Windowed;
import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.SourceStream;
import io.millrace.streams.Topology;
import io.millrace.streams.WindowedStream;
import io.millrace.streams.Windows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** In test mode, what an operator lends is caught when it is used after the call that it was lent for. */
@MillraceTest
class EscapedViewTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Codec<NoteView> NOTES = new NoteView.ViewCodec();

    @Test
    void shouldCatchAResultOfAWindow(final TestDrivers drivers) {
        final List<Windowed<Integer, Long>> kept = new ArrayList<>();
        final List<String> copied = new ArrayList<>();

        runWindows(
                drivers,
                "counts",
                Windows.tumbling(SECOND),
                false,
                windows -> windows.count()
                        .peek(kept::add)
                        .peek(count -> copied.add(count.key() + "=" + count.value() + count.isFinal())));

        assertThat(copied).containsExactly("1=2true", "2=1true", "1=1true");
        for (final Windowed<Integer, Long> count : kept) {
            assertCaught("Windowed", "counts", count::key);
            assertCaught("Windowed", "counts", () -> count.keyLong());
            assertCaught("Windowed", "counts", count::keyBuffer);
            assertCaught("Windowed", "counts", count::keyOffset);
            assertCaught("Windowed", "counts", count::keyLength);
            assertCaught("Windowed", "counts", count::startNs);
            assertCaught("Windowed", "counts", count::endNs);
            assertCaught("Windowed", "counts", count::isFinal);
            assertCaught("Windowed", "counts", count::value);
            assertCaught("Windowed", "counts", count::toString);
        }
    }

    @Test
    void shouldCatchAResultThatIsUsedWithTheNextOneOfTheSameRecord(final TestDrivers drivers) {
        final List<Windowed<Integer, Long>> kept = new ArrayList<>();

        assertThatThrownBy(() -> runWindows(
                        drivers,
                        "counts",
                        Windows.tumbling(SECOND),
                        false,
                        windows -> windows.count()
                                .map(
                                        count -> {
                                            kept.add(count);
                                            return kept.get(0).value();
                                        },
                                        Codecs.int64())
                                .to("out")))
                .hasMessageContaining("operator=map-1")
                .hasMessageContaining(message("Windowed", "counts"));
        assertThat(kept).hasSize(2);
    }

    @Test
    void shouldCatchResultsOfEveryKindOfWindow(final TestDrivers drivers) {
        for (final Windows each : List.of(
                Windows.tumbling(SECOND),
                Windows.hopping(SECOND, Duration.ofMillis(500)),
                Windows.session(SECOND),
                Windows.sliding(SECOND),
                Windows.count(1))) {
            final List<Windowed<Integer, Average>> kept = new ArrayList<>();
            final List<Average> views = new ArrayList<>();
            final List<Long> copied = new ArrayList<>();

            runWindows(
                    drivers,
                    "averages",
                    each,
                    false,
                    windows -> windows.average(String::length)
                            .peek(kept::add)
                            .peek(average -> views.add(average.value()))
                            .peek(average -> copied.add(average.value().sum())));

            assertThat(copied).as(each.toString()).isNotEmpty().doesNotContain(0L);
            kept.forEach(average -> assertCaught("Windowed", "averages", average::value));
            views.forEach(average -> assertCaught("Average", "averages", average::sum));
        }
    }

    @Test
    void shouldCatchAChangeOfATable(final TestDrivers drivers) {
        final List<Keyed<Integer, Long>> kept = new ArrayList<>();
        final List<String> copied = new ArrayList<>();

        runKeyed(
                drivers,
                words -> words.count("counts")
                        .toChanges()
                        .peek(kept::add)
                        .peek(change -> copied.add(change.toString())));

        assertThat(copied).containsExactly("1=1", "1=2", "2=1", "1=3");
        for (final Keyed<Integer, Long> change : kept) {
            assertCaught("Keyed", "changes-1", change::key);
            assertCaught("Keyed", "changes-1", change::keyLong);
            assertCaught("Keyed", "changes-1", change::keyBuffer);
            assertCaught("Keyed", "changes-1", change::keyOffset);
            assertCaught("Keyed", "changes-1", change::keyLength);
            assertCaught("Keyed", "changes-1", change::value);
            assertCaught("Keyed", "changes-1", change::toString);
        }
    }

    @Test
    void shouldCatchTheKeyBytesOfAView(final TestDrivers drivers) {
        final List<DirectBuffer> kept = new ArrayList<>();

        runKeyed(drivers, words -> words.count("counts").toChanges().peek(change -> kept.add(change.keyBuffer())));
        runWindows(
                drivers,
                "windows",
                Windows.tumbling(SECOND),
                false,
                windows -> windows.count().peek(count -> kept.add(count.keyBuffer())));

        assertThat(kept).hasSize(7);
        assertCaught("Keyed", "changes-1", () -> kept.get(0).getByte(0));
        assertCaught("Windowed", "windows", () -> kept.get(6).getByte(0));
    }

    @Test
    void shouldCatchTheViewOfAnAggregateInATable(final TestDrivers drivers) {
        final List<Average> kept = new ArrayList<>();
        final List<Long> copied = new ArrayList<>();

        runKeyed(
                drivers,
                words -> words.average("averages", String::length)
                        .toChanges()
                        .peek(change -> kept.add(change.value()))
                        .peek(change -> copied.add(change.value().count())));

        assertThat(copied).containsExactly(1L, 2L, 1L, 3L);
        kept.forEach(average -> assertCaught("Average", "averages", average::count));
    }

    @Test
    void shouldCatchTheListOfATopTable(final TestDrivers drivers) {
        final List<List<String>> kept = new ArrayList<>();
        final List<List<String>> copied = new ArrayList<>();

        runKeyed(
                drivers,
                words -> words.topN("top", 2, String::hashCode, Codecs.string())
                        .toChanges()
                        .peek(change -> kept.add(change.value()))
                        .peek(change -> copied.add(List.copyOf(change.value()))));

        assertThat(copied).containsExactly(List.of("a"), List.of("b", "a"), List.of("cc"), List.of("d", "b"));
        assertThat(kept).hasSize(4);
        kept.forEach(EscapedViewTest::assertListIsCaught);
    }

    @Test
    void shouldCatchTheListOfATopWindow(final TestDrivers drivers) {
        final List<List<String>> kept = new ArrayList<>();
        final List<List<String>> copied = new ArrayList<>();

        runWindows(
                drivers,
                "top",
                Windows.tumbling(SECOND),
                false,
                windows -> windows.topN(2, String::hashCode, Codecs.string())
                        .peek(top -> kept.add(top.value()))
                        .peek(top -> copied.add(new ArrayList<>(top.value()))));

        assertThat(copied).containsExactly(List.of("b", "a"), List.of("cc"), List.of("d"));
        assertThat(kept).hasSize(3);
        kept.forEach(EscapedViewTest::assertListIsCaught);
    }

    private static void assertListIsCaught(final List<String> list) {
        assertCaught("List", "top", list::size);
        assertCaught("List", "top", () -> list.get(0));
        assertCaught("List", "top", () -> list.iterator().next());
        assertCaught("List", "top", list::toString);
        assertCaught("List", "top", () -> List.copyOf(list));
    }

    @Test
    void shouldCatchTheStateThatAFunctionOfAnAggregationWasGiven(final TestDrivers drivers) {
        final List<CountState> added = new ArrayList<>();
        final List<CountState> results = new ArrayList<>();
        final List<Long> copied = new ArrayList<>();
        final Aggregation<String, CountState, Long> counting = counting(added, new ArrayList<>())
                .result(state -> {
                    results.add(state);
                    return state.value();
                });

        runWindows(
                drivers,
                "counts",
                Windows.hopping(SECOND, Duration.ofMillis(500)),
                false,
                windows -> windows.aggregate(counting).peek(count -> copied.add(count.value())));

        assertThat(copied).containsExactly(2L, 1L, 2L, 1L, 1L, 1L);
        for (final List<CountState> states : List.of(added, results)) {
            assertThat(states).isNotEmpty();
            states.forEach(state -> assertCaught("CountState", "counts", state::value));
            states.forEach(state -> assertCaught("CountState", "counts", state::increment));
        }
    }

    @Test
    void shouldCatchTheStatesOfBothHalvesOfAWindow(final TestDrivers drivers) {
        final List<CountState> added = new ArrayList<>();
        final List<CountState> combined = new ArrayList<>();
        final List<CountState> results = new ArrayList<>();
        final List<Long> copied = new ArrayList<>();

        runWindows(
                drivers,
                "counts",
                Windows.tumbling(SECOND),
                true,
                windows -> windows.aggregate(counting(added, combined))
                        .peek(count -> results.add(count.value()))
                        .peek(count -> copied.add(count.value().value())));

        assertThat(copied).containsExactlyInAnyOrder(2L, 1L, 1L);
        for (final List<CountState> states : List.of(added, combined, results)) {
            assertThat(states).isNotEmpty();
            states.forEach(state -> assertCaught("CountState", "counts", state::value));
        }
    }

    private static FlyweightAggregation<String, CountState, CountState> counting(
            final List<CountState> added, final List<CountState> combined) {
        return Aggregation.<String, CountState>flyweight(CountState::new, (state, word) -> {
                    added.add(state);
                    state.increment();
                })
                .combine((state, other) -> {
                    combined.add(state);
                    combined.add(other);
                    state.add(other);
                });
    }

    @Test
    void shouldCatchTheStateOfAProcessor(final TestDrivers drivers) {
        final Keeper keeper = new Keeper();
        final List<Long> counts = new ArrayList<>();

        runKeyed(
                drivers,
                words -> words.process("keeping", () -> keeper.declared ? new Keeper(keeper) : keeper, Codecs.int64())
                        .values()
                        .peek(counts::add));

        // Each view of a call sees what another one of the call wrote.
        assertThat(counts).containsExactly(2L, 4L, 2L, 6L, 106L, 102L);
        assertThat(keeper.kept).hasSize(12);
        keeper.kept.forEach(state -> assertCaught("CountState", "keeping", state::value));
        assertThat(keeper.words).containsExactly("a", "b", "cc", "d");
    }

    /** Counts twice, with a view that it keeps, which is a mistake, and keeps what it may. */
    private static final class Keeper implements Processor<Integer, String, Long> {
        final List<CountState> kept;
        final List<String> words;
        private FlyweightState<CountState> count;
        private ValueState<String> last;
        boolean declared;

        Keeper() {
            kept = new ArrayList<>();
            words = new ArrayList<>();
        }

        Keeper(final Keeper other) {
            kept = other.kept;
            words = other.words;
        }

        @Override
        public void init(final ProcessorSetup setup) {
            declared = true;
            count = setup.flyweightState("count", CountState::new);
            last = setup.valueState("last", Codecs.string());
        }

        @Override
        public void process(final String word, final ProcessorContext<Integer, Long> context) {
            final CountState first = count.view();
            final CountState second = count.view();
            first.increment();
            second.increment();
            kept.add(first);
            kept.add(second);
            last.set(word);
            words.add(last.value());
            context.forward(first.value());
            assertThat(first.value()).isEqualTo(second.value());
            context.scheduleEventTimer(Long.MAX_VALUE - 1);
        }

        @Override
        public void onEventTimer(final long timeNs, final ProcessorContext<Integer, Long> context) {
            final CountState view = count.view();
            for (int i = 0; i < 100; i++) {
                view.increment();
            }
            kept.add(view);
            context.forward(view.value());
            count.clear();
            assertThatThrownBy(view::value).isInstanceOf(IllegalStateException.class);
            kept.add(count.view());
        }
    }

    @Test
    void shouldCatchAValueBehindAnExchange(final TestDrivers drivers) {
        final List<NoteView> kept = new ArrayList<>();
        final List<Long> copied = new ArrayList<>();
        final Topology topology = Topology.named("exchanging");
        keyed(topology).values().peek(kept::add).peek(note -> copied.add(note.number()));

        runNotes(drivers, topology);

        assertThat(copied).containsExactlyInAnyOrder(5L, 6L, 6L, 6L, 7L);
        kept.forEach(EscapedViewTest::assertNoteIsCaught);
    }

    @Test
    void shouldCatchALateValueBehindAWindowInTwoHalves(final TestDrivers drivers) {
        final List<NoteView> kept = new ArrayList<>();
        final List<Long> copied = new ArrayList<>();
        final Topology topology = Topology.named("halves");
        keyed(topology)
                .window("counts", Windows.tumbling(SECOND))
                .late(late -> late.peek(kept::add).peek(note -> copied.add(note.number())))
                .count();

        final String plan = runNotes(drivers, topology);

        assertThat(plan).contains("halves");
        assertThat(copied).containsExactly(7L);
        kept.forEach(EscapedViewTest::assertNoteIsCaught);
    }

    @Test
    void shouldCatchAReadStateOfAWindowInTwoHalvesThatIsABorrowedValue(final TestDrivers drivers) {
        final List<NoteView> others = new ArrayList<>();
        final List<Long> copied = new ArrayList<>();
        final Topology topology = Topology.named("halves");
        notes(topology)
                .keyByInt("exchange", note -> 1)
                .window("largest", Windows.tumbling(SECOND))
                .reduce(NOTES, (a, b) -> {
                    others.add(b);
                    return a.number() > b.number() ? a : b;
                })
                .peek(largest -> copied.add(largest.value().number()));
        final TopologyTestDriver driver =
                drivers.of(topology).partitions("notes", 2).start();
        final TestInput<byte[]> notes = driver.input("notes", Codecs.bytes());

        notes.pipeTo(0, driver.now(), bytes(5)).pipeTo(1, driver.now(), bytes(6));
        driver.end();

        assertThat(copied).containsExactly(6L);
        assertThat(others).hasSize(1);
        assertThatThrownBy(() -> others.get(0).number()).hasMessage(message("NoteView", "largest"));
    }

    private static SourceStream<String> words(final Topology topology) {
        final SourceStream<String> words = topology.stream("words", Codecs.string());
        words.to("copies");
        return words;
    }

    private static SourceStream<NoteView> notes(final Topology topology) {
        final SourceStream<NoteView> notes = topology.stream("notes", NOTES);
        notes.to("copies");
        return notes;
    }

    private static KeyedStream<Integer, NoteView> keyed(final Topology topology) {
        return notes(topology).keyByInt("exchange", note -> (int) note.number() % 2);
    }

    private static String runNotes(final TestDrivers drivers, final Topology topology) {
        final TopologyTestDriver driver =
                drivers.of(topology).partitions("notes", 2).start();
        final TestInput<byte[]> notes = driver.input("notes", Codecs.bytes());
        notes.pipeTo(0, driver.now(), bytes(5)).pipeTo(1, driver.now(), bytes(6));
        driver.advanceTime(Duration.ofMinutes(5));
        notes.pipeTo(0, driver.now(), bytes(6)).pipeTo(1, driver.now(), bytes(6));
        notes.pipeTo(0, driver.now().minusSeconds(290), bytes(7));
        driver.end();
        return driver.describe();
    }

    private static void assertNoteIsCaught(final NoteView note) {
        assertThatThrownBy(note::number)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a borrowed NoteView of topic=")
                .hasMessageContaining("exchange");
    }

    private static byte[] bytes(final long number) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(number)
                .array();
    }

    private static void runKeyed(final TestDrivers drivers, final Consumer<KeyedStream<Integer, String>> steps) {
        final Topology topology = Topology.named("keyed");
        steps.accept(words(topology).keyByInt("by-length", String::length));
        runWords(drivers.of(topology).start());
    }

    private static void runWindows(
            final TestDrivers drivers,
            final String name,
            final Windows windows,
            final boolean isSplit,
            final Consumer<WindowedStream<Integer, String>> steps) {
        final Topology topology = Topology.named("windows");
        steps.accept(words(topology)
                .keyByInt("by-length", String::length)
                .window(name, windows)
                .split(isSplit));
        runWords(drivers.of(topology).partitions("words", isSplit ? 2 : 1).start());
    }

    // Two words of one letter and one of two letters within half a second; later another one.
    private static void runWords(final TopologyTestDriver driver) {
        final TestInput<String> words = driver.input("words", Codecs.string());
        final boolean isSplit = driver.describe().contains("2 tasks");
        words.pipeTo(0, driver.now(), "a");
        words.pipeTo(isSplit ? 1 : 0, driver.now(), "b");
        words.pipeTo(0, driver.now(), "cc");
        driver.advanceTime(Duration.ofMinutes(5));
        words.pipeTo(0, driver.now(), "d");
        driver.end();
    }

    private static void assertCaught(final String type, final String operator, final ThrowingCallable use) {
        assertThatThrownBy(use).isInstanceOf(IllegalStateException.class).hasMessage(message(type, operator));
    }

    private static String message(final String type, final String operator) {
        return "a borrowed " + type + " of operator=" + operator
                + " was used after its call had ended; copy what you keep";
    }
}
