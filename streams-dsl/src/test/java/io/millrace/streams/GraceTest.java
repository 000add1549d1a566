package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands behind a step with a grace loses none of its results. */
class GraceTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Duration GRACE = Duration.ofSeconds(3);

    @TempDir
    Path directory;

    private StoreFixture fixture;
    private final Topology topology = Topology.named("job");

    @BeforeEach
    void setUp() {
        fixture = new StoreFixture(directory);
    }

    @AfterEach
    void tearDown() {
        fixture.close();
    }

    private KeyedStream<String, String> counts(final String name, final Windows windows) {
        final KeyedStream<String, String> words = topology.stream("in", Codecs.string())
                .neverIdle()
                .keyBy(name + "-words", Codecs.string(), word -> word);
        return words.window(name, windows)
                .count()
                .map(window -> window.key() + window.value(), Codecs.string())
                .keyBy(name + "-counts", Codecs.string(), text -> text.substring(0, 1));
    }

    // Each second has a value, and one of the second before that is late but for the grace.
    private void givenInput(final int partitions) {
        fixture.givenTopic("in", partitions);
        for (int second = 0; second < 30; second++) {
            for (int i = 0; i < partitions; i++) {
                fixture.append("in", i, second * SECOND, "", "a");
                fixture.append("in", i, (second - 1) * SECOND, "", "a");
            }
        }
        fixture.end("in");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldGiveAWindowOfWindowsAllResultsOfThoseBefore(final int partitions) {
        givenInput(partitions);
        counts("per-second", Windows.tumbling(Duration.ofSeconds(1)).grace(GRACE))
                .window("per-ten", Windows.tumbling(Duration.ofSeconds(10)))
                .count()
                .map(window -> window.startNs() / SECOND + ": " + window.value(), Codecs.string())
                .to("out");

        final JobCounters counters = fixture.run(topology);

        assertThat(fixture.values("out")).containsExactly("-10: 1", "0: 10", "10: 10", "20: 10");
        assertThat(counters.lateRecords()).isZero();
    }

    @Test
    void shouldGiveAJoinAllResultsOfAWindow() {
        givenInput(1);
        final KeyedStream<String, String> counts =
                counts("per-second", Windows.tumbling(Duration.ofSeconds(1)).grace(GRACE));
        counts.filter(text -> true)
                .join("pairs", counts.filter(text -> true), Within.of(Duration.ZERO))
                .mapValues(pair -> pair.left() + pair.right(), Codecs.string())
                .to("out");

        final JobCounters counters = fixture.run(topology);

        assertThat(fixture.values("out")).hasSize(31);
        assertThat(counters.lateRecords()).isZero();
    }

    @Test
    void shouldLetWhatTakesTheLateValuesWaitAsLong() {
        topology.stream("in", Codecs.string())
                .neverIdle()
                .keyBy("words", Codecs.string(), word -> word)
                .window("per-second", Windows.tumbling(Duration.ofSeconds(1)).grace(GRACE))
                .late(late -> late.keyBy("late-words", Codecs.string(), word -> word)
                        .window("late-per-ten", Windows.tumbling(Duration.ofSeconds(10)))
                        .count()
                        .map(window -> window.startNs() / SECOND + ": " + window.value(), Codecs.string())
                        .to("late-counts"))
                .count()
                .map(window -> window.key(), Codecs.string())
                .to("out");
        fixture.givenTopic("in", 1);
        // The seconds up to 9 are over; the first ten is not, since what is late comes 3 s behind the watermark at
        // least.
        for (final long second : new long[] {1, 12, 8, 5, 13, 9, 25}) {
            fixture.append("in", 0, second * SECOND, "", "a");
        }
        fixture.end("in");

        final JobCounters counters = fixture.run(topology);

        assertThat(topology.describe()).contains("tumbling 10 s, grace 3 s");
        assertThat(fixture.values("late-counts")).containsExactly("0: 2");
        // Of the last one, at 9 s, when the first ten is over too, both.
        assertThat(counters.lateRecords()).isEqualTo(4);
    }

    @Test
    void shouldTellInThePlanForWhatAWindowWaits() {
        counts("per-second", Windows.tumbling(Duration.ofSeconds(1)).grace(GRACE))
                .window("per-ten", Windows.tumbling(Duration.ofSeconds(10)).grace(Duration.ofSeconds(1)))
                .count()
                .map(window -> window.key(), Codecs.string())
                .to("out");

        assertThat(topology.describe()).contains("tumbling 1 s, grace 3 s", "tumbling 10 s, grace 3 s");
    }

    @Test
    void shouldLeaveALongerGraceAsItIs() {
        counts("per-second", Windows.tumbling(Duration.ofSeconds(1)).grace(GRACE))
                .window("per-ten", Windows.tumbling(Duration.ofSeconds(10)).grace(Duration.ofSeconds(5)))
                .count()
                .map(window -> window.key(), Codecs.string())
                .to("out");

        assertThat(topology.describe()).contains("tumbling 10 s, grace 5 s");
    }

    @Test
    void shouldRefuseBehindAGraceWhatHasNoneOfItsOwn() {
        final List<BiFunction<KeyedStream<String, String>, String, KeyedStream<String, ?>>> steps = List.of(
                (stream, name) -> stream.absentFor(name, Duration.ofSeconds(1)),
                (stream, name) -> stream.dedupe(name, GRACE),
                (stream, name) -> stream.sequence(
                                name, Sequence.<String>begin("a", text -> true).within(Duration.ofSeconds(1)))
                        .mapValues(match -> "found", Codecs.string()));
        final KeyedStream<String, String> counts =
                counts("per-second", Windows.tumbling(Duration.ofSeconds(1)).grace(GRACE));
        for (int i = 0; i < steps.size(); i++) {
            named(steps.get(i).apply(counts, "step-" + i)).to("out-" + i);
        }

        assertThatThrownBy(topology::build)
                .hasMessageContaining(
                        "absence step-0: its values may come 3 s behind the watermark, because of the grace")
                .hasMessageContaining("dedupe step-1: its values may come 3 s behind the watermark")
                .hasMessageContaining("sequence step-2: its values may come 3 s behind the watermark");
    }

    @Test
    void shouldRefuseAbsenceAmongTheLateValuesOfAGrace() {
        topology.stream("in", Codecs.string())
                .keyBy("words", Codecs.string(), word -> word)
                .window("per-second", Windows.tumbling(Duration.ofSeconds(1)).grace(GRACE))
                .late(late -> late.keyBy("late-words", Codecs.string(), word -> word)
                        .absentFor("silent", Duration.ofSeconds(1))
                        .to("silent"))
                .count()
                .map(window -> window.key(), Codecs.string())
                .to("out");

        assertThatThrownBy(topology::build)
                .hasMessageContaining("absence silent: its values may come 3 s behind the watermark");
    }

    private static KeyedStream<String, String> named(final KeyedStream<String, ?> stream) {
        return stream.mapValues(String::valueOf, Codecs.string());
    }

    @Test
    void shouldLetDedupeStandBehindAGraceThatIsShorterThanItsSpan() {
        counts("per-second", Windows.tumbling(Duration.ofSeconds(1)).grace(GRACE))
                .dedupe("once", GRACE.plusNanos(1))
                .to("out");

        topology.build();
    }
}
