package io.millrace.node;

import static io.millrace.node.AcknowledgementPace.HOLD_NS;
import static io.millrace.node.AcknowledgementPace.MAX_RECORDS;
import static io.millrace.node.AcknowledgementPace.MAX_TRIAL_INTERVAL;
import static io.millrace.node.AcknowledgementPace.MIN_TRIAL_INTERVAL;
import static io.millrace.node.AcknowledgementPace.QUIET_NS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AcknowledgementPaceTest {
    private static final long CYCLE_NS = 500;

    private final AcknowledgementPace pace = new AcknowledgementPace();
    private long nowNs = Long.MAX_VALUE - 10_000; // a clock that soon wraps around
    private int sentCount;

    @Test
    void shouldSendTheFirstAcknowledgementsAtOnce() {
        for (int i = 1; i < MIN_TRIAL_INTERVAL; i++) {
            pace.onRecord();
            assertThat(pace.isDue(nowNs)).isTrue();
            pace.onSent();
        }
    }

    @Test
    void shouldSendOneAcknowledgementForManyRecordsOfAPublisherThatGoesOn() {
        publish(1_000, 10_000);

        // Every sixth record at the pace of ten microseconds, and a few alone before that was known.
        assertThat(sentCount).isBetween(1_000 * 10_000 / (int) (HOLD_NS + 10_000) - 10, 200);
    }

    @Test
    void shouldNotHoldBackLongerThanItSays() {
        long longestNs = 0;
        for (int i = 0; i < 2_000; i++) {
            pace.onRecord();
            final long beganNs = nowNs;
            while (!pace.isDue(nowNs)) {
                nowNs += CYCLE_NS;
                if ((nowNs - beganNs) % 5_000 == 0) {
                    pace.onRecord();
                }
            }
            pace.onSent();
            longestNs = Math.max(longestNs, nowNs - beganNs);
        }

        assertThat(longestNs).isBetween(QUIET_NS, HOLD_NS + CYCLE_NS);
    }

    @Test
    void shouldSendTheLastAcknowledgementThoughNothingElseHappens() {
        publish(1_000, 5_000);
        pace.onRecord();
        final long beganNs = nowNs;

        while (!pace.isDue(nowNs)) {
            nowNs += CYCLE_NS;
        }

        assertThat(nowNs - beganNs).isLessThanOrEqualTo(QUIET_NS + CYCLE_NS);
    }

    @Test
    void shouldCostAPublisherThatWaitsForEachAcknowledgementNextToNothing() {
        final int rounds = 100_000;
        long heldNs = 0;
        for (int i = 0; i < rounds; i++) {
            nowNs += 10_000;
            pace.onRecord();
            final long beganNs = nowNs;
            while (!pace.isDue(nowNs)) {
                nowNs += CYCLE_NS;
            }
            pace.onSent();
            heldNs += nowNs - beganNs;
        }

        assertThat(heldNs / rounds).isLessThanOrEqualTo((QUIET_NS + CYCLE_NS) / (MAX_TRIAL_INTERVAL / 2));
    }

    @Test
    void shouldSendAtOnceWhenMuchWaits() {
        publish(1_000, 5_000);
        for (int i = 0; i < MAX_RECORDS; i++) {
            pace.onRecord();
        }

        assertThat(pace.isDue(nowNs)).isTrue();
    }

    /** Records at a steady pace, in duty cycles that are shorter than that. */
    private void publish(final int count, final long intervalNs) {
        boolean hasNews = false;
        for (int i = 0; i < count; i++) {
            pace.onRecord();
            hasNews = true;
            for (long ns = 0; ns < intervalNs; ns += CYCLE_NS, nowNs += CYCLE_NS) {
                if (hasNews && pace.isDue(nowNs)) {
                    pace.onSent();
                    hasNews = false;
                    sentCount++;
                }
            }
        }
    }
}
