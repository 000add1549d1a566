package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.LogContext;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.ProducerAppender;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.state.CountState;
import io.millrace.operators.window.Windowed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions, sliding windows and windows of a count in jobs. */
class DataWindowJobTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldMergeSessionsOfRecordsFromSeveralPartitions(final int partitions) throws Exception {
        assertThat(run(
                        Windows.session(Duration.ofSeconds(10)),
                        partitions,
                        "a 0",
                        "b 3",
                        "a 15",
                        "b 13",
                        "a 8",
                        "a 40"))
                .containsExactlyInAnyOrder("a 0-25 3", "b 3-13 1", "b 13-23 1", "a 40-50 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldEndASlidingWindowWithEachEvent(final int partitions) throws Exception {
        final Windows windows = Windows.sliding(Duration.ofSeconds(10));

        assertThat(run(windows, partitions, "a 20", "a 25", "b 21", "a 12", "a 30"))
                .containsExactlyInAnyOrder("a 2-12 1", "a 10-20 2", "b 11-21 1", "a 15-25 2", "a 20-30 2");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldCountOffTheRecordsOfEachKey(final int partitions) throws Exception {
        assertThat(run(Windows.count(2), partitions, "a 5", "b 7", "a 5", "a 5", "b 7", "a 5", "b 7", "a 5"))
                .containsExactlyInAnyOrder("a 5-5 2", "b 7-7 2", "a 5-5 2");
    }

    @Test
    void shouldSayInThePlanWhatIsKeptAndWhenWatermarksAreSent() {
        final String plan = topology(windows -> windows, Windows.session(Duration.ofSeconds(8)))
                .plan(topic -> 2)
                .describe();

        assertThat(plan)
                .contains("count, sessions with a gap of 8 s")
                .contains("8 bytes and the key, for each key in each open window")
                .contains("watermarks at each 2 s");
        assertThat(topology(windows -> windows, Windows.count(3))
                        .plan(topic -> 2)
                        .describe())
                .contains("count, 3 values each");
    }

    @Test
    void shouldReportWindowsThatCannotBe() {
        final Topology topology = Topology.named("job");
        final KeyedStream<String, String> keyed =
                topology.stream("in", Codecs.string()).keyBy("by-word", Codecs.string(), value -> value);
        final Aggregation<String, ?, Long> loose = Aggregation.<String, CountState>flyweight(
                        CountState::new, (state, value) -> state.increment())
                .result(CountState::value);
        to(keyed.window("w1", Windows.session(Duration.ZERO)).count(), "o1");
        to(keyed.window("w2", Windows.count(0)).count(), "o2");
        to(keyed.window("w3", Windows.count(5).grace(Duration.ofSeconds(1))).count(), "o3");
        to(keyed.window("w4", Windows.session(Duration.ofSeconds(1))).aggregate(loose), "o4");
        to(keyed.window("w5", Windows.sliding(Duration.ofSeconds(1))).aggregate(loose), "o5");
        to(
                keyed.window("w6", Windows.sliding(Duration.ofSeconds(1)))
                        .emit(Emit.onUpdate())
                        .count(),
                "o6");
        to(
                keyed.window("w7", Windows.count(5))
                        .emit(Emit.every(Duration.ofSeconds(1)))
                        .count(),
                "o7");
        to(keyed.window("w8", Windows.count(5)).late(late -> late.to("late")).count(), "o8");

        assertThatThrownBy(topology::build)
                .hasMessageContaining("window w1: the gap of a session must be 1 ns to 36 years, is PT0S")
                .hasMessageContaining("window w2: a window holds at least 1 value, is to hold 0")
                .hasMessageContaining("window w3: windows of a count have no grace")
                .hasMessageContaining("window w4: sessions need combine(…)")
                .hasMessageContaining("window w5: sliding windows need combine(…)")
                .hasMessageContaining("window w6: sliding windows emit on close only")
                .hasMessageContaining("window w7: windows of a count emit on close or on update")
                .hasMessageContaining("window w8: nothing is late for windows of a count");
    }

    private static void to(final Stream<? extends Windowed<String, Long>> results, final String topic) {
        results.map(Object::toString, Codecs.string()).to(topic);
    }

    private static Topology topology(
            final UnaryOperator<WindowedStream<String, String>> options, final Windows windows) {
        final Topology topology = Topology.named("job");
        options.apply(topology.stream("words", Codecs.string())
                        .outOfOrderness(Duration.ofSeconds(20))
                        .keyBy("by-word", Codecs.string(), word -> word)
                        .window("windows", windows))
                .count()
                .map(
                        result -> result.key() + " " + result.startNs() / SECOND + "-" + result.endNs() / SECOND + " "
                                + result.value(),
                        Codecs.string())
                .to("results");
        return topology;
    }

    /** Spreads the records over the partitions, so that the ones of a key come from several tasks. */
    private List<String> run(final Windows windows, final int partitions, final String... records) throws Exception {
        try (LogStore store = LogStore.launch(
                new LogContext().directory(directory.resolve("store")).segmentLength(1 << 16))) {
            store.createTopic(TopicSpec.named("words").partitions(partitions));
            final int producerId = store.producerId("input");
            for (int i = 0; i < partitions; i++) {
                try (ProducerAppender appender =
                        store.topic("words").partition(i).producer(producerId)) {
                    append(appender, records, i, partitions);
                }
            }
            try (Job job = Job.start(store, topology(options -> options, windows), new JobContext())) {
                assertThat(job.awaitCompletion(DEADLINE)).as("job ends in time").isTrue();
            }
            return read(store, "results");
        }
    }

    private static void append(
            final ProducerAppender appender, final String[] records, final int partition, final int partitions) {
        int sequence = 0;
        for (int i = partition; i < records.length; i += partitions) {
            final String[] record = records[i].split(" ");
            final UnsafeBuffer word = new UnsafeBuffer(record[0].getBytes(StandardCharsets.UTF_8));
            final long timeNs = Long.parseLong(record[1]) * SECOND;
            append(appender, sequence++, RecordKind.DATA, timeNs, word);
        }
        append(appender, sequence, RecordKind.WATERMARK, Long.MAX_VALUE, new UnsafeBuffer(new byte[0]));
    }

    private static void append(
            final ProducerAppender appender,
            final long sequence,
            final byte kind,
            final long timeNs,
            final UnsafeBuffer bytes) {
        final int length = bytes.capacity();
        assertThat(appender.append(sequence, kind, timeNs, bytes, 0, length, bytes, 0, length))
                .as("outcome of an append")
                .isPositive();
    }

    private static List<String> read(final LogStore store, final String topic) {
        final List<String> values = new ArrayList<>();
        for (int i = 0; i < store.topic(topic).partitionCount(); i++) {
            try (LogReader reader = store.topic(topic).partition(i).reader()) {
                while (reader.poll(
                                record -> {
                                    if (record.kind() == RecordKind.DATA) {
                                        values.add(record.buffer()
                                                .getStringWithoutLengthUtf8(
                                                        record.valueOffset(), record.valueLength()));
                                    }
                                },
                                1_000)
                        > 0) {
                    // Read on to the end.
                }
            }
        }
        return values;
    }
}
