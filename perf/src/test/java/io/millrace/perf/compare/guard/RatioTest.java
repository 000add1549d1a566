package io.millrace.perf.compare.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class RatioTest {
    @Test
    void shouldTakeTheMedianAndThreeMedianDeviationsAsNoise() {
        final Ratio ratio = Ratio.of(List.of(0.50, 0.40, 0.45, 0.52, 0.48));

        assertThat(ratio.median()).isEqualTo(0.48);
        assertThat(ratio.noise()).isCloseTo(3 * 0.03 / 0.48, within(1e-9));
    }

    @Test
    void shouldNotBeMovedByOneOddPair() {
        final Ratio ratio = Ratio.of(List.of(0.50, 0.51, 9.0, 0.49, 0.50));

        assertThat(ratio.median()).isEqualTo(0.50);
        assertThat(ratio.noise()).isCloseTo(3 * 0.01 / 0.50, within(1e-9));
    }

    @Test
    void shouldKnowNoNoiseOfOnePair() {
        assertThat(Ratio.of(List.of(0.5))).isEqualTo(new Ratio(0.5, 0, List.of(0.5)));
    }
}
