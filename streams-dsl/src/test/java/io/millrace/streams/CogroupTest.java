package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.aggregate.ValueAggregation;
import io.millrace.streams.plan.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values are {@code key name} in topics of one partition each. Times are in ns. */
class CogroupTest {
    @TempDir
    Path directory;

    private StoreFixture fixture;
    private final Topology topology = Topology.named("job");

    @BeforeEach
    void setUp() {
        fixture = new StoreFixture(directory);
        fixture.givenTopic("a", 1).givenTopic("b", 1).givenTopic("c", 1);
    }

    @AfterEach
    void tearDown() {
        fixture.close();
    }

    @Test
    void shouldMakeOneResultOfTheValuesOfAllStreamsInATumblingWindow() {
        append("a", 3, "x a1");
        append("b", 5, "x b1");
        append("c", 9, "x c1");
        append("b", 10, "x b2");
        append("c", 11, "y c2");
        run(Windows.tumbling(Duration.ofNanos(10)));

        assertThat(timed("out")).containsExactlyInAnyOrder("9 x: a1 b1 c1", "19 x: b2", "19 y: c2");
    }

    @Test
    void shouldShareHoppingWindows() {
        append("a", 3, "x a1");
        append("b", 7, "x b1");
        run(Windows.hopping(Duration.ofNanos(10), Duration.ofNanos(5)));

        assertThat(timed("out")).containsExactly("4 x: a1", "9 x: a1 b1", "14 x: b1");
    }

    @Test
    void shouldShareSlidingWindows() {
        append("a", 3, "x a1");
        append("b", 7, "x b1");
        append("c", 13, "x c1");
        run(Windows.sliding(Duration.ofNanos(10)));

        assertThat(timed("out")).containsExactly("3 x: a1", "7 x: a1 b1", "13 x: b1 c1");
    }

    @Test
    void shouldShareSessions() {
        append("a", 3, "x a1");
        append("b", 12, "x b1");
        append("c", 30, "x c1");
        run(Windows.session(Duration.ofNanos(10)));

        assertThat(timed("out")).containsExactly("21 x: a1 b1", "39 x: c1");
    }

    @Test
    void shouldGiveLateValuesToTheLateOutputOfTheirStream() {
        fixture.givenTopic("in", 1);
        append("in", 3, "x a1");
        append("in", 21, "x b1");
        append("in", 10, "x a-in-time");
        append("in", 9, "x a-late");
        append("in", 9, "x b-late");
        append("in", 8, "x c-late");
        fixture.end("in");
        final Stream<String> in = topology.stream("in", Codecs.string());
        final KeyedStream<String, String> a = keyed(in.filter(value -> value.contains(" a")), "a");
        final KeyedStream<String, String> b = keyed(in.filter(value -> value.contains(" b")), "b");
        final KeyedStream<String, String> c = keyed(in.filter(value -> value.contains(" c")), "c");
        a.cogroup(names())
                .with(b, CogroupTest::add)
                .with(c, CogroupTest::add)
                .window("windows", Windows.tumbling(Duration.ofNanos(10)).grace(Duration.ofNanos(10)))
                .late(a, late -> late.to("late.a"))
                .late(b, late -> late.to("late.b"))
                .aggregate()
                .map(window -> window.key() + ": " + window.value(), Codecs.string())
                .to("out");

        final JobCounters counters = fixture.run(topology);

        assertThat(timed("out")).containsExactly("9 x: a1", "19 x: a-in-time", "29 x: b1");
        assertThat(fixture.values("late.a")).containsExactly("x a-late");
        assertThat(fixture.values("late.b")).containsExactly("x b-late");
        assertThat(counters.lateRecords()).isEqualTo(3);
    }

    @Test
    void shouldTakeStreamsWithValuesOfTheirOwn() {
        append("a", 3, "x a1");
        fixture.givenTopic("numbers", 1);
        fixture.append("numbers", 0, 4, "", "40");
        fixture.end("a");
        fixture.end("numbers");
        final KeyedStream<String, Long> numbers = topology.stream("numbers", Codecs.string())
                .map(Long::parseLong, Codecs.int64())
                .keyBy("numbers-by-key", Codecs.string(), number -> "x");
        keyed(topology.stream("a", Codecs.string()), "a")
                .cogroup(names())
                .with(numbers, (all, number) -> all + " " + (number + 2))
                .window("windows", Windows.tumbling(Duration.ofNanos(10)))
                .aggregate()
                .map(window -> window.key() + ": " + window.value(), Codecs.string())
                .to("out");

        fixture.run(topology);

        assertThat(fixture.values("out")).hasSize(1).first().asString().contains("a1", "42");
    }

