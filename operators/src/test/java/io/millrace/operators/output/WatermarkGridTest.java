package io.millrace.operators.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WatermarkGridTest {
    @Test
    void shouldCrossWhereAWindowCloses() {
        final WatermarkGrid grid = WatermarkGrid.ofWindows(1_000, 200);

        assertThat(grid.crosses(Long.MIN_VALUE, 5)).isTrue();
        assertThat(grid.crosses(200, 1_199)).isFalse();
        assertThat(grid.crosses(200, 1_200)).isTrue();
        assertThat(grid.crosses(1_199, 1_200)).isTrue();
        assertThat(grid.crosses(1_200, 1_200)).isFalse();
        assertThat(grid.crosses(1_200, 900)).isFalse();
    }

    @Test
    void shouldCrossBeforeTheEpochToo() {
        final WatermarkGrid grid = WatermarkGrid.ofWindows(1_000, 0);

        assertThat(grid.crosses(-1_500, -1_001)).isFalse();
        assertThat(grid.crosses(-1_500, -1_000)).isTrue();
    }

    @Test
    void shouldAlwaysCrossAtTheEndOfInputOnce() {
        final WatermarkGrid grid = WatermarkGrid.ofWindows(1_000, 0);

        assertThat(grid.crosses(5, Long.MAX_VALUE)).isTrue();
        assertThat(grid.crosses(Long.MAX_VALUE, Long.MAX_VALUE)).isFalse();
    }

    @Test
    void shouldJoinGridsWithoutLosingAPointOfEither() {
        final WatermarkGrid second = WatermarkGrid.ofWindows(1_000, 0);

        assertThat(second.and(WatermarkGrid.ofWindows(60_000, 0))).isEqualTo(second);
        assertThat(WatermarkGrid.ofWindows(60_000, 0).and(second)).isEqualTo(second);
        assertThat(second.and(WatermarkGrid.ofWindows(60_000, 500))).isEqualTo(new WatermarkGrid(500, 0));
        assertThat(second.and(WatermarkGrid.ofWindows(1_500, 0))).isEqualTo(new WatermarkGrid(500, 0));
        assertThat(WatermarkGrid.ofWindows(7_000, 0).and(WatermarkGrid.ofWindows(60_000, 200)))
                .isEqualTo(new WatermarkGrid(200, 0));
        assertThat(WatermarkGrid.COARSEST.and(second)).isEqualTo(second);
    }

    @Test
    void shouldFindTheFirstPointFromATimeOn() {
        final WatermarkGrid grid = WatermarkGrid.ofWindows(1_000, 200);

        assertThat(grid.firstFrom(1_200)).isEqualTo(1_200);
        assertThat(grid.firstFrom(1_201)).isEqualTo(2_200);
        assertThat(grid.firstFrom(-799)).isEqualTo(200);
        assertThat(grid.firstFrom(Long.MAX_VALUE - 1)).isEqualTo(Long.MAX_VALUE);
        assertThat(grid.firstFrom(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(WatermarkGrid.FINEST.firstFrom(5)).isEqualTo(5);
    }

    @Test
    void shouldRefuseWhatIsNoGrid() {
        assertThatThrownBy(() -> new WatermarkGrid(0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new WatermarkGrid(10, 10)).isInstanceOf(IllegalArgumentException.class);
    }
}
