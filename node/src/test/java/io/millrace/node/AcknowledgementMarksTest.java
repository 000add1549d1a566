package io.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AcknowledgementMarksTest {
    private final AcknowledgementMarks marks = new AcknowledgementMarks();

    @Test
    void shouldNameTheHighestSequenceThatIsDurable() {
        marks.add(3, 100);
        marks.add(7, 200);
        marks.add(9, 300);

        assertThat(marks.pollDurable(99)).isEqualTo(-1);
        assertThat(marks.pollDurable(200)).isEqualTo(7);
        assertThat(marks.pollDurable(299)).isEqualTo(-1);
        assertThat(marks.isEmpty()).isFalse();
        assertThat(marks.pollDurable(300)).isEqualTo(9);
        assertThat(marks.isEmpty()).isTrue();
    }

    @Test
    void shouldAcknowledgeLateAndNeverEarlyWhenThereAreMoreMarksThanItHolds() {
        for (int i = 0; i < 1_000; i++) {
            marks.add(i, 100L * i + 100);
        }

        long acknowledged = -1;
        for (long durable = 0; durable <= 100_000; durable += 50) {
            acknowledged = Math.max(acknowledged, marks.pollDurable(durable));
            assertThat(100 * acknowledged + 100).isLessThanOrEqualTo(durable);
        }
        assertThat(acknowledged).isEqualTo(999);
    }
}