    @Test
    void shouldForgetWindowsThatHaveClosed() {
        fixture.givenTopic("in", 1);
        for (int i = 0; i < 8_000; i++) {
            append("in", i, "x" + i / 2 + (i % 2 == 0 ? " a" : " b"));
        }
        fixture.end("in");
        final Stream<String> in = topology.stream("in", Codecs.string());
        keyed(in.filter(value -> value.endsWith("a")), "a")
                .cogroup(names())
                .with(keyed(in.filter(value -> value.endsWith("b")), "b"), CogroupTest::add)
                .window("windows", Windows.tumbling(Duration.ofNanos(10)))
                .aggregate()
                .map(window -> window.key() + ": " + window.value(), Codecs.string())
                .to("out");
        long most = 0;

        try (JobTasks tasks = JobTasks.open(fixture.store(), topology, new JobContext())) {
            while (!tasks.isComplete()) {
                tasks.tasks().forEach(task -> task.doWork(10));
                most = Math.max(most, tasks.stateBudget().usedBytes());
            }
        }

        assertThat(most).isPositive().isLessThan(128 * 1024);
        assertThat(fixture.values("out")).hasSize(4_000).allMatch(value -> value.endsWith(": a b"));
    }

    @Test
    void shouldBringAllStreamsTogetherInOneExchange() {
        cogroup(Windows.tumbling(Duration.ofNanos(10)));

        assertThat(topology.plan(topic -> 3).stages())
                .extracting(Stage::name)
                .containsExactly("a", "b", "c", "windows-sides");
        assertThat(topology.plan(topic -> 3).describe()).contains("left out   exchange by-c");
    }

    @Test
    void shouldReportMistakes() {
        final KeyedStream<String, String> a = keyed(topology.stream("a", Codecs.string()), "a");
        final KeyedStream<String, String> other = keyed(topology.stream("b", Codecs.string()), "b");
        a.cogroup(names()).window("alone", Windows.tumbling(Duration.ofNanos(1)));
        a.cogroup(names())
                .with(a, CogroupTest::add)
                .window("twice", Windows.tumbling(Duration.ofNanos(1)))
                .late(a, late -> late.to("late"))
                .late(a, late -> late.to("late"))
                .late(other, late -> late.to("late"))
                .aggregate();

        assertThatThrownBy(topology::build)
                .hasMessageContaining("cogroup alone: it has one stream only; say with(stream, add)")
                .hasMessageContaining("window alone: its values are not aggregated")
                .hasMessageContaining("cogroup: a stream is in it twice")
                .hasMessageContaining("cogroup twice: late(…) is said twice of one stream")
                .hasMessageContaining("cogroup twice: late(…) is said of a stream that is not in it");
    }

    private void run(final Windows windows) {
        for (final String topic : List.of("a", "b", "c")) {
            fixture.end(topic);
        }
        cogroup(windows);
        fixture.run(topology);
    }

    private void cogroup(final Windows windows) {
        keyed(topology.stream("a", Codecs.string()), "a")
                .cogroup(names())
                .with(keyed(topology.stream("b", Codecs.string()), "b"), CogroupTest::add)
                .with(keyed(topology.stream("c", Codecs.string()), "c"), CogroupTest::add)
                .window("windows", windows)
                .aggregate()
                .map(window -> window.key() + ": " + window.value(), Codecs.string())
                .to("out");
    }

    private static KeyedStream<String, String> keyed(final Stream<String> stream, final String side) {
        return stream.keyBy("by-" + side, Codecs.string(), value -> value.split(" ")[0]);
    }

    /** The names of all values, sorted, so that they can be combined in any order. */
    private static ValueAggregation<String, String, String> names() {
        return Aggregation.values(Codecs.string(), () -> "", CogroupTest::add).combine(CogroupTest::sorted);
    }

    private static String add(final String names, final String value) {
        return sorted(names, value.split(" ")[1]);
    }

    private static String sorted(final String some, final String others) {
        final List<String> all =
                new ArrayList<>(List.of((some + " " + others).trim().split(" ")));
        all.sort(null);
        return String.join(" ", all);
    }

    private void append(final String topic, final long timeNs, final String value) {
        fixture.append(topic, 0, timeNs, "", value);
    }

    private List<String> timed(final String topic) {
        return fixture.records(topic, record -> record.eventTimeNs() + " " + StoreFixture.value(record));
    }
}
