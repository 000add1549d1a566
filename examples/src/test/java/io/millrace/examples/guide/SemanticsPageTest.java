package io.millrace.examples.guide;

import static io.millrace.examples.guide.GuideStore.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.TopicSpec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.task.SkippedRecord;
import io.millrace.streams.Codecs;
import io.millrace.streams.JobContext;
import io.millrace.streams.Stream;
import io.millrace.streams.TopicAppender;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import io.millrace.testkit.MillraceTest;
import io.millrace.testkit.TestDrivers;
import io.millrace.testkit.TestInput;
import io.millrace.testkit.TestOutput;
import io.millrace.testkit.TestRecord;
import io.millrace.testkit.TopologyTestDriver;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the edges of docs/guide/semantics.md that no other test holds. */
@MillraceTest
class SemanticsPageTest {
    @TempDir
    Path directory;

    private static Topology counts(final Windows windows) {
        final Topology topology = Topology.named("counts").onError(ErrorPolicy.SKIP);
        topology.stream("in", Codecs.string())
                .maxAhead(Duration.ofSeconds(10))
                .keyBy("by-value", Codecs.string(), value -> value)
                .window("windows", windows)
                .late(late -> late.to("late"))
                .count()
                .map(window -> window.key() + " " + window.value(), Codecs.string())
                .to("out");
        return topology;
    }

    @Test
    void shouldCloseAWindowBeforeTheRecordAtItsEndAndMakeTheInstantBeforeLate(final TestDrivers drivers) {
        final TopologyTestDriver driver =
                drivers.of(counts(Windows.tumbling(Duration.ofSeconds(10)))).start();
        final TestInput<String> in = driver.input("in", Codecs.string());
        final TestOutput<String> out = driver.output("out", Codecs.string());
        final TestOutput<String> late = driver.output("late", Codecs.string());
        final Instant end = driver.now().plusSeconds(10);

        in.pipe(end.minusNanos(1), "a");
        assertThat(out.readAll()).isEmpty();
        in.pipe(end, "a");
        final TestRecord<String> result = out.readOne();
        assertThat(result.value()).isEqualTo("a 1");
        assertThat(result.eventTime()).isEqualTo(end.minusNanos(1));

        in.pipe(end.minusNanos(1), "too late").pipe(end, "in time");
        assertThat(late.readValues()).containsExactly("too late");
        driver.replayTwice();
    }

    @Test
    void shouldTakeATimeThatIsJustAsFarAheadAsAllowedAndRefuseTheNextNanosecond(final TestDrivers drivers) {
        final TopologyTestDriver driver =
                drivers.of(counts(Windows.tumbling(Duration.ofSeconds(10)))).start();
        final TestInput<String> in = driver.input("in", Codecs.string());

        in.pipe(driver.now().plusSeconds(10), "a")
                .pipe(driver.now().plusSeconds(10).plusNanos(1), "b");
        driver.end();

        assertThat(driver.output("out", Codecs.string()).readValues()).containsExactly("a 1");
        assertThat(driver.skipped())
                .singleElement()
                .satisfies(record -> assertThat(record.reason()).contains("further ahead"));
    }

    @Test
    void shouldTakeNullAndAnEmptyKeyForFailuresOfTheFunction(final TestDrivers drivers) {
        final Topology topology = Topology.named("nulls").onError(ErrorPolicy.SKIP);
        final Stream<String> in = topology.stream("in", Codecs.string());
        in.map(value -> value.equals("null") ? null : value, Codecs.string()).to("mapped");
        in.keyBy("by-value", Codecs.string(), value -> value.equals("null") ? null : value)
                .count("count")
                .toChanges()
                .map(change -> change.key() + " " + change.value(), Codecs.string())
                .to("counts");
        final TopologyTestDriver driver = drivers.of(topology).start();

        driver.input("in", Codecs.string()).pipe("null").pipe("").pipe("a");

        assertThat(driver.output("mapped", Codecs.string()).readValues()).containsExactly("", "a");
        assertThat(driver.output("counts", Codecs.string()).readValues()).containsExactly("a 1");
        assertThat(driver.skipped())
                .extracting(SkippedRecord::operator)
                .containsExactly("map-1", "by-value", "by-value");
    }

