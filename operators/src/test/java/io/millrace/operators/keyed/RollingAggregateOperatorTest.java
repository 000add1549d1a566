package io.millrace.operators.keyed;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.codec.LongCodec;
import io.millrace.operators.codec.StringCodec;
import io.millrace.operators.state.CountState;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateMemory;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RollingAggregateOperatorTest {
    private static final Aggregation<Long, Long, Long> MAX =
            Aggregation.values(new LongCodec(), () -> Long.MIN_VALUE, Math::max);
    private static final Aggregation<Long, ?, Long> COUNT = Aggregation.<Long, CountState>flyweight(
                    CountState::new, RollingAggregateOperatorTest::count)
            .result(CountState::value);

    private final MemoryBudget budget = new MemoryBudget("job", Long.MAX_VALUE);
    private final StateMemory memory = new StateMemory(budget);
    private final List<String> out = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    @AfterEach
    void close() {
        memory.close();
        assertThat(budget.usedBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldHandOnEachNewValueUnderItsKeyAndTime(final boolean isRestored) {
        final Harness<Long> harness = harness(COUNT, false, isRestored);

        harness.record("a", 5, 1L);
        harness.record("b", 6, 1L);
        harness.record("a", 4, 1L);

        assertThat(out).containsExactly("a@5=1", "b@6=1", "a@4=2");
    }

    @Test
    void shouldHandOnChangesOnly() {
        final Harness<Long> harness = harness(MAX, false, false);
        for (final long value : new long[] {3, 3, 1, 7, 7, 2, 8}) {
            harness.record("a", 0, value);
        }

        assertThat(out).containsExactly("a@0=3", "a@0=7", "a@0=8");
    }

    @Test
    void shouldHandOnTheFirstAggregateOfAKeyThoughItsStateIsZero() {
        final Harness<Long> harness = harness(COUNT, false, false);

        harness.record("a", 0, 0L);
        harness.record("a", 0, 0L);
        harness.record("a", 0, 5L);

        assertThat(out).containsExactly("a@0=0", "a@0=1");
    }

    @Test
    void shouldHandOnEveryUpdateIfAskedTo() {
        final Harness<Long> harness = harness(MAX, true, false);
        for (final long value : new long[] {3, 3, 1, 7}) {
            harness.record("a", 0, value);
        }

        assertThat(out).containsExactly("a@0=3", "a@0=3", "a@0=3", "a@0=7");
    }

    @Test
    void shouldHandOnNothingForAValueThatIsRefusedAndKeepTheAggregate() {
        final Aggregation<Long, String, String> aggregation =
                Aggregation.values(new StringCodec(), () -> "", (text, value) -> {
                    if (value < 0) {
                        throw new IllegalArgumentException("refused " + value);
                    }
                    return text + value;
                });
        final Harness<Long> harness = harness(aggregation, false, false);

        harness.record("a", 0, -1L);
        harness.record("a", 0, 1L);
        harness.record("a", 0, -2L);
        harness.record("a", 0, 2L);

        assertThat(out).containsExactly("a@0=1", "a@0=12");
        assertThat(failures).containsExactly("refused -1", "refused -2");
    }

    @ParameterizedTest
    @CsvSource({"1, false", "2, true", "3, false", "4, true"})
    void shouldEqualAPlainMap(final long seed, final boolean isRestored) {
        final SplittableRandom random = new SplittableRandom(seed);
        final Harness<Long> harness = harness(MAX, false, isRestored);
        final Map<String, Long> model = new HashMap<>();
        final List<String> expected = new ArrayList<>();

        for (int i = 0; i < 2_000; i++) {
            final String key = "k" + random.nextInt(30);
            final long value = random.nextInt(1_000);
            harness.record(key, i, value);
            final Long held = model.get(key);
            if (held == null || value > held) {
                model.put(key, value);
                expected.add(key + "@" + i + "=" + value);
            }
        }

        assertThat(out).as("seed %d", seed).isEqualTo(expected);
    }

    @Test
    void shouldAskToLookAheadOnceItsStateIsLarge() {
        final Harness<Long> harness = harness(COUNT, false, false);
        for (int i = 0; i < 1_000; i++) {
            harness.record("k" + i, 0, 1L);
        }
        assertThat(harness.context.wantsLookAhead()).isFalse();
        for (int i = 0; i < 100_000; i++) {
            harness.record("k" + i, 0, 1L);
        }

        assertThat(harness.context.wantsLookAhead()).isTrue();
    }

    @Test
    void shouldAllocateNothingForACountOnLongKeysInSteadyState() {
        final long[] sum = new long[1];
        final Aggregation<Long, CountState, CountState> counts =
                Aggregation.flyweight(CountState::new, (state, value) -> state.increment());
        final RollingAggregateOperator<Long, CountState> operator = new RollingAggregateOperator<>(
                "count",
                (context, cause) -> failures.add(cause.getMessage()),
                memory,
                counts.forTask(),
                false,
                new KeyedOperator<Long, CountState>(
                        (context, cause) -> failures.add(cause.getMessage()),
                        new LongCodec(),
                        Harness.sink((context, keyed) ->
                                sum[0] += keyed.keyLong() + keyed.value().value())));
        final Harness<Long> harness = new Harness<>(() -> operator, false);
        final UnsafeBuffer key = new UnsafeBuffer(new byte[8]);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final Long value = 1L;

        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 5 && allocated > 0; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 300_000; i++) {
                key.putLong(0, i % 1_000, ByteOrder.LITTLE_ENDIAN);
                harness.record(key, Long.BYTES, i, value);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }

        assertThat(allocated).isLessThan(1_000);
        assertThat(sum[0]).isPositive();
        assertThat(failures).isEmpty();
    }

    private static void count(final CountState state, final Long value) {
        if (value != 0) {
            state.increment();
        }
    }

    private <R> Harness<Long> harness(
            final Aggregation<Long, ?, R> aggregation, final boolean isEveryUpdate, final boolean isRestored) {
        return new Harness<>(
                () -> new RollingAggregateOperator<>(
                        "rolling",
                        (context, cause) -> failures.add(cause.getMessage()),
                        memory,
                        aggregation.forTask(),
                        isEveryUpdate,
                        Harness.<R>sink((context, value) ->
                                out.add(Harness.keyOf(context) + "@" + context.eventTimeNs() + "=" + value))),
                isRestored);
    }
}
