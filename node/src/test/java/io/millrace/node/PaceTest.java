package io.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long START_NS = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1);

    private final Pace pace = new Pace(4, 10, START_NS);

    @Test
    void shouldLetThroughSoManyAtOnceAndThenOneAtATime() {
        assertThat(passed(START_NS)).isEqualTo(4);
        assertThat(passed(START_NS + TimeUnit.MILLISECONDS.toNanos(99))).isZero();
        assertThat(passed(START_NS + TimeUnit.MILLISECONDS.toNanos(100))).isEqualTo(1);
        assertThat(passed(START_NS + TimeUnit.MILLISECONDS.toNanos(350))).isEqualTo(2);
    }

    /** The clock of the machine may begin anywhere and pass its largest number. */
    @Test
    void shouldSaveUpNoMoreThanMayPassAtOnce() {
        assertThat(passed(START_NS)).isEqualTo(4);
        assertThat(passed(START_NS + TimeUnit.SECONDS.toNanos(100))).isEqualTo(4);
    }

    private int passed(final long nowNs) {
        int count = 0;
        while (pace.take(nowNs)) {
            count++;
        }
        return count;
    }
}
