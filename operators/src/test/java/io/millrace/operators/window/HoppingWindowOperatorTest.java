package io.millrace.operators.window;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HoppingWindowOperatorTest {
    private final WindowHarness windows = WindowHarness.hopping(100, 50, 20, Emission.ON_CLOSE);

    @Test
    void shouldCountARecordInEachWindowThatHoldsIt() {
        windows.record("a", 10, 1);
        windows.record("a", 60, 2);
        windows.record("b", 120, 4);

        windows.watermark(Long.MAX_VALUE);

        assertThat(windows.results)
                .containsExactly(
                        "a[-50,50)=1 at 49",
                        "a[0,100)=3 at 99",
                        "a[50,150)=2 at 149",
                        "b[50,150)=4 at 149",
                        "b[100,200)=4 at 199");
    }

    @Test
    void shouldKeepALateRecordForTheWindowsStillOpen() {
        windows.record("a", 60, 1);
        windows.watermark(120);
        windows.record("a", 55, 2);
        windows.record("a", 49, 4);

        windows.watermark(Long.MAX_VALUE);

        assertThat(windows.results).containsExactly("a[0,100)=1 at 99", "a[50,150)=3 at 149");
        assertThat(windows.late).containsExactly("a:2@55", "a:4@49");
        assertThat(windows.counters.lateRecords()).isEqualTo(2);
    }

    @Test
    void shouldNotLetAKeyWhoseSumsCannotBeCombinedTakeItsNeighboursAlong() {
        final WindowHarness three = WindowHarness.hopping(150, 50, 0, Emission.ON_CLOSE);
        three.record("b", 10, 1);
        for (final long timeNs : new long[] {60, 110, 160}) {
            three.record("a", timeNs, Long.MAX_VALUE);
            three.record("b", timeNs, 1);
        }

        three.watermark(Long.MAX_VALUE);

        assertThat(three.failures).isNotEmpty();
        assertThat(three.results)
                .filteredOn(result -> result.startsWith("b"))
                .containsExactly(
                        "b[-100,50)=1 at 49",
                        "b[-50,100)=2 at 99",
                        "b[0,150)=3 at 149",
                        "b[50,200)=3 at 199",
                        "b[100,250)=2 at 249",
                        "b[150,300)=1 at 299");
    }

    @Test
    void shouldPutALateRecordIntoAllSumsThatHoldItsPane() {
        final WindowHarness three = WindowHarness.hopping(150, 50, 0, Emission.ON_CLOSE);
        three.record("a", 10, 1);
        three.record("a", 60, 2);
        three.record("a", 110, 4);
        three.watermark(150);
        three.results.clear();
        three.record("a", 120, 8);
        three.record("new", 55, 16);
        three.record("a", 160, 32);

        three.watermark(Long.MAX_VALUE);

        assertThat(three.results)
                .containsExactly(
                        "a[50,200)=46 at 199", "new[50,200)=16 at 199", "a[100,250)=44 at 249", "a[150,300)=32 at 299");
    }

    @Test
    void shouldTakeSizesThatAreNoMultipleOfTheHop() {
        final WindowHarness odd = WindowHarness.hopping(100, 70, 0, Emission.ON_CLOSE);
        odd.record("a", 0, 1);
        odd.record("a", 29, 2);
        odd.record("a", 30, 4);
        odd.record("a", 70, 8);

        odd.watermark(Long.MAX_VALUE);

        assertThat(odd.results).containsExactly("a[-70,30)=3 at 29", "a[0,100)=15 at 99", "a[70,170)=8 at 169");
    }

    @Test
    void shouldReportALateRecordOnceThatSeveralSumsRefuse() {
        final WindowHarness four = WindowHarness.hopping(200, 50, 0, Emission.ON_CLOSE);
        four.record("a", 10, 1);
        four.record("a", 110, 1);
        four.record("a", 160, Long.MAX_VALUE - 10);
        four.record("a", 210, 1);
        four.watermark(250);
        four.results.clear();

        four.record("a", 210, 20);
        four.watermark(Long.MAX_VALUE);

        assertThat(four.failures).containsExactly("long overflow");
        assertThat(four.results)
                .containsExactly(
                        "a[100,300)=" + (Long.MAX_VALUE - 8) + " at 299",
                        "a[150,350)=" + (Long.MAX_VALUE - 9) + " at 349",
                        "a[200,400)=21 at 399");
    }

    @Test
    void shouldStepOverWindowsWithoutRecords() {
        windows.record("a", 0, 1);
        windows.record("a", 1_000_000_000_000_000L, 2);

        windows.watermark(Long.MAX_VALUE);

        assertThat(windows.results).hasSize(4).contains("a[0,100)=1 at 99");
    }

    @Test
    void shouldGiveNoResultForAKeyWhoseOnlyRecordWasRefused() {
        windows.record("refused", 20, 1);

        windows.watermark(Long.MAX_VALUE);

        assertThat(windows.results).isEmpty();
        assertThat(windows.failures).containsExactly("refused:1");
    }

    @Test
    void shouldGiveAllMemoryBackButTheFreePagesWhenItsWindowsClose() {
        for (int i = 0; i < 50_000; i++) {
            windows.record("key-" + i, i % 500, 1);
        }

        windows.watermark(10_000);

        assertThat(windows.budget.usedBytes()).isLessThanOrEqualTo(16 * 64 * 1024);
    }
}
