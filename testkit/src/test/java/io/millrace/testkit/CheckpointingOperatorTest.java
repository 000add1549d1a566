package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import org.junit.jupiter.api.Test;

class CheckpointingOperatorTest {
    private final MemoryBudget budget = new MemoryBudget("test", 1L << 24);

    @Test
    void shouldRestoreAnOperatorThatTellsItsTableOfEachChange() {
        try (CheckpointingOperator<Long> operator = counting(true)) {
            play(operator);

            assertThat(operator.restores()).isPositive();
        }
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void shouldFindAnOperatorThatChangesAnEntryInSilence() {
        try (CheckpointingOperator<Long> operator = counting(false)) {
            assertThatThrownBy(() -> play(operator))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("operator counting is not restored to what it was when checkpoint");
        }
    }

    // Many keys once, so that there are many blocks, and then some of them again.
    private static void play(final Operator<Long> operator) {
        final RecordContext context = new RecordContext();
        for (long i = 0; i < 3_000; i++) {
            operator.process(context, i < 1_000 ? i : i * i % 997);
        }
    }

    private CheckpointingOperator<Long> counting(final boolean tellsChanges) {
        final StateMemory memory = new StateMemory(budget);
        return new CheckpointingOperator<>(
                "counting",
                () -> new StateMemory(budget),
                each -> new Counting(each, tellsChanges),
                memory,
                new Counting(memory, tellsChanges));
    }

    private static final class Counting implements Operator<Long>, Stateful {
        private final KeyedTable table;
        private final boolean tellsChanges;

        Counting(final StateMemory memory, final boolean tellsChanges) {
            this.table = new KeyedTable(memory, "counting", Long.BYTES);
            this.tellsChanges = tellsChanges;
        }

        @Override
        public void process(final RecordContext context, final Long value) {
            final long known = table.findLong(value);
            final long entry = known < 0 ? table.findOrAddLong(value) : known;
            if (tellsChanges) {
                table.change(entry);
            }
            final int offset = table.stateOffset(entry);
            table.buffer(entry).putLong(offset, table.buffer(entry).getLong(offset) + 1);
        }

        @Override
        public void onWatermark(final RecordContext context, final long watermarkNs) {}

        @Override
        public void onLogTime(final RecordContext context, final long logTimeNs) {}

        @Override
        public void snapshot(final StateWriter out) {
            table.snapshot(out);
        }

        @Override
        public void restore(final StateReader in) {
            table.restore(in);
        }
    }
}
