package io.millrace.operators.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Holds what the documentation says about the memory that state takes. */
class MemoryFootprintTest {
    private static final int KEYS = 1_000_000;

    @Test
    void shouldHoldAMillionKeysInFourWindowsIn240Megabytes() {
        final MemoryBudget budget = new MemoryBudget("job", 240_000_000);
        try (StateMemory memory = new StateMemory(budget)) {
            for (int window = 0; window < 4; window++) {
                final KeyedTable table = new KeyedTable(memory, "window", 32);
                for (long key = 0; key < KEYS; key++) {
                    table.findOrAddLong(key * 7_919);
                }
            }

            assertThat(memory.usedBytes()).isBetween(4L * KEYS * 48, 4L * KEYS * 57);
        }
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void shouldTakeLessThan49BytesForAKeyWith24BytesOfState() {
        final MemoryBudget budget = new MemoryBudget("job", Long.MAX_VALUE);
        try (StateMemory memory = new StateMemory(budget);
                KeyedTable table = new KeyedTable(memory, "sum", 24)) {
            for (long key = 0; key < KEYS; key++) {
                table.findOrAddLong(key);
            }

            assertThat(table.bytesInUse()).isLessThan(49L * KEYS);
            assertThat(budget.usedBytes()).isEqualTo(table.bytesInUse());
        }
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void shouldTakeLittleForAFewKeys() {
        final MemoryBudget budget = new MemoryBudget("job", Long.MAX_VALUE);
        try (StateMemory memory = new StateMemory(budget);
                KeyedTable table = new KeyedTable(memory, "sum", 24)) {
            for (long key = 0; key < 12; key++) {
                table.findOrAddLong(key);
            }

            assertThat(table.bytesInUse()).isLessThan(5_000);
        }
    }
}
