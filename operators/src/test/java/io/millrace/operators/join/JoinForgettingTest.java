package io.millrace.operators.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.codec.StringCodec;
import io.millrace.operators.core.Operator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What joins have kept in a burst goes, although nothing comes any more for the keys of the burst. */
class JoinForgettingTest {
    private static final int KEYS = 100;
    private static final int EACH = 40;
    private static final String LONG_VALUE = "v".repeat(400);

    /** What a few keys and values, and a queue that has become short, may take: pages of 4, 16 and 64 KiB. */
    private static final long LITTLE = 128 * 1024;

    private static final long MUCH = KEYS * EACH * 400L;

    private final SidesRun run = new SidesRun();

    // Of each key the latest first, so that what is left of an as-of join lies together.
    private void burst(final Operator<Sided> join, final int side, final long fromNs) {
        for (int i = EACH; i > 0; i--) {
            for (int key = 0; key < KEYS; key++) {
                run.value(join, side, "k" + key, fromNs + i, LONG_VALUE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldKeepOneRightValueOfEachKeyBehindABurstOutOfOrder(final boolean waits) {
        final Operator<Sided> join = asOf(AsOfJoinOperator.ANY_AGE, waits, 0);
        run.watermark(join, 0);
        burst(join, SideRows.RIGHT, 1_000);
        assertThat(run.memory.usedBytes()).isGreaterThan(MUCH);

        run.watermark(join, 2_000);

        assertThat(run.memory.usedBytes()).isLessThan(MUCH / EACH + 2 * LITTLE);
        run.value(join, SideRows.LEFT, "k7", 2_000, "l");
        run.watermark(join, Long.MAX_VALUE);
        assertThat(run.results).containsExactly("2000 l|" + LONG_VALUE);
    }

    @ParameterizedTest
    @CsvSource({"false, 0", "true, 0", "false, 50", "true, 50"})
    void shouldForgetKeysOfABurstWhoseValuesHaveBecomeTooOld(final boolean waits, final long graceNs) {
        final Operator<Sided> join = asOf(500, waits, graceNs);
        run.watermark(join, 0);
        burst(join, SideRows.RIGHT, 1_000);
        // Its last answer comes when the tolerance is over.
        run.value(join, SideRows.LEFT, "k7", 1_000 + EACH + 500, "l");
        run.watermark(join, 1_000 + EACH + 500 + graceNs);
        assertThat(run.memory.usedBytes()).isPositive();

        // If it does not wait, nobody hurries for a few keys; but twice the tolerance is enough.
        run.watermark(join, 1_000 + EACH + 500 + graceNs + 500 + 2);

        assertThat(run.memory.usedBytes()).isLessThan(LITTLE);
        assertThat(run.results).containsExactly(1_000 + EACH + 500 + " l|" + LONG_VALUE);
    }

    @ParameterizedTest
    @CsvSource({
        "INNER, 100, 200",
        "LEFT, 100, 200",
        "OUTER, 100, 200",
        "INNER, -50, 200",
        "INNER, 200, -50",
        "INNER, 0, 0"
    })
    void shouldForgetABurstOfEitherSideThatFindsNoPartner(
            final JoinKind kind, final long beforeNs, final long afterNs) {
        final Operator<Sided> join = within(kind, beforeNs, afterNs, 0);
        for (int side = 0; side < 2; side++) {
            final long fromNs = 10_000 * side;
            run.watermark(join, fromNs);
            burst(join, side, fromNs + 1_000);
            assertThat(run.memory.usedBytes()).isGreaterThan(MUCH);

            // In steps, as time goes; an inner join looks at each key once in nine eighths of the interval.
            final long spanNs = beforeNs + afterNs;
            final long deadlineNs = fromNs + 1_000 + EACH + (side == SideRows.LEFT ? afterNs : beforeNs);
            final long lastNs = deadlineNs + spanNs + spanNs / 8 + 2;
            for (long nowNs = fromNs; nowNs <= lastNs; nowNs++) {
                run.watermark(join, nowNs);
            }

            assertThat(run.memory.usedBytes()).as("side %d", side).isLessThan(LITTLE);
        }
    }

    @Test
    void shouldForgetABurstInOneStepOfTime() {
        final Operator<Sided> join = within(JoinKind.INNER, 100, 200, 30);
        burst(join, SideRows.LEFT, 1_000);

        run.watermark(join, 1_000 + EACH + 200 + 30 + 1);

        assertThat(run.memory.usedBytes()).isLessThan(LITTLE);
    }

    @Test
    void shouldPairAtTheEndsOfTheRangeOfTimeWithTheWidestInterval() {
        final long end = 1L << 62;
        final long span = 1L << 60;
        for (final JoinKind kind : JoinKind.values()) {
            run.results.clear();
            final Operator<Sided> join = within(kind, span, span, span);
            run.value(join, SideRows.LEFT, "a", -end, "l1");
            run.value(join, SideRows.RIGHT, "a", -end + span, "r1");
            run.value(join, SideRows.RIGHT, "a", end - span, "r2");
            run.value(join, SideRows.LEFT, "a", end, "l2");
            run.value(join, SideRows.LEFT, "a", end - 2 * span - 1, "l3");
            run.watermark(join, Long.MAX_VALUE);

            assertThat(run.results)
                    .as("%s", kind)
                    .startsWith(-end + span + " l1|r1", end + " l2|r2")
                    .hasSize(kind == JoinKind.INNER ? 2 : 3);
            run.watermark(join, Long.MIN_VALUE);
        }
    }

    @Test
    void shouldTakeNoAnswerFromTheOtherEndOfTheRangeOfTime() {
        final long end = 1L << 62;
        final Operator<Sided> join = asOf(5, false, 0);
        run.value(join, SideRows.RIGHT, "a", -end, "r");

        run.value(join, SideRows.LEFT, "a", end, "l");

        assertThat(run.results).containsExactly(end + " l|null");
    }

    @Test
    void shouldCallARightValueLateThatIsTooOldHoweverFarTimeHasGone() {
        final Operator<Sided> join = asOf(5, false, 0);
        run.watermark(join, Long.MAX_VALUE - 1);

        run.value(join, SideRows.RIGHT, "a", -10, "r");

        assertThat(run.late).containsExactly("r");
        assertThat(run.memory.usedBytes()).isZero();
    }

    @Test
    void shouldTellOfTwoSilencesBetweenTheEndsOfTheRangeOfTime() {
        final long end = 1L << 62;
        final Operator<Sided> silence = silence(5);
        run.value(silence, SideRows.LEFT, "a", end, "last");

        run.value(silence, SideRows.LEFT, "a", -end, "first");
        run.watermark(silence, Long.MAX_VALUE);

        assertThat(run.results).containsExactly(-end + 5 + " first", end + 5 + " last");
    }

    private Operator<Sided> silence(final long spanNs) {
        return new OneSideOperator<>(
                SidesRun::fail,
                SideRows.LEFT,
                new SilenceOperator<>(
                        "silence",
                        SidesRun::fail,
                        spanNs,
                        new StringCodec(),
                        run.memory,
                        run.counters,
                        run.values(),
                        run.late()));
    }

    private Operator<Sided> asOf(final long toleranceNs, final boolean waits, final long graceNs) {
        return new AsOfJoinOperator<>(
                "join",
                SidesRun::fail,
                true,
                waits,
                toleranceNs,
                graceNs,
                new StringCodec(),
                new StringCodec(),
                run.memory,
                run.counters,
                run.results(),
                run.late(),
                run.late());
    }

    private Operator<Sided> within(final JoinKind kind, final long beforeNs, final long afterNs, final long graceNs) {
        return kind == JoinKind.INNER
                ? inner(beforeNs, afterNs, graceNs)
                : new IntervalJoinOperator<>(
                        "join",
                        SidesRun::fail,
                        kind,
                        beforeNs,
                        afterNs,
                        graceNs,
                        new StringCodec(),
                        new StringCodec(),
                        run.memory,
                        run.counters,
                        run.results(),
                        run.late(),
                        run.late());
    }

    private Operator<Sided> inner(final long beforeNs, final long afterNs, final long graceNs) {
        return new InnerIntervalJoinOperator<>(
                "join",
                SidesRun::fail,
                beforeNs,
                afterNs,
                graceNs,
                new StringCodec(),
                new StringCodec(),
                run.memory,
                run.counters,
                run.results(),
                run.late(),
                run.late());
    }
}
