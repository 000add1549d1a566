package io.millrace.operators.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.codec.StringCodec;
import io.millrace.operators.state.CountState;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateMemory;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class AggregatorTest {
    private final MemoryBudget budget = new MemoryBudget("test", 1 << 20);
    private final StateMemory memory = new StateMemory(budget);

    @Test
    void shouldAddToAndCombineFlyweights() {
        final Aggregator<String, Long> aggregator = counting().forTask();
        final AggregateTable a = aggregator.newTable(memory, "test");
        final AggregateTable b = aggregator.newTable(memory, "test");
        final long inA = a.keys().findOrAddLong(1);
        final long inB = b.keys().findOrAddLong(1);
        aggregator.add(a, inA, "x");
        aggregator.add(a, inA, "y");
        aggregator.add(b, inB, "z");

        aggregator.combine(a, inA, b, inB);

        assertThat(aggregator.result(a, inA)).isEqualTo(3);
        assertThat(aggregator.result(b, inB)).isEqualTo(1);
    }

    @Test
    void shouldWriteAStateAndTakeItIntoANewAndAnOldOne() {
        shouldWriteAndRead(counting().forTask(), 1L, 2L);
        shouldWriteAndRead(joining().forTask(), "a", "aa");
    }

    private <R> void shouldWriteAndRead(final Aggregator<String, R> aggregator, final R once, final R twice) {
        final AggregateTable table = aggregator.newTable(memory, "test");
        final long entry = table.keys().findOrAddLong(1);
        aggregator.add(table, entry, "a");
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[100]);
        final int length = aggregator.stateLength(table, entry);
        aggregator.writeState(table, entry, bytes, 3);
        final long other = table.keys().findOrAddLong(2);

        aggregator.readState(table, other, true, bytes, 3, length);
        assertThat(aggregator.result(table, other)).isEqualTo(once);
        aggregator.readState(table, other, false, bytes, 3, length);

        assertThat(aggregator.result(table, other)).isEqualTo(twice);
    }

    @Test
    void shouldLeaveAValueAsItWasWhenARecordIsRefused() {
        final Aggregator<String, String> aggregator = joining().forTask();
        final AggregateTable table = aggregator.newTable(memory, "test");
        final long entry = table.keys().findOrAddLong(1);
        aggregator.add(table, entry, "a");

        assertThatThrownBy(() -> aggregator.add(table, entry, "refused")).isInstanceOf(IllegalArgumentException.class);

        assertThat(aggregator.result(table, entry)).isEqualTo("a");
    }

    @Test
    void shouldForgetTheValueOfARemovedKey() {
        final Aggregator<String, String> aggregator = joining().forTask();
        final AggregateTable table = aggregator.newTable(memory, "test");
        aggregator.add(table, table.keys().findOrAddLong(1), "a");
        table.remove(table.keys().findLong(1));

        aggregator.add(table, table.keys().findOrAddLong(1), "b");

        assertThat(aggregator.result(table, table.keys().findLong(1))).isEqualTo("b");
    }

    @Test
    void shouldGiveAllMemoryBack() {
        final AggregateTable table = joining().forTask().newTable(memory, "test");
        table.keys().findOrAddLong(1);
        assertThat(budget.usedBytes()).isPositive();

        memory.close();

        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void shouldRefuseToCombineWhereNobodySaidHow() {
        final Aggregator<String, CountState> aggregator = Aggregation.<String, CountState>flyweight(
                        CountState::new, (state, value) -> state.increment())
                .forTask();
        final AggregateTable table = aggregator.newTable(memory, "test");
        final long entry = table.keys().findOrAddLong(1);

        assertThat(aggregator.isCombinable()).isFalse();
        assertThat(counting().isCombinable()).isTrue();
        assertThatThrownBy(() -> aggregator.combine(table, entry, table, entry))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("cannot combine");
    }

    private static Aggregation<String, CountState, Long> counting() {
        return Aggregation.<String, CountState>flyweight(CountState::new, (state, value) -> state.increment())
                .combine(CountState::add)
                .result(CountState::value);
    }

    private static Aggregation<String, String, String> joining() {
        return Aggregation.<String, String>values(new StringCodec(), () -> "", AggregatorTest::join)
                .combine(String::concat);
    }

    private static String join(final String held, final String value) {
        if (value.equals("refused")) {
            throw new IllegalArgumentException(value);
        }
        return held + value;
    }
}
