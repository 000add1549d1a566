package io.millrace.operators.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.codec.StringCodec;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class SessionWindowOperatorTest {
    private static final long GAP = 10;
    private static final long GRACE = 5;

    private final WindowRun run = new WindowRun();
    private final SessionWindowOperator<String, Long, String> operator = operator(Emission.ON_CLOSE);

    @Test
    void shouldPutRecordsThatAreLessThanTheGapApartIntoOneSession() {
        run.records("a", 0, 9, 18);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).containsExactly("a[0,28)=3/3/1 at 27");
    }

    @Test
    void shouldBeginAnotherSessionWhenTheDistanceIsTheGapExactly() {
        run.records("a", 0, 10);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).containsExactly("a[0,10)=1/1/1 at 9", "a[10,20)=1/1/1 at 19");
    }

    @Test
    void shouldBeginAnotherSessionWhenARecordComesLateAndTheDistanceIsTheGapExactly() {
        run.records("a", 10, 0);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).containsExactly("a[0,10)=1/1/1 at 9", "a[10,20)=1/1/1 at 19");
    }

    @Test
    void shouldBeginAnotherSessionAtTheOtherEndOfTheRangeOfTime() {
        final long end = 1L << 62;
        run.records("a", -end, end);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).hasSize(2);
    }

    @Test
    void shouldStretchASessionToAnEarlierRecord() {
        run.records("a", 50, 41);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).containsExactly("a[41,60)=2/2/1 at 59");
    }

    @Test
    void shouldNotShortenASessionForARecordInsideIt() {
        run.records("a", 0, 9, 4, 4);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).containsExactly("a[0,19)=4/4/1 at 18");
    }

    @Test
    void shouldMergeTwoSessionsWhenARecordBridgesThem() {
        run.record("a", 0, 5);
        run.record("a", 15, 3);
        run.record("a", 8, 7);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).containsExactly("a[0,25)=3/15/3 at 24");
    }

    @Test
    void shouldNotMergeSessionsOverARecordThatTouchesOneOfThem() {
        run.records("a", 0, 19, 9);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).containsExactly("a[0,19)=2/2/1 at 18", "a[19,29)=1/1/1 at 28");
    }

    @Test
    void shouldMergeManySessionsOneBridgeAfterTheOther() {
        run.records("a", 60, 0, 30, 15, 45);
        run.records("a", 52, 8, 37, 22);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).containsExactly("a[0,70)=9/9/1 at 69");
    }

    @Test
    void shouldKeepSessionsOfKeysApart() {
        run.records("a", 0);
        run.records("b", 5);
        run.records("a", 8);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).containsExactly("b[5,15)=1/1/1 at 14", "a[0,18)=2/2/1 at 17");
    }

    @Test
    void shouldTakeTimesBeforeTheEpoch() {
        run.records("a", -5, 4, -20);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).containsExactly("a[-20,-10)=1/1/1 at -11", "a[-5,14)=2/2/1 at 13");
    }

    @Test
    void shouldCloseWhenTheWatermarkReachesTheEndPlusGraceAndNotBefore() {
        run.records("a", 0, 5);

        run.watermark(19);
        assertThat(run.results).isEmpty();
        run.watermark(20);

        assertThat(run.results).containsExactly("a[0,15)=2/2/1 at 14");
    }

    @Test
    void shouldNotCloseASessionThatWasProlongedAfterItsFirstEnd() {
        run.records("a", 0);
        run.watermark(14);
        run.records("a", 9);

        run.watermark(23);
        assertThat(run.results).isEmpty();
        run.watermark(24);

        assertThat(run.results).containsExactly("a[0,19)=2/2/1 at 18");
    }

    @Test
    void shouldNotMergeIntoAClosedSession() {
        run.records("a", 0);
        run.watermark(15);
        run.records("a", 9);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).containsExactly("a[0,10)=1/1/1 at 9", "a[9,19)=1/1/1 at 18");
    }

    @Test
    void shouldHandOverARecordWhoseOwnSessionWouldBeClosed() {
        run.watermark(100);
        run.record("a", 85, 7);
        run.record("a", 86, 8);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.late).containsExactly("7@85");
        assertThat(run.counters.lateRecords()).isEqualTo(1);
        assertThat(run.results).containsExactly("a[86,96)=1/8/8 at 95");
    }

    @Test
    void shouldTakeAnOldRecordThatTouchesAnOpenSession() {
        run.records("a", 90);
        run.watermark(100);
        run.records("a", 81, 72, 62);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).containsExactly("a[72,100)=3/3/1 at 99");
        assertThat(run.late).containsExactly("1@62");
    }

    @Test
    void shouldMergeAnOpenSessionAndLeaveTheClosedOneBesideItAsItIs() {
        run.records("a", 0, 18);
        run.watermark(15);
        run.records("a", 9);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).containsExactly("a[0,10)=1/1/1 at 9", "a[9,28)=2/2/1 at 27");
    }

    @Test
    void shouldCloseSessionsOfOneTimeInTheOrderOfTheirCreation() {
        run.records("c", 7);
        run.records("a", 0);
        run.records("b", 7);
        run.records("a", 7);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).containsExactly("c[7,17)=1/1/1 at 16", "a[0,17)=2/2/1 at 16", "b[7,17)=1/1/1 at 16");
    }

    @Test
    void shouldTakeAMergedSessionForTheOldestOfItsParts() {
        run.records("a", 20);
        run.records("b", 20);
        run.records("a", 4);
        run.records("a", 12);
        run.records("c", 20);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).containsExactly("a[4,30)=3/3/1 at 29", "b[20,30)=1/1/1 at 29", "c[20,30)=1/1/1 at 29");
    }

    @Test
    void shouldTakeAMergedSessionForTheOldestOfItsPartsWhenThatIsTheEarlierOne() {
        run.records("a", 4);
        run.records("b", 20);
        run.records("a", 20);
        run.records("a", 12);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).containsExactly("a[4,30)=3/3/1 at 29", "b[20,30)=1/1/1 at 29");
    }

    @Test
    void shouldAskToBeWokenWhenTheFirstSessionCloses() {
        run.records("a", 100);
        run.records("b", 50);

        assertThat(run.context.eventWakeNs()).isEqualTo(65);
        run.watermark(65);
        assertThat(run.context.eventWakeNs()).isEqualTo(115);
        run.watermark(115);
        assertThat(run.context.eventWakeNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldAskForTheRealEndOfAProlongedSession() {
        run.records("a", 0, 9, 18);

        run.watermark(15);

        assertThat(run.context.eventWakeNs()).isEqualTo(33);
        assertThat(run.passedOn).containsExactly(15L);
    }

    @Test
    void shouldGiveNoResultForASessionWhoseOnlyRecordWasRefused() {
        run.record("a", 0, SumState.REFUSED);
        run.record("b", 0, 1);
        run.record("b", 9, SumState.REFUSED);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).containsExactly("b[0,10)=1/1/1 at 9");
        assertThat(run.failures).containsExactly("refused", "refused");
    }

    @Test
    void shouldNotMergeOverARefusedRecord() {
        run.records("a", 0, 15);
        run.record("a", 8, SumState.REFUSED);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results).containsExactly("a[0,10)=1/1/1 at 9", "a[15,25)=1/1/1 at 24");
    }

    @Test
    void shouldRefuseEventTimesWhoseSessionsWouldWrapRound() {
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
    void shouldKeepNothingOfClosedSessions() {
        run.records("a", 0, 15, 8);
        run.records("b", 3);
        assertThat(operator.openSessions()).isEqualTo(2);

        run.watermark(Long.MAX_VALUE);

        assertThat(operator.openSessions()).isZero();
        run.memory.close();
        assertThat(run.memory.usedBytes()).isZero();
    }

    @Test
    void shouldGiveAResultAfterEachRecordWhenItEmitsOnUpdate() {
        operator(Emission.ON_UPDATE);
        run.records("a", 20, 35, 28);
        run.context.key(new UnsafeBuffer(new byte[9]), 4, 5);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results)
                .containsExactly(
                        "a[20,30)=1/1/1 at 29 so far",
                        "a[35,45)=1/1/1 at 44 so far",
                        "a[20,45)=3/3/1 at 44 so far",
                        "a[20,45)=3/3/1 at 44");
        assertThat(run.context.keyLength()).isEqualTo(5);
    }

    @Test
    void shouldGiveWhatHasChangedAtMultiplesOfADistanceInLogTime() {
        operator(new Emission(Emission.Kind.EVERY, 100));
        run.logTime(150);
        run.records("b", 50);
        run.records("a", 0, 15, 30);
        run.records("a", 22);
        assertThat(run.context.logWakeNs()).isEqualTo(200);

        run.logTime(199);
        assertThat(run.results).isEmpty();
        run.logTime(200);

        assertThat(run.results)
                .containsExactly(
                        "b[50,60)=1/1/1 at 59 so far", "a[0,10)=1/1/1 at 9 so far", "a[15,40)=3/3/1 at 39 so far");
        assertThat(run.context.logWakeNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldGiveChangesFromBeforeASnapshot() {
        final SessionWindowOperator<String, Long, String> first = operator(new Emission(Emission.Kind.EVERY, 100));
        run.records("a", 0);
        run.records("b", 50);
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final StateWriter writer = new StateWriter(buffer, 0);
        first.snapshot(writer);

        operator(new Emission(Emission.Kind.EVERY, 100)).restore(new StateReader(buffer, 0, writer.length()));
        run.records("b", 51);
        run.logTime(100);
        run.watermark(Long.MAX_VALUE);

        assertThat(run.results)
                .containsExactly(
                        "a[0,10)=1/1/1 at 9 so far",
                        "b[50,61)=2/2/1 at 60 so far",
                        "a[0,10)=1/1/1 at 9",
                        "b[50,61)=2/2/1 at 60");
    }

    @Test
    void shouldNotGiveChangesOfAClosedSessionAgain() {
        operator(new Emission(Emission.Kind.EVERY, 100));
        run.records("a", 0);
        run.records("b", 50);
        run.watermark(15);
        run.logTime(100);
        run.logTime(200);

        run.watermark(Long.MAX_VALUE);

        assertThat(run.results)
                .containsExactly("a[0,10)=1/1/1 at 9", "b[50,60)=1/1/1 at 59 so far", "b[50,60)=1/1/1 at 59");
    }

    @Test
    void shouldRefuseAnAggregationThatCannotCombine() {
        assertThatThrownBy(() -> new SessionWindowOperator<>(
                        "visits",
                        GAP,
                        GRACE,
                        Emission.ON_CLOSE,
                        SumState.withoutCombination().forTask(),
                        run.memory,
                        new StringCodec(),
                        run.counters,
                        (context, failure) -> {},
                        null,
                        null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must combine: window visits");
    }

    private SessionWindowOperator<String, Long, String> operator(final Emission emission) {
        final SessionWindowOperator<String, Long, String> made = new SessionWindowOperator<>(
                "visits",
                GAP,
                GRACE,
                emission,
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
