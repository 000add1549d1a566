package io.millrace.operators.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.MillraceException;
import io.millrace.operators.output.ExchangeMark;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;

/** Who waits for whom in an exchange: as things happen the clock is at the origin of what is said, in history far behind it. */
class ExchangeWatermarkTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long NOBODY_ASKED = Long.MIN_VALUE;
    private static final long NOW = 10_000;
    private static final int A = 1;
    private static final int B = 2;
    private static final int C = 3;

    private final ExchangeWatermark watermark = new ExchangeWatermark(A, B);

    @Test
    void shouldGoOnWithoutASideThatFallsSilentAsItHappens() {
        says(A, 100, 100, 100);
        isSilent(B, 90, 105, 105);

        assertThat(says(A, 200, 200, 200)).isEqualTo(200);
        assertThat(says(A, 300, 300, 300)).isEqualTo(300);
        assertNobodyIsAsked();
    }

    @Test
    void shouldGoOnWithoutASideThatWasSilentInHistoryAsFarAsItIsKnownToHaveBeen() {
        isSilent(B, 90, 105, NOW);

        assertThat(says(A, 100, 105, NOW)).isEqualTo(100);
    }

    @Test
    void shouldWaitForASideThatWasSilentInHistoryWithWhatWasMadeAfterThat() {
        says(B, 80, 80, NOW);
        isSilent(B, 90, 105, NOW);

        assertThat(says(A, 100, 106, NOW)).isEqualTo(80);
        assertThat(says(B, 106, 107, NOW)).isEqualTo(100);
    }

    @Test
    void shouldWaitForASideThatWasSilentInHistoryWithWhatTheOthersMakeNow() {
        says(B, 80, 80, NOW);
        isSilent(B, 90, 105, NOW);

        assertThat(says(A, NOW, NOW + 1, NOW + 1)).isEqualTo(80);
    }

    // A job that began between the two may have records of that time before it.
    @Test
    void shouldWaitForASilentSideWithWhatWasMadeBeforeTheExchangeHeardOfTheSilence() {
        says(B, 80, 80, 80);
        isSilent(B, 90, 105, 110);

        assertThat(says(A, 100, 107, 111)).isEqualTo(80);
        assertThat(says(A, 110, 110, 111)).isEqualTo(110);
    }

    @Test
    void shouldWaitWhoeverSpeaksFirst() {
        says(B, 80, 80, NOW);
        says(A, 200, 200, NOW);

        assertThat(isSilent(B, 90, 105, NOW)).isEqualTo(80);
    }

    @Test
    void shouldAskASideThatHoldsUpHistoryHowLongItHasBeenSilent() {
        says(B, 80, 80, NOW);
        isSilent(B, 90, 105, NOW);
        assertNobodyIsAsked();

        says(A, 300, 300, NOW);

        assertThat(watermark.silenceWantedNs()).isEqualTo(300);
        assertThat(watermark.silenceWantedNs(B)).isEqualTo(300);
        assertThat(watermark.silenceWantedNs(A)).isEqualTo(NOBODY_ASKED);
        assertThat(isSilent(B, 95, NOW, NOW)).isEqualTo(300);
        assertNobodyIsAsked();
    }

    @Test
    void shouldAskNobodyWhereTheAnswerWouldNotMoveEventTime() {
        says(B, 80, 80, NOW);
        isSilent(B, 90, 105, NOW);

        says(A, 70, 300, NOW);

        assertNobodyIsAsked();
    }

    @Test
    void shouldFollowTheFurthestWhenAllAreSilentAsItHappens() {
        says(A, 100, 100, 100);
        says(B, 90, 90, 100);

        isSilent(A, 104, 110, 110);
        assertThat(isSilent(B, 95, 110, 110)).isEqualTo(104);
    }

    @Test
    void shouldWaitForTheOneThatMayHaveSpokenBeforeTheOtherFellSilentInHistory() {
        says(A, 100, 100, NOW);
        says(B, 90, 90, NOW);

        isSilent(A, 104, 110, NOW);
        assertThat(isSilent(B, 120, 150, NOW)).isEqualTo(100);
        assertThat(says(A, 115, 130, NOW)).isEqualTo(115);
    }

    // A job whose rounds take seconds hears of each tick late, and of the two in turns.
    @Test
    void shouldGoOnAsFarAsAllAreKnownToBeSilentWhenSilencesAreHeardOfLate() {
        says(A, 100, 100, NOW);
        says(B, 90, 90, NOW);

        isSilent(A, 1_000, 1_100, NOW);
        assertThat(isSilent(B, 2_000, 2_200, NOW)).isEqualTo(100);
        assertThat(isSilent(A, 3_000, 3_300, NOW)).isEqualTo(2_000);
        assertThat(isSilent(B, 4_000, 4_400, NOW)).isEqualTo(3_000);
    }

    @Test
    void shouldFollowThoseWhoSpokeBeforeSilencesThatAreHeardOfLate() {
        final ExchangeWatermark three = new ExchangeWatermark(A, B, C);
        three.onWatermark(A, 500, false, 500, clock(500, NOW));
        three.onWatermark(B, 90, false, 90, clock(90, NOW));
        three.onWatermark(C, 80, false, 80, clock(80, NOW));
        three.onWatermark(B, 1_000, true, 1_100, clock(1_100, NOW));
        three.onWatermark(C, 2_000, true, 2_200, clock(2_200, NOW));

        assertThat(three.onWatermark(B, 3_000, true, 3_300, clock(3_300, NOW))).isEqualTo(500);
    }

    @Test
    void shouldWaitForASilentSideWithTheEndOfAnotherThatCameAfterThatInHistory() {
        says(A, 200, 200, NOW);
        says(B, 80, 80, NOW);
        isSilent(B, 90, 105, NOW);

        assertThat(says(A, Long.MAX_VALUE, 210, NOW)).isEqualTo(80);
        assertThat(watermark.tickDueNs(150, NOBODY_ASKED)).isEqualTo(Long.MAX_VALUE);
        assertThat(watermark.onTick(NOW + 5 * SECOND)).isEqualTo(80);
        assertThat(watermark.silenceWantedNs(B)).isEqualTo(210);

        isSilent(B, 95, NOW + 5 * SECOND, NOW + 5 * SECOND);
        assertThat(watermark.tickDueNs(150, NOBODY_ASKED)).isLessThan(NOW + 5 * SECOND);
        assertThat(watermark.onTick(NOW + 5 * SECOND)).isEqualTo(200 + 3 * SECOND);
    }

    @Test
    void shouldPassOnTheNewestOriginOfItsProducers() {
        assertThat(watermark.originNs(NOW)).isEqualTo(Long.MIN_VALUE);

        says(A, 100, 120, NOW);
        says(B, 200, 110, NOW);

        assertThat(watermark.originNs(NOW)).isEqualTo(120);
    }

    @Test
    void shouldAskOnlyThoseWhoseSilenceIsOfHistory() {
        final ExchangeWatermark three = new ExchangeWatermark(A, B, C);
        final long now = NOW + 2 * SECOND;
        three.onWatermark(A, 300, false, 300, now);
        three.onWatermark(C, 85, true, now, now);

        assertThat(three.onWatermark(B, 80, true, 105, now)).isEqualTo(Long.MIN_VALUE);

        assertThat(three.silenceWantedNs(B)).isEqualTo(now);
        assertThat(three.silenceWantedNs(C)).isEqualTo(NOBODY_ASKED);
        assertThat(three.onWatermark(B, 85, true, now + 1, now + 1)).isEqualTo(300);
    }

    @Test
    void shouldRefuseAWatermarkThatDoesNotTellWhatMadeIt() {
        assertThatThrownBy(() -> watermark.onWatermark(A, 100, false, ExchangeMark.UNKNOWN, NOW))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("producer 1")
                .hasMessageContaining("new name");
    }

    @Test
    void shouldGoOnTheSameWhereACheckpointWasTaken() {
        says(B, 80, 80, NOW);
        isSilent(B, 90, 105, NOW);
        says(A, 300, 300, NOW);
        final MutableDirectBuffer buffer = new ExpandableArrayBuffer();
        final StateWriter out = StateWriter.checkpoint(buffer, 0);
        watermark.snapshot(out);
        final ExchangeWatermark restored = new ExchangeWatermark(A, B);

        restored.restore(new StateReader(buffer, 0, out.length()));

        assertThat(restored.silenceWantedNs(B)).isEqualTo(300);
        assertThat(restored.originNs(NOW)).isEqualTo(300);
        assertThat(restored.onWatermark(A, 310, false, 310, NOW)).isEqualTo(80);
        assertThat(restored.onWatermark(B, 95, true, NOW, NOW)).isEqualTo(310);
    }

    @Test
    void shouldTickASilentSourceThatIsAskedForItsSilenceThoughThatMovesNothingOfItsOwn() {
        final SourceWatermark source = new SourceWatermark(0, 50, true);
        source.onData(100, 100);
        source.onTick(160);
        final long farOff = 1_000_000;

        assertThat(source.tickDueNs(farOff, 160)).isEqualTo(farOff + 50);
        assertThat(source.tickDueNs(farOff, 161)).isEqualTo(161);
        assertThat(source.tickDueNs(Long.MAX_VALUE, 161)).isEqualTo(Long.MAX_VALUE);
        source.onTick(161);
        assertThat(source.tickDueNs(farOff, 161)).isEqualTo(farOff + 50);
        source.onData(200, 200);
        assertThat(source.tickDueNs(farOff, 300)).isEqualTo(250);
    }

    @Test
    void shouldNotBeMovedByAnInputWithoutATimeWhenTheOtherFallsSilent() {
        says(A, ExchangeWatermark.TIMELESS_NS, 50, 50);
        assertThat(says(B, 100, 100, 100)).isEqualTo(100);

        assertThat(isSilent(B, 110, 120, 120)).isEqualTo(110);
        assertThat(says(A, Long.MAX_VALUE, 130, 130)).isEqualTo(110);
        assertThat(watermark.onTick(500)).isEqualTo(110);
        assertThat(watermark.tickDueNs(1_000, Long.MIN_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(says(B, 600, 600, 600)).isEqualTo(600);
    }

    @Test
    void shouldLetTheClockCloseWhatAnEndedSideLeftOpenBesideAnInputWithoutATime() {
        final ExchangeWatermark three = new ExchangeWatermark(A, B, C);
        three.onWatermark(C, ExchangeWatermark.TIMELESS_NS, false, 50, 50);
        three.onWatermark(A, 1_000, false, 100, 100);
        three.onWatermark(B, 90, true, 105, 105);
        assertThat(three.onWatermark(A, Long.MAX_VALUE, false, 110, 110)).isEqualTo(1_000);

        assertThat(three.onTick(150)).isEqualTo(1_040);
    }

    @Test
    void shouldCountAnInputWithoutATimeWhenNoOtherIsLeft() {
        says(A, ExchangeWatermark.TIMELESS_NS, 50, 50);
        says(B, 100, 100, 100);

        assertThat(says(B, Long.MAX_VALUE, 110, 110)).isEqualTo(ExchangeWatermark.TIMELESS_NS);
        assertThat(says(A, Long.MAX_VALUE, 120, 120)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldTickNoMoreWhereEventTimeHasComeToTheEndOfItsRange() {
        says(A, Long.MAX_VALUE - 10, 100, 100);
        says(A, Long.MAX_VALUE, 110, 110);
        isSilent(B, 90, 120, 120);
        final long wantedNs = Long.MAX_VALUE - 5;
        assertThat(watermark.tickDueNs(wantedNs, Long.MIN_VALUE)).isEqualTo(115);

        assertThat(watermark.onTick(200)).isBetween(wantedNs, Long.MAX_VALUE - 1);
        assertThat(watermark.tickDueNs(wantedNs, Long.MIN_VALUE)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldNotTickForWhatIsFartherOffThanTheRangeIsLong() {
        says(A, Long.MIN_VALUE + 10, 100, 100);
        says(A, Long.MAX_VALUE, 110, 110);
        isSilent(B, Long.MIN_VALUE + 5, 120, 120);

        assertThat(watermark.tickDueNs(Long.MAX_VALUE - 5, Long.MIN_VALUE)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldTellAnOriginOfAnInputThatEndsWithoutARecord() {
        final SourceWatermark source = new SourceWatermark(0, 50, true);
        source.onWatermark(0, Long.MAX_VALUE, false, ExchangeMark.UNKNOWN, Long.MIN_VALUE);

        assertThat(says(A, Long.MAX_VALUE, source.originNs(Long.MIN_VALUE), 100))
                .isEqualTo(Long.MIN_VALUE);
        assertThat(says(B, 100, 100, 100)).isEqualTo(100);
    }

    private long says(final int producer, final long watermarkNs, final long originNs, final long clockNs) {
        return watermark.onWatermark(producer, watermarkNs, false, originNs, clock(originNs, clockNs));
    }

    private long isSilent(final int producer, final long watermarkNs, final long originNs, final long clockNs) {
        return watermark.onWatermark(producer, watermarkNs, true, originNs, clock(originNs, clockNs));
    }

    // History is told long after it was.
    private static long clock(final long originNs, final long clockNs) {
        return clockNs >= NOW && originNs < NOW ? clockNs + 2 * SECOND : clockNs;
    }

    private void assertNobodyIsAsked() {
        assertThat(watermark.silenceWantedNs()).isEqualTo(NOBODY_ASKED);
        assertThat(watermark.silenceWantedNs(A)).isEqualTo(NOBODY_ASKED);
        assertThat(watermark.silenceWantedNs(B)).isEqualTo(NOBODY_ASKED);
    }
}
