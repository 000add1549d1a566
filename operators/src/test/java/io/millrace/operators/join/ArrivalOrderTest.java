package io.millrace.operators.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.codec.StringCodec;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is due at one time comes in the order in which it came, also when the number of arrivals does not fit any more the bits that the
 * queue has for it: 30 of an as-of join, 32 of the others. A job that runs for hours gets there.
 */
class ArrivalOrderTest {
    private final SidesRun run = new SidesRun();

    @AfterEach
    void close() {
        run.memory.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, (1L << 32) - 2, (1L << 33) - 2, (1L << 32) - 1})
    void shouldHandOnWhatHasNoPartnerInTheOrderOfArrival(final long arrivals) {
        final IntervalJoinOperator<String, String> join = new IntervalJoinOperator<>(
                "join",
                SidesRun::fail,
                JoinKind.OUTER,
                100,
                100,
                0,
                new StringCodec(),
                new StringCodec(),
                run.memory,
                run.counters,
                run.results(),
                run.late(),
                run.late());
        check(join, arrivals, "1100 0|null", "1100 1|null", "1100 2|null", "1100 3|null", "1100 4|null");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, (1L << 32) - 2, (1L << 33) - 2, (1L << 32) - 1})
    void shouldHandOnWhatIsMissedInTheOrderOfArrival(final long arrivals) {
        final AbsenceOperator<String, String> absence = new AbsenceOperator<>(
                "absence",
                SidesRun::fail,
                100,
                100,
                0,
                null,
                new StringCodec(),
                new StringCodec(),
                run.memory,
                run.counters,
                run.values(),
                run.late(),
                run.late());
        check(absence, arrivals, "1100 0", "1100 1", "1100 2", "1100 3", "1100 4");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, (1L << 30) - 2, (1L << 31) - 2, (1L << 30) - 1, (1L << 32) - 2})
    void shouldAnswerInTheOrderOfArrival(final long arrivals) {
        final AsOfJoinOperator<String, String> join = new AsOfJoinOperator<>(
                "join",
                SidesRun::fail,
                true,
                true,
                AsOfJoinOperator.ANY_AGE,
                0,
                new StringCodec(),
                new StringCodec(),
                run.memory,
                run.counters,
                run.results(),
                run.late(),
                run.late());
        check(join, arrivals, "1000 0|null", "1000 1|null", "1000 2|null", "1000 3|null", "1000 4|null");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, (1L << 31) - 2, (1L << 32) - 2, (1L << 33) - 1})
    void shouldTellOfKeysThatFallSilentInTheOrderOfArrival(final long arrivals) {
        final SilenceOperator<String> silence = new SilenceOperator<>(
                "silence", SidesRun::fail, 100, new StringCodec(), run.memory, run.counters, run.values(), run.late());
        count(silence, arrivals);
        check(unwrapping(silence), "1100 0", "1100 1", "1100 2", "1100 3", "1100 4");
    }

    private <J extends Operator<Sided> & Stateful> void check(
            final J join, final long arrivals, final String... results) {
        count(join, arrivals);
        check(join, results);
    }

    // The count of arrivals is the first number of a snapshot.
    private static void count(final Stateful join, final long arrivals) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final StateWriter writer = new StateWriter(buffer, 0);
        join.snapshot(writer);
        new StateWriter(buffer, 0).writeLong(arrivals);
        join.restore(new StateReader(buffer, 0, writer.length()));
    }

    private void check(final Operator<Sided> join, final String... results) {
        for (int i = 0; i < results.length; i++) {
            run.value(join, SideRows.LEFT, "k" + i, 1_000, "" + i);
        }
        run.watermark(join, Long.MAX_VALUE);

        assertThat(run.results).containsExactly(results);
    }

    private Operator<Sided> unwrapping(final Operator<String> operator) {
        return new Operator<>() {
            @Override
            public void process(final RecordContext context, final Sided value) {
                operator.process(context, value.<String>value());
            }

            @Override
            public void onWatermark(final RecordContext context, final long watermarkNs) {
                operator.onWatermark(context, watermarkNs);
            }

            @Override
            public void onLogTime(final RecordContext context, final long logTimeNs) {
                operator.onLogTime(context, logTimeNs);
            }
        };
    }
}