    @Test
    void shouldTakeARecordWithoutAKeyForOneOfTheEmptyKeyWhereTheTopicIsKeyed(final TestDrivers drivers) {
        final Topology topology = Topology.named("keyed");
        topology.stream("in", Codecs.string())
                .keyed(Codecs.string())
                .count("count")
                .toChanges()
                .map(change -> "'" + change.key() + "' " + change.value(), Codecs.string())
                .to("counts");
        final TopologyTestDriver driver =
                drivers.of(topology).partitions("in", 2).start();

        driver.input("in", Codecs.string()).pipe("one").pipe("two");

        assertThat(driver.output("counts", Codecs.string()).readValues()).containsExactly("'' 1", "'' 1");
    }

    @Test
    void shouldTellAnEmptyValueFromADelete(final TestDrivers drivers) {
        final Topology topology = Topology.named("table");
        topology.table("table", "in", Codecs.string(), Codecs.string()).to("out", Codecs.string());
        final TopologyTestDriver driver = drivers.of(topology).start();
        final TestInput<String> in = driver.input("in", Codecs.string());

        in.pipe(Codecs.string(), "k", driver.now(), "").delete(Codecs.string(), "k", driver.now());

        assertThat(driver.output("out", Codecs.string()).readAll())
                .extracting(TestRecord::isDelete)
                .containsExactly(false, true);
    }

    @Test
    void shouldMakeNothingOfAnInputThatEndsBeforeItBegins(final TestDrivers drivers) {
        final TopologyTestDriver driver =
                drivers.of(counts(Windows.tumbling(Duration.ofSeconds(10)))).start();

        driver.end();

        assertThat(driver.output("out", Codecs.string()).readAll()).isEmpty();
    }

    @Test
    void shouldNotSeeWhatIsAppendedBehindTheEnd() throws Exception {
        try (GuideStore store = new GuideStore(directory)) {
            final TopicAppender<String> in = store.appender("in", Codecs.string());
            in.append(SECOND_NS, "seen");
            in.end();
            in.append(2 * SECOND_NS, "not seen");

            assertThat(store.run(counts(Windows.tumbling(Duration.ofSeconds(10))))
                            .recordsIn())
                    .isEqualTo(1);
            assertThat(store.values("out")).containsExactly("seen 1");
        }
    }

    @Test
    void shouldRefuseToAppendNull() {
        try (GuideStore store = new GuideStore(directory)) {
            final TopicAppender<String> in = store.appender("in", Codecs.string());

            assertThatThrownBy(() -> in.append(0, null)).isInstanceOf(NullPointerException.class);
        }
    }

    @Test
    void shouldSendWatermarksAtAQuarterOfAGapAndASixteenthOfASlidingWindow() {
        assertThat(counts(Windows.session(Duration.ofSeconds(8)))
                        .plan(topic -> 2)
                        .describe())
                .contains("watermarks at each 2 s");
        assertThat(counts(Windows.sliding(Duration.ofSeconds(8)))
                        .plan(topic -> 2)
                        .describe())
                .contains("watermarks at each 500 ms");
    }

    @Test
    void shouldNameTheLimitOfASpanAndOfPartitionsThreadsAndReplicas() {
        final Duration tooLong = Duration.ofNanos((1L << 60) + 1);

        assertThatThrownBy(() -> counts(Windows.tumbling(tooLong)).describe()).hasMessageContaining("36 years");
        assertThatThrownBy(() -> counts(Windows.session(Duration.ofNanos(1)).grace(tooLong))
                        .describe())
                .hasMessageContaining("36 years");
        assertThatThrownBy(() -> TopicSpec.named("in").partitions(4097)).hasMessageContaining("4096");
        assertThatThrownBy(() -> new JobContext().threads(1025)).hasMessageContaining("1024");
        assertThatThrownBy(() -> new JobContext().replicas(9)).hasMessageContaining("8");
    }

    @Test
    void shouldTake64CellsOfAProcessorAndNoMore(final TestDrivers drivers) {
        assertThat(drivers.of(cells(64)).start().describe()).contains("cells");
        assertThatThrownBy(() -> drivers.of(cells(65)).start()).hasMessageContaining("64");
    }

    private static Topology cells(final int count) {
        final Topology topology = Topology.named("cells");
        topology.stream("in", Codecs.string())
                .keyBy("by-value", Codecs.string(), value -> value)
                .process("cells", () -> new Cells(count), Codecs.string())
                .to("out");
        return topology;
    }

    private record Cells(int count) implements Processor<String, String, String> {
        @Override
        public void init(final ProcessorSetup setup) {
            for (int i = 0; i < count; i++) {
                setup.valueState("cell-" + i, Codecs.int64());
            }
        }

        @Override
        public void process(final String value, final ProcessorContext<String, String> context) {}
    }
}
