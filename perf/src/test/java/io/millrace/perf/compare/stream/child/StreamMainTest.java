package io.millrace.perf.compare.stream.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.perf.compare.stream.StreamContender;
import io.millrace.perf.compare.stream.StreamOutcome;
import io.millrace.perf.compare.stream.StreamTask;
import io.millrace.perf.compare.stream.StreamWorkload;
import io.millrace.perf.streams.JobContender;
import io.millrace.perf.streams.LoopContender;
import io.millrace.perf.streams.WorkloadLoops;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs the limit and ours with next to nothing to measure, and shows that wrong results are found out. */
@Timeout(120)
final class StreamMainTest {
    @TempDir
    private Path directory;

    @Test
    void shouldFindTheLoopsResultsRight() throws Exception {
        final StreamOutcome outcome = StreamMain.run(new LoopContender(), task(StreamWorkload.JOIN));

        assertThat(outcome.measured()).isEqualTo(20_000);
        assertThat(outcome.elapsedNs()).isPositive();
        assertThat(outcome.results()).isGreaterThan(10_000);
    }

    @ParameterizedTest
    @EnumSource(
            value = StreamWorkload.class,
            names = {"FILTER_MAP", "TUMBLING", "HOPPING", "CHECKPOINTED"})
    void shouldFindTheResultsOfAJobRight(final StreamWorkload workload) throws Exception {
        final StreamOutcome outcome = StreamMain.run(new JobContender(), task(workload));

        assertThat(outcome.results()).isGreaterThan(999);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void shouldFindOutWhatIsLostOrAltered(final Fault fault) {
        assertThatThrownBy(() -> StreamMain.run(new Forger(fault), task(StreamWorkload.FILTER_MAP)))
                .isInstanceOf(WrongResultsException.class)
                .hasMessageContaining("where the loop finds");
    }

    private StreamTask task(final StreamWorkload workload) {
        return new StreamTask(workload, 10_000, 20_000, directory);
    }

    private enum Fault {
        LOST,
        ALTERED
    }

    private record Forger(Fault fault) implements StreamContender {
        @Override
        public StreamOutcome run(final StreamTask task) {
            final var right = WorkloadLoops.expected(task.workload(), task.total());
            return fault == Fault.LOST
                    ? new StreamOutcome(task.measured(), 1, 1, right.count() - 1, right.checksum())
                    : new StreamOutcome(task.measured(), 1, 1, right.count(), right.checksum() + 1);
        }

        @Override
        public String version() {
            return "";
        }
    }
}
