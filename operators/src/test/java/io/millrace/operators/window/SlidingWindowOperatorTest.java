package io.millrace.operators.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.codec.StringCodec;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class SlidingWindowOperatorTest {
    private static final long SIZE = 10;
    private static final long GRACE = 5;

    private final WindowRun run = new WindowRun();
    private final SlidingWindowOperator<String, Long, String> operator = operator();

    @Test
    void shouldGiveAResultForEachEventWithWhatWasInTheSizeUpToIt() {
        run.record("a", 0, 1);
        run.record("a", 4, 20);
        run.record("a", 12, 300);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).containsExactly("a[-9,1)=1/1/1 at 0", "a[-5,5)=2/21/1 at 4", "a[3,13)=2/320/20 at 12");
    }

    @Test
    void shouldLeaveOutAnEventAtADistanceOfTheSizeExactly() {
        run.record("a", 0, 1);
        run.record("a", 1, 20);
        run.record("a", 10, 300);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).last().isEqualTo("a[1,11)=2/320/20 at 10");
    }

    @Test
    void shouldGiveOneResultForEventsOfOneTime() {
        run.record("a", 3, 1);
        run.record("a", 3, 20);
        run.record("a", 5, 300);
        run.record("a", 3, 4000);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).containsExactly("a[-6,4)=3/4021/1 at 3", "a[-4,6)=4/4321/1 at 5");
    }

    @Test
    void shouldCountAnEventThatComesOutOfOrderInEachLaterWindowThatHoldsIt() {
        run.record("a", 20, 1);
        run.record("a", 25, 20);
        run.record("a", 31, 300);
        run.record("a", 18, 4000);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results)
                .containsExactly(
                        "a[9,19)=1/4000/4000 at 18",
                        "a[11,21)=2/4001/1 at 20",
                        "a[16,26)=3/4021/1 at 25",
                        "a[22,32)=2/320/20 at 31");
    }

    @Test
    void shouldInsertAnEventBetweenTwoOthers() {
        run.record("a", 0, 1);
        run.record("a", 8, 20);
        run.record("a", 4, 300);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).containsExactly("a[-9,1)=1/1/1 at 0", "a[-5,5)=2/301/1 at 4", "a[-1,9)=3/321/1 at 8");
    }

    @Test
    void shouldTakeTimesBeforeTheEpoch() {
        run.records("a", -12, -3, 6);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results)
                .containsExactly("a[-21,-11)=1/1/1 at -12", "a[-12,-2)=2/2/1 at -3", "a[-3,7)=2/2/1 at 6");
    }

    @Test
    void shouldCloseWhenTheWatermarkReachesTheEventPlusOneAndGraceAndNotBefore() {
        run.records("a", 100);

        run.watermark(105);
        assertThat(run.results).isEmpty();
        run.watermark(106);

        assertThat(run.results).containsExactly("a[91,101)=1/1/1 at 100");
    }

    @Test
    void shouldHandOverAnEventWhoseOwnWindowHasClosedAndTakeItNowhere() {
        run.record("a", 100, 1);
        run.watermark(106);
        run.record("a", 100, 20);
        run.record("a", 99, 20);
        run.record("a", 101, 300);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.late).containsExactly("20@100", "20@99");
        assertThat(run.counters.lateRecords()).isEqualTo(2);
        assertThat(run.results).containsExactly("a[91,101)=1/1/1 at 100", "a[92,102)=2/301/1 at 101");
    }

    @Test
    void shouldLookBackOverClosedWindows() {
        run.records("a", 0, 2, 4);
        run.watermark(10);
        run.records("a", 6, 8);
        run.watermark(14);
        run.records("a", 13);
        run.watermark(19);

        assertThat(run.results)
                .containsExactly(
                        "a[-9,1)=1/1/1 at 0",
                        "a[-7,3)=2/2/1 at 2",
                        "a[-5,5)=3/3/1 at 4",
                        "a[-3,7)=4/4/1 at 6",
                        "a[-1,9)=5/5/1 at 8",
                        "a[4,14)=4/4/1 at 13");
    }

    @Test
    void shouldKeepKeysApartAndCloseInTheOrderOfTimeThenOfArrival() {
        run.records("b", 7);
        run.records("a", 3, 7);
        run.records("c", 3, 7);
        run.records("b", 3);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results)
                .containsExactly(
                        "a[-6,4)=1/1/1 at 3",
                        "c[-6,4)=1/1/1 at 3",
                        "b[-6,4)=1/1/1 at 3",
                        "b[-2,8)=2/2/1 at 7",
                        "a[-2,8)=2/2/1 at 7",
                        "c[-2,8)=2/2/1 at 7");
    }

    @Test
    void shouldKeepAnEventForAsLongAsAWindowMayHoldItAndNoLonger() {
        run.records("a", 100);
        run.watermark(114);
        run.records("a", 109);
        assertThat(operator.panes()).isEqualTo(2);

        run.watermark(115);

        assertThat(run.results).containsExactly("a[91,101)=1/1/1 at 100", "a[100,110)=2/2/1 at 109");
        assertThat(operator.panes()).isEqualTo(1);
        run.watermark(124);
        assertThat(operator.panes()).isZero();
    }

    @Test
    void shouldGiveBackTheMemoryOfAKeyThatIsSilent() {
        run.records("a", 100, 101, 102);
        run.records("b", 100);
        run.watermark(1_000);

        assertThat(operator.panes()).isZero();
        run.memory.close();
        assertThat(run.memory.usedBytes()).isZero();
    }

    @Test
    void shouldAskToBeWokenForResultsOnly() {
        run.records("a", 100);
        run.records("b", 50);

        assertThat(run.context.eventWakeNs()).isEqualTo(56);
        run.watermark(56);
        assertThat(run.context.eventWakeNs()).isEqualTo(106);
        run.watermark(106);
        assertThat(run.context.eventWakeNs()).isEqualTo(Long.MAX_VALUE);
        assertThat(run.context.eventCallNs()).isEqualTo(115);
    }

    @Test
    void shouldGiveNoResultForATimeWhoseOnlyEventWasRefused() {
        run.record("a", 0, SumState.REFUSED);
        run.record("a", 5, 1);
        run.record("a", 5, SumState.REFUSED);
        run.record("a", 7, SumState.REFUSED);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).containsExactly("a[-4,6)=1/1/1 at 5");
        assertThat(run.failures).containsExactly("refused", "refused", "refused");
    }

    @Test
    void shouldRefuseEventTimesWhoseWindowsWouldWrapRound() {
        run.records("a", Long.MAX_VALUE, Long.MIN_VALUE);

        assertThat(run.failures).hasSize(2).allMatch(failure -> failure.startsWith("event time is out of range"));
    }

    @Test
    void shouldLeaveTheContextAsItWasAfterClosing() {
        run.records("a", 10);
        run.context.key(new UnsafeBuffer(new byte[9]), 4, 5);
        run.context.eventTimeNs(777);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.context.eventTimeNs()).isEqualTo(777);
        assertThat(run.context.keyOffset()).isEqualTo(4);
        assertThat(run.context.keyLength()).isEqualTo(5);
    }

    @Test
    void shouldRefuseAnAggregationThatCannotCombine() {
        assertThatThrownBy(() -> new SlidingWindowOperator<>(
                        "speed",
                        SIZE,
                        GRACE,
                        SumState.withoutCombination().forTask(),
                        run.memory,
                        new StringCodec(),
                        run.counters,
                        (context, failure) -> {},
                        null,
                        null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must combine: window speed");
    }

    private SlidingWindowOperator<String, Long, String> operator() {
        final SlidingWindowOperator<String, Long, String> made = new SlidingWindowOperator<>(
                "speed",
                SIZE,
                GRACE,
                SumState.asText().forTask(),
                run.memory,
                new StringCodec(),
                run.counters,
                (context, failure) -> run.failures.add(failure.getMessage()),
                run.next(),
                run.late());
        run.operator = made;
        return made;
    }
}
