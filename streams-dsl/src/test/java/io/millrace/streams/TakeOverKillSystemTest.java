package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.storage.ArchivedClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a real process that takes over from a job, again and again, until the next version has come to its end. */
class TakeOverKillSystemTest {
    private static final int MAX_LIVES = 200;
    private static final int MIN_LIFE_MS = 200;
    private static final int LONGER_MS = 60;

    @TempDir
    static Path shared;

    private static ArchivedClasses classes;

    @TempDir
    Path directory;

    private Process child;

    @BeforeAll
    static void archiveClasses() throws Exception {
        classes = JobKillSystemTest.archivedClasses(shared);
    }

    @AfterEach
    void stopChild() throws InterruptedException {
        if (child != null) {
            child.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldPutTheOutputsOfTheNextVersionBehindThoseOfTheOneBefore() throws Exception {
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        try (LogStore store = LogStore.launch(TakenOverJob.context(directory.resolve("store")))) {
            store.createTopic(TopicSpec.named("in"));
            TakenOverJob.append(store, 0, TakenOverJob.BEFORE);
        }

        int lives = 0;
        int killedBefore = 0;
        boolean isDone = false;
        while (!isDone && lives < MAX_LIVES) {
            lives++;
            child = start();
            // Longer and longer, so that it comes to an end on a machine however slow.
            isDone =
                    child.waitFor(MIN_LIFE_MS + random.nextInt(MIN_LIFE_MS + lives * LONGER_MS), TimeUnit.MILLISECONDS);
            child.destroyForcibly();
            assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
            final List<String> said = Files.readAllLines(directory.resolve("said"));
            if (isDone) {
                assertThat(said)
                        .as("seed %d, life %d: %s", seed, lives, errors())
                        .endsWith(TakenOverJob.DONE);
            } else if (said.contains(TakenOverJob.STARTED)) {
                killedBefore += said.contains(TakenOverJob.TAKEN_OVER) ? 0 : 1;
            }
        }

        assertThat(isDone).as("seed %d: done after %d lives", seed, lives).isTrue();
        assertThat(killedBefore).as("seed %d: kills before the take-over", seed).isPositive();
        assertThat(results()).as("seed %d", seed).isEqualTo(expected());
    }

    // Counted here, without a job: one line for each word, by the version that was heard when it came.
    private static List<String> expected() {
        final Map<String, Integer> counts = new HashMap<>();
        final List<String> expected = new ArrayList<>();
        for (int i = 0; i < TakenOverJob.BEHIND; i++) {
            final String word = TakenOverJob.word(i);
            final int count = counts.merge(word, 1, Integer::sum);
            expected.add((i < TakenOverJob.BEFORE ? "v1 " : "v2 ") + word + " " + count);
        }
        return expected;
    }

    private List<String> results() {
        final List<String> results = new ArrayList<>();
        try (LogStore store = LogStore.launch(TakenOverJob.context(directory.resolve("store")));
                LogReader reader = store.topic("out").partition(0).reader()) {
            while (reader.poll(record -> results.add(StoreFixture.value(record)), 1_000) > 0) {
                // Read on to the end.
            }
        }
        return results;
    }

    private Process start() throws IOException {
        final List<String> command = classes.command();
        command.addAll(
                List.of(TakenOverJob.class.getName(), directory.resolve("store").toString()));
        return new ProcessBuilder(command)
                .redirectOutput(directory.resolve("said").toFile())
                .redirectError(directory.resolve("errors").toFile())
                .start();
    }

    private String errors() throws IOException {
        return Files.readString(directory.resolve("errors"));
    }
}
