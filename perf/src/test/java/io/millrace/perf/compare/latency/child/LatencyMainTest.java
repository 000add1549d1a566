package io.millrace.perf.compare.latency.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.perf.compare.latency.LatencyCase;
import io.millrace.perf.compare.latency.LatencyContender;
import io.millrace.perf.compare.latency.LatencyMeter;
import io.millrace.perf.compare.latency.LatencyOutcome;
import io.millrace.perf.compare.latency.Pace;
import io.millrace.perf.streams.JobLatency;
import io.millrace.perf.streams.LoopLatency;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the limit and ours for a moment, and shows that wrong results are found out. */
@Timeout(60)
final class LatencyMainTest {
    private static final LatencyCase WITHOUT = new LatencyCase(2_000, false);
    private static final LatencyCase WITH = new LatencyCase(2_000, true);

    @TempDir
    private Path directory;

    @Test
    void shouldGetAResultOfEachTradeFromTheLoop() throws Exception {
        try (LatencyContender loop = new LoopLatency()) {
            final List<LatencyOutcome> outcomes = LatencyMain.run(loop, List.of(WITHOUT), 50, 100, 0, directory);

            assertThat(outcomes).singleElement().satisfies(outcome -> {
                assertThat(outcome.isComplete()).isTrue();
                assertThat(outcome.results()).isEqualTo(300);
                assertThat(outcome.histogram().getTotalCount()).isEqualTo(200);
            });
        }
    }

    @Test
    void shouldGetAResultOfEachTradeFromAJobWithCheckpointsAndWithout() throws Exception {
        try (LatencyContender job = new JobLatency.Parked()) {
            final List<LatencyOutcome> outcomes = LatencyMain.run(job, List.of(WITHOUT, WITH), 50, 100, 0, directory);

            assertThat(outcomes).hasSize(2).allMatch(LatencyOutcome::isComplete);
        }
    }

    @Test
    void shouldFindOutThatAResultIsWrong() {
        assertThatThrownBy(() -> LatencyMain.run(new Forger(), List.of(WITHOUT), 1, 1, 0, directory))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("wrong results at 2000/s");
    }

    private static final class Forger implements LatencyContender {
        @Override
        public void open(final Path path) {
            // Needs nothing.
        }

        @Override
        public void run(final LatencyCase latencyCase, final Pace pace, final LatencyMeter meter, final Path path) {
            meter.onResult(0, 1, 1, 1, 1);
            meter.onResult(0, 1, 2, 2, 2);
        }

        @Override
        public String version() {
            return "";
        }

        @Override
        public void close() {
            // Has nothing.
        }
    }
}
