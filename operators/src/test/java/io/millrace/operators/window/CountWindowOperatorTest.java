package io.millrace.operators.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.codec.StringCodec;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.Test;

class CountWindowOperatorTest {
    private final WindowRun run = new WindowRun();
    private final CountWindowOperator<String, Long, String> operator = operator(3, Emission.ON_CLOSE);

    @Test
    void shouldGiveAResultWithTheLastRecordOfAWindow() {
        run.records("a", 10, 20);
        assertThat(run.results).isEmpty();

        run.records("a", 30, 40, 50, 60, 70);

        assertThat(run.results).containsExactly("a[10,31)=3/3/1 at 30", "a[40,61)=3/3/1 at 60");
    }

    @Test
    void shouldCountEachKeyForItself() {
        run.record("a", 1, 1);
        run.record("b", 2, 20);
        run.record("a", 3, 300);
        run.record("b", 4, 4000);
        run.record("b", 5, 50_000);
        run.record("a", 6, 600_000);

        assertThat(run.results).containsExactly("b[2,6)=3/54020/20 at 5", "a[1,7)=3/600301/1 at 6");
    }

    @Test
    void shouldReachFromTheEarliestToBehindTheLatestEventTimeOfRecordsOutOfOrder() {
        run.records("a", 20, 30, -10);

        assertThat(run.results).containsExactly("a[-10,31)=3/3/1 at 30");
        assertThat(run.context.eventTimeNs()).isEqualTo(-10);
    }

    @Test
    void shouldTakeRecordsBehindTheWatermark() {
        run.watermark(1_000);

        run.records("a", 1, 2, 3);

        assertThat(run.results).containsExactly("a[1,4)=3/3/1 at 3");
    }

    @Test
    void shouldGiveNoResultForAWindowThatIsNotFullAtTheEnd() {
        run.records("a", 1, 2);

        run.operator.onWatermark(run.context, Long.MAX_VALUE);

        assertThat(run.results).isEmpty();
        assertThat(run.passedOn).containsExactly(Long.MAX_VALUE);
    }

    @Test
    void shouldNotCountARefusedRecord() {
        run.record("a", 1, SumState.REFUSED);
        assertThat(operator.openWindows()).isZero();
        run.record("a", 2, 1);
        run.record("a", 3, SumState.REFUSED);
        run.records("a", 4, 5);

        assertThat(run.results).containsExactly("a[2,6)=3/3/1 at 5");
        assertThat(run.failures).containsExactly("refused", "refused");
    }

    @Test
    void shouldKeepNothingOfAFullWindow() {
        run.records("a", 1, 2);
        run.records("b", 1);
        assertThat(operator.openWindows()).isEqualTo(2);

        run.records("a", 3);
        run.records("b", 2, 3);

        assertThat(operator.openWindows()).isZero();
        run.memory.close();
        assertThat(run.memory.usedBytes()).isZero();
    }

    @Test
    void shouldGiveAResultAfterEachRecordWhenItEmitsOnUpdate() {
        operator(2, Emission.ON_UPDATE);

        run.records("a", 10, 5, 30);

        assertThat(run.results)
                .containsExactly("a[10,11)=1/1/1 at 10 so far", "a[5,11)=2/2/1 at 10", "a[30,31)=1/1/1 at 30 so far");
    }

    @Test
    void shouldRefuseToEmitByTheClock() {
        assertThatThrownBy(() -> operator(3, new Emission(Emission.Kind.EVERY, 7)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("on close or on update, window visits is to emit every 7 ns");
    }

    @Test
    void shouldGoOnFromASnapshotInTheMiddleOfAWindow() {
        run.records("a", 10, -20);
        run.records("b", 5);
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final StateWriter writer = new StateWriter(buffer, 0);
        operator.snapshot(writer);

        operator(3, Emission.ON_CLOSE).restore(new StateReader(buffer, 0, writer.length()));
        run.records("b", 6);
        run.records("a", 0);
        run.records("b", 7);

        assertThat(run.results).containsExactly("a[-20,11)=3/3/1 at 10", "b[5,8)=3/3/1 at 7");
    }

    @Test
    void shouldRefuseWindowsOfNothing() {
        assertThatThrownBy(() -> operator(0, Emission.ON_CLOSE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1 record, window visits is to hold 0");
    }

    private CountWindowOperator<String, Long, String> operator(final long count, final Emission emission) {
        final CountWindowOperator<String, Long, String> made = new CountWindowOperator<>(
                "visits",
                count,
                emission,
                SumState.asText().forTask(),
                run.memory,
                new StringCodec(),
                (context, failure) -> run.failures.add(failure.getMessage()),
                run.next());
        run.operator = made;
        return made;
    }
}
