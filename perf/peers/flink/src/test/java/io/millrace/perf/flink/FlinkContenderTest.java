package io.millrace.perf.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.perf.compare.stream.StreamOutcome;
import io.millrace.perf.compare.stream.StreamTask;
import io.millrace.perf.compare.stream.StreamWorkload;
import io.millrace.perf.compare.stream.child.StreamMain;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One job of Flink that needs keys, time and two kinds of trades; the others are checked whenever they are measured. */
@Timeout(120)
final class FlinkContenderTest {
    @TempDir
    private Path directory;

    @Test
    void shouldFindThePairsThatTheLoopFinds() throws Exception {
        final StreamTask task = new StreamTask(StreamWorkload.JOIN, 1_000, 4_000, directory);

        final StreamOutcome outcome = StreamMain.run(new FlinkContender(), task);

        assertThat(outcome.results()).isGreaterThan(2_000);
        assertThat(outcome.elapsedNs()).isPositive();
    }
}
