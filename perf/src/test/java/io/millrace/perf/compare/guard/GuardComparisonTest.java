package io.millrace.perf.compare.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.perf.compare.guard.GuardComparison.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GuardComparisonTest {
    @ParameterizedTest
    @CsvSource({
        // was, noise then, now, noise now, verdict
        "0.50, 0.02, 0.46, 0.02, SAME",
        "0.50, 0.02, 0.44, 0.02, DROPPED",
        "0.50, 0.02, 0.56, 0.02, BETTER",
        "0.50, 0.02, 0.54, 0.02, SAME",
        "0.50, 0.30, 0.40, 0.02, SAME",
        "0.50, 0.02, 0.40, 0.30, SAME",
        "0.50, 0.15, 0.40, 0.19, DROPPED",
        "0.50, 0.30, 0.60, 0.02, SAME",
        "0.50, 0.00, 0.50, 0.00, SAME"
    })
    void shouldCountWhatIsBeyondTheFloorAndTheNoiseOfBothRuns(
            final double was, final double noiseThen, final double now, final double noiseNow, final Verdict verdict) {
        assertThat(comparison(was, noiseThen, now, noiseNow).verdict()).isEqualTo(verdict);
    }

    @Test
    void shouldTellTheChangeAsAShareOfWhatWasRecorded() {
        final GuardComparison comparison = comparison(0.50, 0.02, 0.40, 0.13);

        assertThat(comparison.change()).isCloseTo(-0.2, within(1e-9));
        assertThat(comparison.allowance()).isEqualTo(0.13);
    }

    @Test
    void shouldSayWhatWasNotRecordedYet() {
        final GuardComparison comparison = new GuardComparison("s1", new Ratio(0.4, 0.2, List.of(0.4)), null);

        assertThat(comparison.verdict()).isEqualTo(Verdict.NEW);
        assertThat(comparison.change()).isNaN();
        assertThat(comparison.allowance()).isEqualTo(0.2);
    }

    private static GuardComparison comparison(
            final double was, final double noiseThen, final double now, final double noiseNow) {
        final GuardRecord record = new GuardRecord(Map.of(), Map.of("s1", new Ratio(was, noiseThen, List.of(was))));
        return new GuardComparison("s1", new Ratio(now, noiseNow, List.of(now)), record);
    }
}
