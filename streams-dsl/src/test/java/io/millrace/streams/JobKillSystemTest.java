package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.ProducerAppender;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import io.millrace.log.storage.ArchivedClasses;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills a real process that runs a job with a checkpoint every 100 ms, again and again until the job has come to its end. The
 * results must be those of a job that nobody killed; on one partition, in the same order.
 */
class JobKillSystemTest {
    private static final int RECORDS = Integer.getInteger("millrace.kill.records", 250_000);
    private static final int WORDS = 500;
    private static final int MAX_LIVES = 200;
    private static final int MIN_LIFE_MS = 150;
    private static final int MAX_LIFE_MS = 500;
    private static final long MS_NS = 1_000_000;

    private static final int WARM_UP_RECORDS = 2_000;

    @TempDir
    static Path shared;

    private static ArchivedClasses classes;

    @TempDir
    Path directory;

    private Process child;

    @BeforeAll
    static void archiveClasses() throws Exception {
        classes = archivedClasses(shared);
    }

    /** Those of a job that runs to its end. */
    static ArchivedClasses archivedClasses(final Path shared) throws Exception {
        final Path home = shared.resolve("warm-up");
        givenInput(home, 1, WARM_UP_RECORDS);
        return ArchivedClasses.of(shared, KilledJob.class, home.toString());
    }

    @AfterEach
    void stopChild() throws InterruptedException {
        if (child != null) {
            child.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldGiveTheResultsOfAJobThatNobodyKilled(final int partitions) throws Exception {
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        final Path killed = directory.resolve("killed");
        final Path whole = directory.resolve("whole");
        givenInput(killed, partitions, RECORDS);
        givenInput(whole, partitions, RECORDS);
        try (LogStore store = LogStore.launch(KilledJob.context(whole));
                Job job = Job.start(store, KilledJob.topology(0))) {
            assertThat(job.awaitCompletion(Duration.ofMinutes(2))).isTrue();
        }

        int lives = 0;
        int resumed = 0;
        boolean isDone = false;
        while (!isDone && lives < MAX_LIVES) {
            lives++;
            child = start(killed);
            final BufferedReader out = child.inputReader();
            final String started = out.readLine();
            assertThat(started)
                    .as("seed %d, life %d: %s", seed, lives, errors())
                    .startsWith(KilledJob.STARTED);
            resumed += started.equals(KilledJob.STARTED + 0) ? 0 : 1;
            if (!child.waitFor(MIN_LIFE_MS + random.nextInt(MAX_LIFE_MS - MIN_LIFE_MS), TimeUnit.MILLISECONDS)) {
                child.destroyForcibly();
                assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
            } else {
                isDone = KilledJob.DONE.equals(out.readLine());
                assertThat(isDone)
                        .as("seed %d, life %d: %s", seed, lives, errors())
                        .isTrue();
            }
        }

        assertThat(isDone)
                .as("seed %d: the job is done after %d lives", seed, lives)
                .isTrue();
        assertThat(resumed)
                .as("seed %d: lives that began from a checkpoint, of %d", seed, lives)
                .isPositive();
        final List<String> expected = results(whole);
        assertThat(expected).hasSizeGreaterThan(WORDS);
        if (partitions == 1) {
            assertThat(results(killed)).as("seed %d", seed).isEqualTo(expected);
        } else {
            // Which of two tasks is the first to append to an exchange is for the log to say.
            assertThat(results(killed)).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    private static void givenInput(final Path home, final int partitions, final int records) {
        try (LogStore store = LogStore.launch(KilledJob.context(home))) {
            store.createTopic(TopicSpec.named("in").partitions(partitions));
            final int producerId = store.producerId("test");
            for (int partition = 0; partition < partitions; partition++) {
                try (ProducerAppender appender =
                        store.topic("in").partition(partition).producer(producerId)) {
                    for (int i = 0; i < records / partitions; i++) {
                        append(appender, i, RecordKind.DATA, i * MS_NS, "w" + (i * 31L + partition) % WORDS);
                    }
                    append(appender, records / partitions, RecordKind.WATERMARK, Long.MAX_VALUE, "");
                }
            }
        }
    }

    private static void append(
            final ProducerAppender appender,
            final long sequence,
            final byte kind,
            final long timeNs,
            final String text) {
        final UnsafeBuffer value = new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
        long outcome;
        do {
            outcome = appender.append(sequence, kind, timeNs, null, 0, 0, value, 0, value.capacity());
        } while (outcome == Outcome.BACK_PRESSURED);
        assertThat(outcome).as("outcome of an append").isPositive();
    }

    private Process start(final Path home) throws IOException {
        final List<String> command = classes.command();
        command.addAll(List.of(KilledJob.class.getName(), home.toString()));
        return new ProcessBuilder(command)
                .redirectError(directory.resolve("errors").toFile())
                .start();
    }

    private String errors() throws IOException {
        return Files.readString(directory.resolve("errors"));
    }

    /** All that the sink has written: partition, number, event time and value of each record. */
    private static List<String> results(final Path home) {
        final List<String> results = new ArrayList<>();
        try (LogStore store = LogStore.launch(KilledJob.context(home))) {
            for (int i = 0; i < store.topic("out").partitionCount(); i++) {
                final int partition = i;
                try (LogReader reader = store.topic("out").partition(i).reader()) {
                    while (reader.poll(
                                    record -> results.add(partition + " " + record.eventTimeNs() + " "
                                            + record.buffer()
                                                    .getStringWithoutLengthUtf8(
                                                            record.valueOffset(), record.valueLength())),
                                    1_000)
                            > 0) {
                        // Read on to the end.
                    }
                }
            }
        }
        return results;
    }
}
