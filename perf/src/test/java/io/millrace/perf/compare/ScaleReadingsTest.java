package io.millrace.perf.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.perf.compare.scale.ScaleOutcome;
import io.millrace.perf.compare.scale.ScaleSize;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Collects points, finds out those whose processes do not agree, and leaves out what there is no room for. */
final class ScaleReadingsTest {
    private static final ScaleLine LINE = ScaleCurve.KEYS.lines().get(0);

    private final ScaleReadings readings = new ScaleReadings();

    @Test
    void shouldTellTheMedianOfAllRuns() {
        for (final double value : new double[] {30, 10, 20}) {
            readings.add(ScaleCurve.KEYS, 1_000, "job", outcome(value, 7, 42));
        }

        assertThat(readings.of(ScaleCurve.KEYS, 1_000, LINE).median()).isEqualTo(20);
        assertThat(readings.of(ScaleCurve.KEYS, 10_000, LINE)).isNull();
        assertThat(readings.verifiedCount()).isEqualTo(14);
    }

    @Test
    void shouldKeepNoPointWhoseProcessesFoundOtherResults() {
        readings.add(ScaleCurve.KEYS, 1_000, "job", outcome(10, 7, 42));

        readings.add(ScaleCurve.KEYS, 1_000, "loop", outcome(10, 7, 43));

        assertThat(readings.of(ScaleCurve.KEYS, 1_000, LINE)).isNull();
        assertThat(readings.failures())
                .containsExactly(
                        "keys 1000: loop found count=7 checksum=2b, where the first process found count=7 checksum=2a");
    }

    @Test
    void shouldLeaveOutALogForWhichThereIsNoRoom() {
        final ScaleCampaign campaign = new ScaleCampaign(List.of(ScaleCurve.LOG), ScaleSize.FULL, 1, 20L << 30);

        assertThat(campaign.sizes(ScaleCurve.LOG)).containsExactly(1L, 2L, 4L, 8L, 16L);
        assertThat(campaign.stepCount()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({
        "TIME, 12.34, 12.3 ns",
        "TIME, 1234, 1.23 µs",
        "TIME, 2.5e10, 25.0 s",
        "MEMORY, 1023, '1,023 B'",
        "MEMORY, 1536, 1.50 KiB",
        "RATE, 2.5e9, '2,500 M/s'"
    })
    void shouldTellAFigureInAUnitThatFits(final ScaleUnit unit, final double value, final String text) {
        assertThat(unit.text(value)).isEqualTo(text);
    }

    private static ScaleOutcome outcome(final double value, final long results, final long checksum) {
        return new ScaleOutcome(Map.of("event", value), results, checksum);
    }
}
