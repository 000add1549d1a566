package io.millrace.operators.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StateCheckpointTest {
    private static final int BUDGET = 1 << 20;
    private static final int KEYS = 10_000;

    private final MemoryBudget budget = new MemoryBudget("trades", BUDGET);
    private final StateMemory memory = new StateMemory(budget);
    private final KeyedTable table = new KeyedTable(memory, "count", 24);
    private final CheckpointLog log = new CheckpointLog();

    @AfterEach
    void shouldLeaveNothingBehind() {
        memory.close();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void shouldCopyOnlyWhatWasChangedSinceTheCheckpointBefore() {
        fill(table, KEYS);
        log.begin(memory, true, stateful(table));
        final long all = memory.pendingBlocks();
        copyAll();

        increment(table, table.findOrAddLong(1));
        final UnsafeBuffer copy = Snapshots.of(table::snapshot);
        final UnsafeBuffer frame = log.begin(memory, false, stateful(table));
        assertThat(memory.pendingBlocks()).isEqualTo(1);
        copyAll();

        // 400 KB of entries.
        assertThat(all).isBetween(98L, 100L);
        assertThat(restored(log.reader(frame, true))).isEqualTo(copy);
    }

    @Test
    void shouldCopyABlockBeforeItIsChangedAndNoOther() {
        fill(table, KEYS);
        final UnsafeBuffer copy = Snapshots.of(table::snapshot);
        final UnsafeBuffer frame = log.begin(memory, true, stateful(table));

        final long entry = table.findLong(500);
        assertThat(log.blocksOfThisCheckpoint()).isZero();
        table.change(entry);
        increment(table, entry);
        table.findOrAddLong(500);
        assertThat(log.blocksOfThisCheckpoint()).isEqualTo(1);
        copyAll();

        assertThat(restored(log.reader(frame, true))).isEqualTo(copy);
    }

    @Test
    void shouldBringATableWholeThatWasNotInTheLastFullCheckpoint() {
        final KeyedTable late = new KeyedTable(memory, "late", 24);
        fill(late, 1_000);
        log.begin(memory, true, stateful(table, late));
        copyAll();
        log.begin(memory, true, stateful(table));
        copyAll();

        final UnsafeBuffer copy = Snapshots.of(late::snapshot);
        final UnsafeBuffer frame = log.begin(memory, false, stateful(late));
        copyAll();

        assertThat(restored(log.reader(frame, false))).isEqualTo(copy);
    }

    @Test
    void shouldKeepThePagesOfAClosedTableInTheBudgetUntilTheyAreCopied() {
        fill(table, KEYS);
        final long before = budget.usedBytes();
        final long indexBytes = before - KEYS * 40L;
        final UnsafeBuffer copy = Snapshots.of(table::snapshot);
        final UnsafeBuffer frame = log.begin(memory, true, stateful(table));
        final DirectBuffer view = table.buffer(table.first());

        table.close();
        assertThat(budget.usedBytes()).isBetween(before - indexBytes, before);
        assertThatThrownBy(() -> view.getLong(0)).isInstanceOf(IndexOutOfBoundsException.class);
        copyAll();

        // The free pages that a memory keeps.
        assertThat(budget.usedBytes()).isLessThanOrEqualTo(4 * StateMemory.PAGE_LENGTH);
        assertThat(restored(log.reader(frame, true))).isEqualTo(copy);
    }

    @Test
    void shouldCopyKeptPagesAtOnceWhenTheBudgetIsUsedUp() {
        fill(table, KEYS);
        final UnsafeBuffer copy = Snapshots.of(table::snapshot);
        final UnsafeBuffer frame = log.begin(memory, true, stateful(table));
        table.clear();
        final KeyedTable next = new KeyedTable(memory, "next", 24);

        // Needs more than what is left beside the kept pages.
        fill(next, KEYS + KEYS / 2);

        assertThat(memory.hasPendingBlocks()).isFalse();
        assertThat(restored(log.reader(frame, true))).isEqualTo(copy);
    }

    @Test
    void shouldRefuseMoreThanTheBudgetWhilePagesArePendingAndStayUsable() {
        fill(table, KEYS);
        final UnsafeBuffer copy = Snapshots.of(table::snapshot);
        final UnsafeBuffer frame = log.begin(memory, true, stateful(table));

        assertThatThrownBy(() -> fill(table, 10 * KEYS))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STATE_BUDGET));
        increment(table, table.findOrAddLong(1));
        copyAll();

        assertThat(restored(log.reader(frame, true))).isEqualTo(copy);
    }

    @Test
    void shouldCopyTheRestOfALongEntryBeforeItIsChanged() {
        final KeyedTable large = new KeyedTable(memory, "large", 100_000);
        final long first = large.findOrAddLong(1);
        final long second = large.findOrAddLong(2);
        final UnsafeBuffer copy = Snapshots.of(large::snapshot);
        final UnsafeBuffer frame = log.begin(memory, true, stateful(large));
        final long all = memory.pendingBlocks();

        assertThat(memory.copyBlocks(10)).isEqualTo(10);
        increment(large, large.findOrAddLong(2));
        assertThat(memory.pendingBlocks()).isEqualTo(all / 2 - 10);
        increment(large, large.findOrAddLong(1));

        assertThat(memory.hasPendingBlocks()).isFalse();
        assertThat(second).isNotEqualTo(first);
        assertThat(restored(log.reader(frame, true))).isEqualTo(copy);
    }

    @Test
    void shouldKeepTheRestOfALongEntryThatIsRemoved() {
        final KeyedTable large = new KeyedTable(memory, "large", 100_000);
        increment(large, large.findOrAddLong(1));
        final UnsafeBuffer copy = Snapshots.of(large::snapshot);
        final UnsafeBuffer frame = log.begin(memory, true, stateful(large));

        memory.copyBlocks(10);
        large.clear();
        large.findOrAddLong(7);
        copyAll();

        assertThat(restored(log.reader(frame, true))).isEqualTo(copy);
    }

    @Test
    void shouldBeginAgainWithAFullCheckpointAfterOneIsAborted() {
        assertThat(memory.mustBeFull()).isTrue();
        fill(table, KEYS);
        log.begin(memory, true, stateful(table));
        copyAll();
        assertThat(memory.mustBeFull()).isFalse();
        fill(table, KEYS);
        log.begin(memory, false, stateful(table));
        table.clear();
        fill(table, KEYS / 2);

        memory.abortCheckpoint();
        assertThat(memory.hasPendingBlocks()).isFalse();
        assertThat(memory.mustBeFull()).isTrue();
        assertThatThrownBy(() -> memory.beginCheckpoint(log, false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this checkpoint has to be a full one, see StateMemory.mustBeFull()");
        assertThatThrownBy(() -> table.snapshot(StateWriter.checkpoint(new ExpandableArrayBuffer(), 0)))
                .isInstanceOf(IllegalStateException.class);

        final UnsafeBuffer copy = Snapshots.of(table::snapshot);
        final UnsafeBuffer frame = log.begin(memory, true, stateful(table));
        fill(table, KEYS);
        copyAll();
        assertThat(restored(log.reader(frame, true))).isEqualTo(copy);
    }

    @Test
    void shouldRefuseASecondCheckpointWhileBlocksArePending() {
        fill(table, 1);
        log.begin(memory, true, stateful(table));

        assertThatThrownBy(() -> memory.beginCheckpoint(log, true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a checkpoint is not complete yet: 1 blocks are pending; copy or abort it first");
    }

    @Test
    void shouldGiveEverythingBackWhenItIsClosedDuringACheckpoint() {
        fill(table, KEYS);
        log.begin(memory, true, stateful(table));
        table.clear();
        fill(table, KEYS / 2);

        memory.close();

        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void shouldRefuseACheckpointWithoutItsBlocks() {
        fill(table, KEYS);
        final UnsafeBuffer frame = log.begin(memory, true, stateful(table));
        copyAll();
        final KeyedTable other = new KeyedTable(memory, "other", 24);

        final StateReader reader = StateReader.checkpoint(frame, 0, frame.capacity(), log.blocks(20, true));
        assertThatThrownBy(() -> other.restore(reader))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT))
                .hasMessageContaining("a block of a table is missing");
        assertThat(other.isEmpty()).isTrue();
        assertThat(other.findOrAddLong(1)).isNotNegative();
    }

    @Test
    void shouldRefuseWhateverIsDamagedAndStayUsable() {
        fill(table, 500);
        for (int i = 0; i < 500; i += 3) {
            table.remove(table.findLong(i));
        }
        final UnsafeBuffer frame = log.begin(memory, true, stateful(table));
        copyAll();
        final KeyedTable other = new KeyedTable(memory, "other", 24);
        final RestoredBlocks blocks = log.blocks(Integer.MAX_VALUE, true);

        final int refused = Snapshots.assertDamageIsRefused(
                frame, length -> StateReader.checkpoint(frame, 0, length, blocks), 1, other::restore, () -> use(other));

        // Not noticed is one byte more of a page that is used, and nothing else.
        assertThat(refused).isGreaterThan(frame.capacity() - 8);
    }

    @Test
    void shouldRefuseBlocksThatCannotBe() {
        final RestoredBlocks blocks = new RestoredBlocks(true);

        assertThatThrownBy(() -> blocks.put(1, -1, 0, new UnsafeBuffer(new byte[8]), 0, 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a block of a table: table=1 page=-1 block=0 length=8");
        assertThatThrownBy(() -> blocks.put(1, 0, 0, new UnsafeBuffer(new byte[8]), 0, 16))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static Stateful stateful(final KeyedTable... tables) {
        return new Stateful() {
            @Override
            public void snapshot(final StateWriter out) {
                for (final KeyedTable each : tables) {
                    each.snapshot(out);
                }
            }

            @Override
            public void restore(final StateReader in) {
                throw new UnsupportedOperationException();
            }
        };
    }

    private static void fill(final KeyedTable table, final int keys) {
        for (int i = 0; i < keys; i++) {
            increment(table, table.findOrAddLong(i));
        }
    }

    private static void increment(final KeyedTable table, final long entry) {
        final int offset = table.stateOffset(entry);
        table.buffer(entry).putLong(offset, table.buffer(entry).getLong(offset) + 1);
    }

    private void copyAll() {
        while (memory.copyBlocks(7) > 0) {
            assertThat(memory.blocksCopied()).isEqualTo(log.blocksOfThisCheckpoint());
        }
        assertThat(memory.hasPendingBlocks()).isFalse();
    }

    /** Restores the first table of a checkpoint in fresh memory, and writes it as a whole. */
    private static UnsafeBuffer restored(final StateReader reader) {
        try (StateMemory fresh = new StateMemory(new MemoryBudget("restored", Long.MAX_VALUE))) {
            final int length = reader.buffer().getInt(Integer.BYTES);
            final KeyedTable restored = new KeyedTable(fresh, "restored", length);
            restored.restore(reader);
            return Snapshots.of(restored::snapshot);
        }
    }

    private static void use(final KeyedTable table) {
        for (int i = 0; i < 40; i++) {
            table.remove(table.findOrAddLong(1_000 + i));
        }
        long entry = table.first();
        while (entry >= 0) {
            table.remove(entry);
            entry = table.next(entry);
        }
        assertThat(table.isEmpty()).isTrue();
    }
}
