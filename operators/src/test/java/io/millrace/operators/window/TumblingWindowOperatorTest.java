package io.millrace.operators.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class TumblingWindowOperatorTest {
    private final WindowHarness windows = WindowHarness.tumbling(100, 20);
    private final List<String> results = windows.results;

    @Test
    void shouldPutARecordAtTheEndOfAWindowIntoTheNextOne() {
        windows.record("a", 0, 1);
        windows.record("a", 99, 1);
        windows.record("a", 100, 1);

        windows.watermark(Long.MAX_VALUE);

        assertThat(results).containsExactly("a[0,100)=2 at 99", "a[100,200)=1 at 199");
    }

    @Test
    void shouldPutATimeBeforeTheEpochIntoTheWindowThatHoldsIt() {
        windows.record("a", -1, 1);
        windows.record("a", -100, 1);
        windows.record("a", -101, 1);

        windows.watermark(Long.MAX_VALUE);

        assertThat(results).containsExactly("a[-200,-100)=1 at -101", "a[-100,0)=2 at -1");
    }

    @Test
    void shouldCloseAWindowWhenTheWatermarkReachesItsEndPlusGraceAndNotBefore() {
        windows.record("a", 10, 1);

        windows.watermark(119);
        assertThat(results).isEmpty();
        windows.watermark(120);

        assertThat(results).containsExactly("a[0,100)=1 at 99");
    }

    @Test
    void shouldTakeARecordWithinGraceAndHandOverALateOne() {
        windows.record("a", 10, 1);
        windows.watermark(119);
        windows.record("a", 20, 1);
        windows.watermark(120);
        windows.record("a", 30, 7);
        windows.record("b", 100, 1);

        windows.watermark(Long.MAX_VALUE);

        assertThat(results).containsExactly("a[0,100)=2 at 99", "b[100,200)=1 at 199");
        assertThat(windows.late).containsExactly("a:7@30");
        assertThat(windows.counters.lateRecords()).isEqualTo(1);
    }

    @Test
    void shouldTakeARecordAsLateWhoseWindowHadNoOther() {
        windows.watermark(120);

        windows.record("a", 99, 1);
        windows.record("a", 100, 1);
        windows.watermark(Long.MAX_VALUE);

        assertThat(windows.late).containsExactly("a:1@99");
        assertThat(results).containsExactly("a[100,200)=1 at 199");
    }

    @Test
    void shouldCloseWindowsInTheOrderOfTheirEndsAndKeysInTheOrderOfTheirFirstRecord() {
        windows.record("b", 250, 1);
        windows.record("z", 10, 1);
        windows.record("a", 20, 1);
        windows.record("b", 110, 1);
        windows.record("z", 30, 1);
        windows.record("c", 1_000_000, 1);
        windows.record("c", 5, 1);

        windows.watermark(1_000);

        assertThat(results)
                .containsExactly(
                        "z[0,100)=2 at 99",
                        "a[0,100)=1 at 99",
                        "c[0,100)=1 at 99",
                        "b[100,200)=1 at 199",
                        "b[200,300)=1 at 299");
    }

    @Test
    void shouldReuseTheMemoryOfAClosedWindowWithoutItsCounts() {
        windows.record("a", 10, 1);
        windows.record("a", 20, 1);
        windows.watermark(500);
        windows.record("a", 510, 1);

        windows.watermark(Long.MAX_VALUE);

        assertThat(results).containsExactly("a[0,100)=2 at 99", "a[500,600)=1 at 599");
    }

    @Test
    void shouldGiveNoResultForAKeyWhoseOnlyRecordWasRefused() {
        windows.record("a", 10, 1);
        windows.record("refused", 20, 1);
        windows.record("b", 30, 1);
        windows.record("refused", 40, 2);

        windows.watermark(Long.MAX_VALUE);

        assertThat(results).containsExactly("a[0,100)=1 at 99", "b[0,100)=1 at 99");
        assertThat(windows.failures).containsExactly("refused:1", "refused:2");
    }

    @Test
    void shouldRefuseEventTimesWhoseWindowsWouldWrapRound() {
        windows.record("a", Long.MAX_VALUE, 1);
        windows.record("a", Long.MIN_VALUE, 1);

        assertThat(windows.failures).hasSize(2).allMatch(failure -> failure.startsWith("event time is out of range"));
    }

    @Test
    void shouldLeaveTheContextAsItWasAfterClosing() {
        windows.record("a", 10, 1);
        windows.context.key(new UnsafeBuffer(new byte[9]), 4, 5);
        windows.context.eventTimeNs(777);

        windows.watermark(Long.MAX_VALUE);

        assertThat(windows.context.eventTimeNs()).isEqualTo(777);
        assertThat(windows.context.keyOffset()).isEqualTo(4);
        assertThat(windows.context.keyLength()).isEqualTo(5);
    }

    @Test
    void shouldEmitEachUpdateAndTheFinalResult() {
        final WindowHarness updates = WindowHarness.frames(() -> new TumblingFrames(100), 0, Emission.ON_UPDATE);
        updates.record("a", 10, 1);
        updates.record("a", 20, 2);
        updates.watermark(100);

        assertThat(updates.results).containsExactly("a[0,100)=1? at 99", "a[0,100)=3? at 99", "a[0,100)=3 at 99");
    }

    @Test
    void shouldEmitWhatHasChangedAtMultiplesOfLogTime() {
        final WindowHarness intervals =
                WindowHarness.frames(() -> new TumblingFrames(100), 0, new Emission(Emission.Kind.EVERY, 1_000));
        intervals.logTime(5_300);
        intervals.record("a", 10, 1);
        intervals.record("b", 110, 1);
        intervals.record("a", 20, 2);
        intervals.logTime(5_999);
        assertThat(intervals.results).isEmpty();
        intervals.logTime(6_000);
        assertThat(intervals.results).containsExactly("a[0,100)=3? at 99", "b[100,200)=1? at 199");
        intervals.results.clear();

        intervals.logTime(7_000);
        intervals.record("b", 120, 1);
        intervals.logTime(9_500);
        intervals.watermark(100);

        assertThat(intervals.results).containsExactly("b[100,200)=2? at 199", "a[0,100)=3 at 99");
    }

    @Test
    void shouldGiveMemoryBackWhenAWindowCloses() {
        for (int i = 0; i < 50_000; i++) {
            windows.record("key-" + i, i % 100, 1);
        }
        assertThat(windows.budget.usedBytes()).isGreaterThan(2_000_000);

        windows.watermark(120);

        assertThat(results).hasSize(50_000);
        assertThat(windows.budget.usedBytes()).isLessThanOrEqualTo(16 * 64 * 1024);
    }
}
