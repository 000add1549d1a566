package io.millrace.perf.compare.latency.child;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class WarmUpTest {
    private static final long LONGEST_MS = 10_000;

    private long nowMs = 5_000;
    private long compilerMs = 700;

    @Test
    void shouldEndWithARoundInWhichTheCompilerHadLittleToDo() {
        final WarmUp warmUp = warmUp(LONGEST_MS);

        assertThat(isOverAfter(warmUp, 1_000, 900)).isFalse();
        assertThat(isOverAfter(warmUp, 1_000, 51)).isFalse();
        assertThat(isOverAfter(warmUp, 1_000, 49)).isTrue();
        assertThat(warmUp.rounds()).isEqualTo(3);
    }

    @Test
    void shouldNotBelieveTheFirstRound() {
        final WarmUp warmUp = warmUp(LONGEST_MS);

        assertThat(isOverAfter(warmUp, 1_000, 0)).isFalse();
        assertThat(isOverAfter(warmUp, 1_000, 0)).isTrue();
    }

    @Test
    void shouldEndWhenItHasTakenLongEnoughThoughTheCompilerStillWorks() {
        final WarmUp warmUp = warmUp(LONGEST_MS);

        assertThat(isOverAfter(warmUp, 6_000, 6_000)).isFalse();
        assertThat(isOverAfter(warmUp, 6_000, 6_000)).isTrue();
    }

    @Test
    void shouldBeOneRoundWhereThereIsNoTimeForMore() {
        assertThat(isOverAfter(warmUp(0), 10, 10)).isTrue();
    }

    private WarmUp warmUp(final long longestMs) {
        return new WarmUp(() -> nowMs, () -> compilerMs, longestMs);
    }

    private boolean isOverAfter(final WarmUp warmUp, final long roundMs, final long ofCompilerMs) {
        warmUp.beginRound();
        nowMs += roundMs;
        compilerMs += ofCompilerMs;
        return warmUp.isOver();
    }
}
