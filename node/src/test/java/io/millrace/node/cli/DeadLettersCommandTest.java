package io.millrace.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogContext;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.streams.Codecs;
import io.millrace.streams.Job;
import io.millrace.streams.JobContext;
import io.millrace.streams.Topology;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadLettersCommandTest {
    private static final int SEGMENT_LENGTH = 64 * 1024;

    @TempDir
    private Path directory;

    private final CommandRun command = new CommandRun();
    private final StringWriter out = command.out;
    private final StringWriter err = command.err;

    @Test
    void shouldListItsCommandsWhenNothingIsAsked() {
        assertThat(run("dead-letters")).isZero();

        assertThat(out.toString()).contains("list", "redrive");
    }

    @Test
    void shouldListLettersWithWhereFromWhoAndWhyOfALiveStore() throws InterruptedException {
        try (LogStore store = givenDeadLetters()) {
            assertThat(run("dead-letters", "list", store.directory().toString(), "dead"))
                    .isZero();
        }

        final List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(3).last().isEqualTo("2 dead letters");
        assertThat(lines.get(0))
                .isEqualTo(
                        "dead/0 position=4096 from=in/0@4096 event=1970-01-01T00:00:00.000000007Z job=job operator=filter-1"
                                + " reason='java.lang.IllegalStateException: cannot take.bad1' key='k' value='bad1'");
    }

    @Test
    void shouldListFromAPositionAsManyAsAsked() throws InterruptedException {
        givenDeadLetters().close();

        assertThat(run("dead-letters", "list", directory.toString(), "dead", "--from", "4097"))
                .isZero();
        assertThat(out.toString().lines()).hasSize(2).first().asString().contains("value='bad2'");
        assertThat(run("dead-letters", "list", directory.toString(), "dead", "--limit", "1", "--payload", "hex"))
                .isZero();
        assertThat(out.toString().lines()).hasSize(2).first().asString().endsWith(" key=6b value=62616431");
        assertThat(out.toString().lines()).last().isEqualTo("1 dead letter");
    }

    @Test
    void shouldRedriveOnceAndSayWhatItDid() throws InterruptedException {
        givenDeadLetters().close();

        assertThat(run("dead-letters", "redrive", directory.toString(), "dead", "--dry-run"))
                .isZero();
        assertThat(out.toString()).isEqualTo(line("to be re-driven=2 already there=0 skipped=0"));
        assertThat(run("dead-letters", "redrive", directory.toString(), "dead", "--limit", "1"))
                .isZero();
        assertThat(out.toString()).isEqualTo(line("re-driven=1 already there=0 skipped=0"));
        assertThat(run("dead-letters", "redrive", directory.toString(), "dead")).isZero();
        assertThat(out.toString()).isEqualTo(line("re-driven=1 already there=1 skipped=0"));
        assertThat(run("dead-letters", "redrive", directory.toString(), "dead", "--partition", "0"))
                .isZero();
        assertThat(out.toString()).isEqualTo(line("re-driven=0 already there=2 skipped=0"));

        assertThat(run("log", "dump", directory.toString(), "--topic", "in")).isZero();
        assertThat(out.toString().lines().filter(line -> line.contains(" producer=")))
                .hasSize(2)
                .allMatch(line -> line.contains("event=1970-01-01T00:00:00.000000007Z") && line.contains(" key='k'"));
    }

    @Test
    void shouldSayWhatItSkipped() throws InterruptedException {
        try (LogStore store = givenDeadLetters()) {
            final io.millrace.operators.output.DeadLetterCodec codec =
                    new io.millrace.operators.output.DeadLetterCodec();
            final io.millrace.operators.output.DeadLetter letter = new io.millrace.operators.output.DeadLetter(
                    "job", "in", 0, 4096, 7, "per-second", "a result", new byte[0], null);
            final UnsafeBuffer bytes = new UnsafeBuffer(new byte[codec.encodedLength(letter)]);
            codec.encode(letter, bytes, 0);
            store.topic("dead")
                    .partition(0)
                    .appender()
                    .append(RecordKind.DATA, 7, null, 0, 0, bytes, 0, bytes.capacity());
        }

        assertThat(run("dead-letters", "redrive", directory.toString(), "dead")).isZero();

        assertThat(out.toString())
                .isEqualTo(line("re-driven=2 already there=0 skipped=1")
                        + line("skipped: 1 failed because time had passed and have no record, 0 have no topic here that"
                                + " takes them"));
        assertThat(run("dead-letters", "list", directory.toString(), "dead")).isZero();
        assertThat(out.toString()).contains("operator=per-second reason='a result' no record");
    }

    @Test
    void shouldSayInOneLineThatTheStoreIsInUse() throws InterruptedException {
        try (LogStore store = givenDeadLetters()) {
            assertThat(run("dead-letters", "redrive", store.directory().toString(), "dead"))
                    .isEqualTo(ExitCode.IN_USE);
        }

        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("millrace dead-letters redrive: directory " + directory + " is owned by process ");
    }

    @Test
    void shouldSayInOneLineThatADirectoryIsNoStoreAndLeaveItEmpty() {
        assertThat(run("dead-letters", "redrive", directory.toString(), "dead")).isEqualTo(ExitCode.BAD_INPUT);

        assertThat(err.toString())
                .isEqualTo(line("millrace dead-letters redrive: directory is not a store: " + directory
                        + "; choose another one"));
        assertThat(directory).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "list DIR none|3|no such topic: topic=none",
                "redrive DIR none|3|no such topic: topic=none",
                "list DIR in|2|topic in holds something else than dead letters: partition=0 position=4096: a dead letter is not",
                "redrive DIR in|2|topic in holds something else than dead letters: partition=0 position=4096: a dead letter is not",
                "redrive DIR in --dry-run|2|topic in holds something else than dead letters: partition=0 position=4096",
                "redrive DIR dead --partition 3|2|topic dead has no partition 3, it has 1",
                "redrive DIR dead --partition -1|2|invalid value for option '--partition': '-1' is below 0",
                "redrive DIR dead --from -1|2|invalid value for option '--from': '-1' is below 0",
                "redrive DIR dead --limit -1|2|invalid value for option '--limit': '-1' is below 0",
                "redrive DIR dead --limit x|2|invalid value for option '--limit': 'x' is not a long",
                "redrive DIR|2|missing required parameter: 'TOPIC'",
            })
    void shouldSayInOneLineWhatIsWrong(final String args, final int exitCode, final String message)
            throws InterruptedException {
        givenDeadLetters().close();

        assertThat(run(("dead-letters " + args.replace("DIR", directory.toString())).split(" ")))
                .isEqualTo(exitCode);

        assertThat(err.toString().lines()).singleElement().asString().contains(message);
        assertThat(out.toString()).isEmpty();
        try (LogStore store = LogStore.launch(new LogContext().directory(directory))) {
            assertThat(store.hasTopic("in.redriven")).isFalse();
        }
    }

    private LogStore givenDeadLetters() throws InterruptedException {
        final LogStore store =
                LogStore.launch(new LogContext().directory(directory).segmentLength(SEGMENT_LENGTH));
        store.createTopic(TopicSpec.named("in"));
        append(store, RecordKind.DATA, 7, "bad1");
        append(store, RecordKind.DATA, 7, "fine");
        append(store, RecordKind.DATA, 7, "bad2");
        append(store, RecordKind.WATERMARK, Long.MAX_VALUE, "");
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .filter(word -> {
                    if (word.startsWith("bad")) {
                        throw new IllegalStateException("cannot take\n" + word);
                    }
                    return true;
                })
                .onError(ErrorPolicy.deadLetter("dead"))
                .to("out");
        try (Job job = Job.start(store, topology, new JobContext().onSkipped(record -> {}))) {
            assertThat(job.awaitCompletion(Duration.ofSeconds(30))).isTrue();
        }
        return store;
    }

    private static void append(final LogStore store, final byte kind, final long eventTimeNs, final String value) {
        final UnsafeBuffer bytes = new UnsafeBuffer(("k" + value).getBytes(StandardCharsets.UTF_8));
        assertThat(store.topic("in")
                        .partition(0)
                        .appender()
                        .append(kind, eventTimeNs, bytes, 0, 1, bytes, 1, value.length()))
                .isPositive();
    }

    private static String line(final String text) {
        return text + System.lineSeparator();
    }

    private int run(final String... args) {
        return command.run(args);
    }
}
