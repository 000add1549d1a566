package io.millrace.perf.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.perf.compare.stream.StreamOutcome;
import org.junit.jupiter.api.Test;

/** Adds figures of queries up, and finds out rows that are not those of one partition. */
final class NexmarkFiguresTest {
    private static final NexmarkColumn ONE = NexmarkColumn.millrace(1);
    private static final NexmarkColumn TWO = NexmarkColumn.millrace(2);

    private final NexmarkFigures figures = new NexmarkFigures();

    @Test
    void shouldTellEventsASecondAndTheTimeOfAllProcessors() {
        figures.expect("q0", new StreamOutcome(1_000, 1, 1, 7, 42));
        for (final long elapsedNs : new long[] {2_000_000, 1_000_000, 4_000_000}) {
            add(ONE, new StreamOutcome(1_000, elapsedNs, 3_000_000, 7, 42));
        }

        final Statistic speed = figures.eventsPerSecond(ONE, "q0");
        assertThat(speed.median()).isEqualTo(500_000);
        assertThat(speed.min()).isEqualTo(250_000);
        assertThat(speed.max()).isEqualTo(1_000_000);
        assertThat(figures.cpuNsPerEvent(ONE, "q0").median()).isEqualTo(3_000);
        assertThat(figures.eventsPerSecond(TWO, "q0")).isNull();
        assertThat(figures.events()).isEqualTo(1_000);
    }

    @Test
    void shouldKeepNoFiguresOfRowsThatAreLostOrAltered() {
        figures.expect("q0", new StreamOutcome(1_000, 1, 1, 7, 42));
        add(ONE, new StreamOutcome(1_000, 1, 1, 7, 42));
        add(TWO, new StreamOutcome(1_000, 1, 1, 7, 42));

        add(ONE, new StreamOutcome(1_000, 1, 1, 6, 42));
        add(TWO, new StreamOutcome(1_000, 1, 1, 7, 43));

        assertThat(figures.failures())
                .containsExactly(
                        "millrace-1 q0: wrong results: count=6 checksum=2a, where one partition gives count=7 checksum=2a",
                        "millrace-2 q0: wrong results: count=7 checksum=2b, where one partition gives count=7 checksum=2a");
        assertThat(figures.hasFailed(TWO, "q0")).isTrue();
        assertThat(figures.eventsPerSecond(ONE, "q0")).isNull();
        assertThat(figures.eventsPerSecond(TWO, "q0")).isNull();
        assertThat(figures.rows("q0")).isEqualTo(7);
    }

    private void add(final NexmarkColumn column, final StreamOutcome outcome) {
        figures.add(column, "q0", new StreamOutcome.Report(outcome, "1"));
    }
}
