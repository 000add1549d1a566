package io.millrace.perf.jet;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.examples.nexmark.NexmarkEvents;
import io.millrace.perf.compare.nexmark.JobQueries;
import io.millrace.perf.compare.nexmark.NexmarkTask;
import io.millrace.perf.compare.stream.StreamOutcome;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One query of Jet that needs keys, windows and windows of windows; the others are checked whenever they are measured. */
@Timeout(120)
final class JetQueriesTest {
    @TempDir
    private Path directory;

    @Test
    void shouldFindTheRowsThatMillraceFinds() throws Exception {
        final Path events = directory.resolve("events.csv");
        NexmarkEvents.write(events, 7, 2_000);
        final StreamOutcome expected = new JobQueries()
                .run(new NexmarkTask("q5b", 1, events, Files.createDirectory(directory.resolve("store"))));

        final StreamOutcome outcome = new JetQueries().run(new NexmarkTask("q5b", 2, events, directory));

        assertThat(outcome.results()).isEqualTo(expected.results()).isPositive();
        assertThat(outcome.checksum()).isEqualTo(expected.checksum());
        assertThat(outcome.elapsedNs()).isPositive();
    }
}
