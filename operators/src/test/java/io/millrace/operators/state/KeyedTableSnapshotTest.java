package io.millrace.operators.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyedTableSnapshotTest {
    private final MemoryBudget budget = new MemoryBudget("trades", 64L << 20);
    private final StateMemory memory = new StateMemory(budget);
    private final KeyedTable table = new KeyedTable(memory, "count", 16);
    private final KeyedTable other = new KeyedTable(memory, "count", 16);
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[32]);

    @AfterEach
    void shouldLeaveNothingBehind() {
        memory.close();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void shouldRestoreAnEmptyTable() {
        other.findOrAddLong(1);

        other.restore(Snapshots.reader(Snapshots.of(table::snapshot)));

        assertThat(other.isEmpty()).isTrue();
        assertThat(other.bytesInUse()).isZero();
        assertThat(other.findOrAddLong(5)).isEqualTo(table.findOrAddLong(5));
    }

    @Test
    void shouldUseTheSamePlacesAfterwardsAsTheTableThatWasWritten() {
        for (int i = 0; i < 5_000; i++) {
            table.findOrAddLong(i);
        }
        // Whole pages and single entries, in an order of their own.
        for (int i = 4_999; i > 500; i -= i < 3_000 ? 3 : 1) {
            table.remove(table.findLong(i));
        }

        other.restore(Snapshots.reader(Snapshots.of(table::snapshot)));

        for (int i = 10_000; i < 20_000; i++) {
            assertThat(other.findOrAddLong(i)).isEqualTo(table.findOrAddLong(i));
        }
        assertThat(other.size()).isEqualTo(table.size());
    }

    @Test
    void shouldRefuseATableOfAnotherLayout() {
        table.findOrAddLong(1);
        final UnsafeBuffer snapshot = Snapshots.of(table::snapshot);
        final KeyedTable larger = new KeyedTable(memory, "sum", 24);

        assertThatThrownBy(() -> larger.restore(Snapshots.reader(snapshot)))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("the state of a key has 16 bytes, this table's has 24");
    }

    @Test
    void shouldBeEmptyWhenThereIsNoMemoryToRestore() {
        for (int i = 0; i < 10_000; i++) {
            table.findOrAddLong(i);
        }
        final UnsafeBuffer snapshot = Snapshots.of(table::snapshot);
        final MemoryBudget small = new MemoryBudget("small", 200_000);
        try (StateMemory smallMemory = new StateMemory(small)) {
            final KeyedTable bounded = new KeyedTable(smallMemory, "count", 16);

            assertThatThrownBy(() -> bounded.restore(Snapshots.reader(snapshot)))
                    .isInstanceOfSatisfying(
                            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STATE_BUDGET));
            assertThat(bounded.isEmpty()).isTrue();
            assertThat(bounded.findOrAddLong(1)).isNotNegative();
        }
        assertThat(small.usedBytes()).isZero();
    }

    @Test
    void shouldRefuseWhateverIsDamagedAndStayUsable() {
        for (int i = 0; i < 60; i++) {
            table.findOrAddLong(i);
            table.findOrAdd(key, 0, key.putStringWithoutLengthAscii(0, "x".repeat(i % 20) + i));
        }
        for (int i = 0; i < 60; i += 7) {
            table.remove(table.findLong(i));
            table.remove(table.find(key, 0, key.putStringWithoutLengthAscii(0, "x".repeat(i % 20) + i)));
        }
        final UnsafeBuffer snapshot = Snapshots.of(table::snapshot);

        final int refused = Snapshots.assertDamageIsRefused(snapshot, 1, other::restore, this::use);

        // What cannot be noticed are the state, of 16 bytes, and what free entries still hold.
        assertThat(refused).isBetween(snapshot.capacity() / 5 * 2, snapshot.capacity() - 102 * 16);
    }

    private void use() {
        int count = 0;
        for (long entry = other.first(); entry >= 0; entry = other.next(entry)) {
            count++;
        }
        assertThat(other.size()).isEqualTo(count);
        for (int i = 0; i < 40; i++) {
            other.remove(other.findOrAddLong(1_000 + i));
        }
        long entry = other.first();
        while (entry >= 0) {
            other.remove(entry);
            entry = other.next(entry);
        }
        assertThat(other.isEmpty()).isTrue();
    }
}
