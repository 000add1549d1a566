package io.millrace.operators.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.LongCodec;
import io.millrace.operators.core.DiscardOperator;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.pattern.SequenceStep.Kind;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What sequences keep and allocate, and what they refuse to go on from. */
class SequenceOperatorTest {
    private static final Long A = 1L;
    private static final Long B = 2L;
    private static final Long C = 3L;
    private static final long WITHIN_NS = 1_000;
    private static final int ROUNDS = 4;
    private static final int RECORDS = 1_000_000;
    private static final int KEYS = 1_000;
    private static final int SMALL = 500_000;
    private static final int FORMAT_LENGTH = 8;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final StateMemory memory = new StateMemory(new MemoryBudget("job", Long.MAX_VALUE));
    private final RecordContext context = new RecordContext();
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[Long.BYTES]);
    private final Count found = new Count();
    private final Count timedOut = new Count();

    @AfterEach
    void close() {
        memory.close();
        assertThat(memory.usedBytes()).isZero();
    }

    private static SequenceStep<Long> step(final Kind kind, final String name, final Long fits) {
        return SequenceStep.of(kind, name, value -> value == fits);
    }

    private static List<SequenceStep<Long>> aThenB() {
        return List.of(step(Kind.BEGIN, "a", A), step(Kind.FOLLOWED_BY, "b", B));
    }

    private static List<SequenceStep<Long>> aNextBWithoutCForAWhile() {
        return List.of(
                step(Kind.BEGIN, "a", A),
                step(Kind.NEXT, "b", B),
                new SequenceStep<>(Kind.ABSENT, "c", value -> value == C, 0, 0, false, WITHIN_NS / 4));
    }

    private SequenceOperator<Long> operator(final List<SequenceStep<Long>> steps) {
        return new SequenceOperator<>(
                "sequence",
                (failed, failure) -> {
                    throw new AssertionError(failure);
                },
                new SequenceOptions<>(steps, WITHIN_NS, false, 16),
                new LongCodec(),
                memory,
                new TaskCounters(),
                found,
                new DiscardOperator<>(),
                timedOut,
                new DiscardOperator<>());
    }

    private void value(final Operator<Long> operator, final long keyNumber, final long timeNs, final Long value) {
        key.putLong(0, keyNumber);
        context.record(0, timeNs, 0);
        context.key(key, 0, Long.BYTES);
        operator.process(context, value);
    }

    private void watermark(final Operator<Long> operator, final long watermarkNs) {
        if (watermarkNs >= context.eventCallNs()) {
            context.clearEventTimes();
            operator.onWatermark(context, watermarkNs);
        }
        context.watermarkNs(watermarkNs);
    }

    @Test
    void shouldFreeWhatTimeHasPassed() {
        final SequenceOperator<Long> operator = operator(aThenB());
        for (int i = 0; i < 30_000; i++) {
            value(operator, i, i % 100, A);
        }
        watermark(operator, 200);
        assertThat(memory.usedBytes()).isGreaterThan(4L * SMALL);

        watermark(operator, 100 + WITHIN_NS);

        assertThat(timedOut.count).isEqualTo(30_000);
        assertThat(memory.usedBytes()).isLessThan(SMALL);
        assertThat(context.eventWakeNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldFreeWhatMatchesHaveTaken() {
        final SequenceOperator<Long> operator = operator(aThenB());
        for (int i = 0; i < 100_000; i++) {
            value(operator, 7, i, i % 3 == 0 ? B : A);
            watermark(operator, i);
        }

        assertThat(found.count).isGreaterThan(30_000);
        assertThat(memory.usedBytes()).isLessThan(SMALL);
    }

    @Test
    void shouldKeepNothingOfValuesThatFitNoStepWhereTheyMakeNoDifference() {
        final SequenceOperator<Long> operator = operator(aThenB());
        for (int i = 0; i < 1_000; i++) {
            value(operator, i, i, C);
        }

        assertThat(memory.usedBytes()).isZero();
    }

    @Test
    void shouldKeepNoMorePartialMatchesOfAKeyThanItMay() {
        final SequenceOperator<Long> operator = operator(aThenB());
        for (int i = 0; i < 100_000; i++) {
            value(operator, 7, i / 1_000, A);
        }
        watermark(operator, 200);

        assertThat(memory.usedBytes()).isLessThan(SMALL);
    }

    @Test
    void shouldAllocateNothing() {
        assertNothingAllocated(operator(aThenB()));
    }

    @Test
    void shouldAllocateNothingWithStrictStepsAndAbsences() {
        assertNothingAllocated(operator(aNextBWithoutCForAWhile()));
    }

    private void assertNothingAllocated(final SequenceOperator<Long> operator) {
        long allocated = -1;
        for (int round = 0; round < ROUNDS && allocated != 0; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < RECORDS; i++) {
                final int number = round * RECORDS + i;
                watermark(operator, number - 50);
                value(
                        operator,
                        number * 7919L % KEYS,
                        number - number % 40,
                        number / KEYS % 3 == 0 ? A : number / KEYS % 3 == 1 ? B : C);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(allocated).isZero();
        assertThat(found.count + timedOut.count).isPositive();
    }

    // The count of arrivals, which comes behind the format, has 32 bits in the queue; a job that runs for hours gets
    // there.
    @ParameterizedTest
    @ValueSource(longs = {0, (1L << 32) - 1, (1L << 33) - 1})
    void shouldSeeValuesOfOneTimeInTheOrderOfArrivalHoweverManyHaveCome(final long arrivals) {
        final SequenceOperator<Long> operator = operator(aThenB());
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final StateWriter writer = new StateWriter(buffer, 0);
        operator.snapshot(writer);
        new StateWriter(buffer, FORMAT_LENGTH).writeLong(arrivals);
        operator.restore(new StateReader(buffer, 0, writer.length()));

        value(operator, 7, 1, A);
        value(operator, 7, 1, B);
        watermark(operator, 2);

        assertThat(found.count).isEqualTo(1);
    }

    @Test
    void shouldRefuseTheStateOfOtherSteps() {
        final SequenceOperator<Long> before = operator(aThenB());
        value(before, 7, 1, A);
        final StateWriter writer = new StateWriter(new ExpandableArrayBuffer(), 0);
        before.snapshot(writer);
        final SequenceOperator<Long> changed = operator(aNextBWithoutCForAWhile());

        assertThatThrownBy(() -> changed.restore(new StateReader(writer.buffer(), 0, writer.length())))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("a sequence of other steps");
    }

    private static final class Count implements Operator<Match<Long>> {
        private long count;
        private long times;

        @Override
        public void process(final RecordContext context, final Match<Long> match) {
            count++;
            times += match.firstTimeNs() + match.lastTimeNs();
        }

        @Override
        public void onWatermark(final RecordContext context, final long watermarkNs) {}

        @Override
        public void onLogTime(final RecordContext context, final long logTimeNs) {}
    }
}
