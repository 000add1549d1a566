package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.record.RecordKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a job sees the rows of a side file, and what it does with one that has changed, is bad or is gone. */
class SideFileTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private StoreFixture fixture;
    private Path cities;

    @BeforeEach
    void setUp() {
        fixture = new StoreFixture(directory.resolve("store"));
        cities = directory.resolve("cities.csv");
    }

    @AfterEach
    void tearDown() {
        fixture.close();
    }

    @Test
    void shouldAppendTheRowsOnceAndInTheirOrder() throws IOException {
        fixture.givenTopic("visits", 1);
        write("# key,name", "b,Berlin", "", "a,Athens");

        run();
        run();

        assertThat(changes()).containsExactly("b=Berlin", "a=Athens", "mark");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "7, 1", "1, 2", "2, 3", "7, 4"})
    void shouldHaveAllRowsInFrontOfAllValues(final int partitions, final int threads) throws Exception {
        fixture.givenTopic("visits", partitions);
        final List<String> lines = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            lines.add("k" + i + ",city " + i);
        }
        write(lines.toArray(String[]::new));
        for (int i = 0; i < 2_000; i++) {
            fixture.append("visits", i % partitions, i * SECOND, "", "k" + i);
        }

        try (Job job = Job.start(
                fixture.store(),
                joining(true),
                new JobContext().threads(threads).toEnd())) {
            assertThat(job.awaitCompletion(DEADLINE)).isTrue();
        }

        assertThat(fixture.values("out"))
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 2_000)
                        .mapToObj(i -> "k" + i + " in city " + i)
                        .toList());
    }

    @Test
    void shouldHaveRowsInFrontThatGoThroughAnotherExchange() throws Exception {
        fixture.givenTopic("visits", 2);
        write("a,Athens", "b,Athens", "c,Cairo");
        for (int i = 0; i < 300; i++) {
            fixture.append("visits", i % 2, i * SECOND, "", i % 2 == 0 ? "Athens" : "Cairo");
        }
        final Topology topology = Topology.named("job");
        final Table<String, Long> keys = topology.tableFromFile("cities", "cities.rows", file())
                .groupBy("by-name", Codecs.string(), name -> name)
                .count("keys");
        topology.stream("visits", Codecs.string())
                .keyBy("by-city", Codecs.string(), visit -> visit)
                .leftJoin("visited", keys)
                .mapValues(pair -> pair.left() + " has " + pair.right(), Codecs.string())
                .to("out");

        fixture.run(topology, new JobContext().toEnd());

        assertThat(fixture.values("out")).hasSize(300).containsOnly("Athens has 2", "Cairo has 1");
    }

    @Test
    void shouldTakeWhatHasChangedAtTheNextStart() throws Exception {
        fixture.givenTopic("visits", 1);
        write("a,Athens", "b,Berlin", "c,Cairo");
        fixture.append("visits", 0, 0, "", "a");
        fixture.append("visits", 0, 0, "", "b");
        run();

        write("d,Delhi", "c,Cairo", "a,Aachen");
        fixture.append("visits", 0, SECOND, "", "a");
        fixture.append("visits", 0, SECOND, "", "b");
        fixture.append("visits", 0, SECOND, "", "d");
        run();

        assertThat(changes())
                .containsExactly("a=Athens", "b=Berlin", "c=Cairo", "mark", "b deleted", "d=Delhi", "a=Aachen", "mark");
        assertThat(fixture.values("out"))
                .containsExactly("a in Athens", "b in Berlin", "a in Aachen", "b in null", "d in Delhi");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldReplayTheSameWhenTheFileHasChangedOrIsGone(final boolean isGone) throws Exception {
        fixture.givenTopic("visits", 2);
        write("a,Athens", "b,Berlin");
        for (int i = 0; i < 50; i++) {
            fixture.append("visits", i % 2, i * SECOND, "", i % 3 == 0 ? "a" : "b");
        }
        run();
        final List<String> before = fixture.values("out");
        if (isGone) {
            Files.delete(cities);
        } else {
            write("a,Aachen");
        }

        final JobTasks tasks = JobTasks.open(
                fixture.store(), joining(true), new JobContext().audit(true).checkpointInterval(Duration.ZERO));
        try (tasks) {
            work(tasks);
        }

        assertThat(tasks.counters().auditedOutputs()).isGreaterThanOrEqualTo(50);
        assertThat(fixture.values("out")).isEqualTo(before);
    }

    @Test
    void shouldNotHoldUpTheTimeOfOthers() throws Exception {
        fixture.givenTopic("visits", 1);
        write("a,Athens");
        final Topology topology = Topology.named("job");
        final SourceTable<String, String> table = topology.tableFromFile("cities", "cities.rows", file());
        topology.stream("visits", Codecs.string())
                .keyBy("by-city", Codecs.string(), visit -> visit)
                .join("visited", table)
                .mapValues(pair -> pair.right(), Codecs.string())
                .window("per-second", Windows.tumbling(Duration.ofSeconds(1)))
                .count()
                .map(window -> window.startNs() / SECOND + " " + window.value(), Codecs.string())
                .to("out");
        final long farAheadS = System.currentTimeMillis() / 1_000 + 3_600;
        try (JobTasks tasks = JobTasks.open(fixture.store(), topology, new JobContext())) {
            fixture.append("visits", 0, farAheadS * SECOND, "", "a");
            fixture.append("visits", 0, (farAheadS + 2) * SECOND, "", "a");
            work(tasks);
        }

        assertThat(fixture.values("out")).containsExactly(farAheadS + " 1");
    }

    @Test
    void shouldNameTheLineThatIsNoRowAndTakeNothing() throws IOException {
        fixture.givenTopic("visits", 1);
        write("# key,name", "a,Athens", "nonsense");

        assertThatThrownBy(this::run)
                .hasMessage("side file " + cities + " line 3: java.lang.ArrayIndexOutOfBoundsException: Index 1 out of"
                        + " bounds for length 1: \"nonsense\"; correct the line, or have the function give null for what is"
                        + " no row; nothing of the file was taken");
        assertThat(changes()).isEmpty();
    }

    @Test
    void shouldNameTheLineThatRepeatsAKey() throws IOException {
        fixture.givenTopic("visits", 1);
        write("a,Athens", "b,Berlin", "a,Aachen");

        assertThatThrownBy(this::run)
                .hasMessageStartingWith("side file " + cities
                        + " line 3: its key is that of line 1; each key has one line: \"a,Aachen\"");
    }

    @Test
    void shouldNotTakeBytesThatAreNoText() throws IOException {
        fixture.givenTopic("visits", 1);
        Files.write(cities, new byte[] {'a', ',', 'A', '\n', (byte) 0xff, ',', 'B', '\n'});

        assertThatThrownBy(this::run)
                .hasMessageContaining("side file " + cities)
                .hasMessageEndingWith("the bytes are no UTF-8; write the file in UTF-8");
        assertThat(changes()).isEmpty();
    }

    @Test
    void shouldTakeAFileAsOtherProgramsWriteIt() throws IOException {
        fixture.givenTopic("visits", 1);
        Files.writeString(cities, "\uFEFFa,Athens\r\n\r\nb,Berlin");

        run();

        assertThat(changes()).containsExactly("a=Athens", "b=Berlin", "mark");
    }

    @Test
    void shouldNotTakeAFileThatIsWrittenMeanwhile() throws IOException {
        fixture.givenTopic("cities.rows", 1);
        write("a,Athens", "b,Berlin");
        final SideFile<String, String> written = SideFile.lines(cities, Codecs.string(), Codecs.string(), line -> {
            if (line.startsWith("a")) {
                append("c,Cairo");
            }
            return Map.entry(line, line);
        });

        assertThatThrownBy(() -> new SideFileTopic(fixture.store(), "cities.rows", written).update())
                .hasMessageContaining("cities.csv was written while it was read")
                .hasMessageContaining("rename");
        assertThat(changes()).isEmpty();
    }

    @Test
    void shouldNotTakeADirectoryForAFile() throws IOException {
        fixture.givenTopic("visits", 1);
        Files.createDirectory(cities);

        assertThatThrownBy(this::run).hasMessageContaining("cities.csv is a directory");
        assertThat(changes()).isEmpty();
    }

    @Test
    void shouldDeleteAllRowsOfAFileThatIsEmpty() throws IOException {
        fixture.givenTopic("visits", 1);
        write("a,Athens");
        run();
        Files.write(cities, List.of());

        run();

        assertThat(changes()).containsExactly("a=Athens", "mark", "a deleted", "mark");
    }

    @Test
    void shouldNotStartWithoutAFileThatItHasNeverRead() {
        fixture.givenTopic("visits", 1);

        assertThatThrownBy(this::run)
                .hasMessage("side file " + cities
                        + " is not there, and topic cities.rows holds nothing of it; put the file" + " back");
    }

    @Test
    void shouldCompleteWhatWasCutShortOrRefuseToGoOn() throws IOException {
        fixture.givenTopic("visits", 1);
        fixture.givenTopic("cities.rows", 1);
        fixture.append("cities.rows", 0, 0, "a", "Athens");

        assertThatThrownBy(this::run)
                .hasMessageContaining("topic cities.rows holds a part of it, since the process ended meanwhile");
        write("a,Athens", "b,Berlin");
        run();
        Files.delete(cities);
        run();

        assertThat(changes()).containsExactly("a=Athens", "b=Berlin", "mark");
    }

    @Test
    void shouldMarkWhatWasWholeButForItsMark() throws IOException {
        fixture.givenTopic("visits", 1);
        fixture.givenTopic("cities.rows", 1);
        fixture.append("cities.rows", 0, 0, "a", "Athens");
        write("a,Athens");

        run();

        assertThat(changes()).containsExactly("a=Athens", "mark");
    }

    @Test
    void shouldLeaveOutLinesAtTheTop() throws IOException {
        fixture.givenTopic("visits", 1);
        write("code", "a,Athens");
        final Topology topology = Topology.named("job");
        topology.tableFromFile("cities", "cities.rows", file().headerLines(1).beside())
                .to("out", Codecs.string());

        fixture.run(topology, new JobContext().toEnd());

        assertThat(fixture.keysAndValues("out")).containsExactly("a=Athens");
    }

    private void run() {
        final JobContext context = new JobContext();
        try (JobTasks tasks = JobTasks.open(fixture.store(), joining(true), context)) {
            work(tasks);
        }
    }

    private static void work(final JobTasks tasks) {
        while (tasks.doWork() > 0) {
            // On until there is nothing left to do.
        }
    }

    private Topology joining(final boolean isFirst) {
        final Topology topology = Topology.named("job");
        final SourceTable<String, String> table =
                topology.tableFromFile("cities", "cities.rows", isFirst ? file() : file().beside());
        topology.stream("visits", Codecs.string())
                .keyBy("by-city", Codecs.string(), visit -> visit)
                .leftJoin("visited", table)
                .mapValues(pair -> pair.left() + " in " + pair.right(), Codecs.string())
                .to("out");
        return topology;
    }

    private SideFile<String, String> file() {
        return SideFile.lines(cities, Codecs.string(), Codecs.string(), line -> {
            if (line.startsWith("#")) {
                return null;
            }
            final String[] fields = line.split(",");
            return Map.entry(fields[0], fields[1]);
        });
    }

    private void append(final String line) {
        try {
            Files.writeString(cities, line + "\n", StandardOpenOption.APPEND);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(final String... lines) throws IOException {
        Files.write(cities, List.of(lines), StandardCharsets.UTF_8);
    }

    private List<String> changes() {
        final List<String> changes = new ArrayList<>();
        try (var reader = fixture.store().topic("cities.rows").partition(0).reader()) {
            while (reader.poll(
                            record -> {
                                final String key = record.buffer()
                                        .getStringWithoutLengthUtf8(record.keyOffset(), record.keyLength());
                                switch (record.kind()) {
                                    case RecordKind.DATA -> changes.add(key + "=" + StoreFixture.value(record));
                                    case RecordKind.TOMBSTONE -> changes.add(key + " deleted");
                                    case RecordKind.WATERMARK -> changes.add("mark");
                                    default -> changes.add("another record");
                                }
                            },
                            100)
                    > 0) {
                // On to the end.
            }
        }
        return changes;
    }
}
