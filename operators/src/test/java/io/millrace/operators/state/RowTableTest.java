package io.millrace.operators.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RowTableTest {
    private static final int SEEDS = Integer.getInteger("millrace.rounds", 20);
    private static final int OPERATIONS = 3_000;
    private static final int STATE_LENGTH = 24;
    private static final int LONGEST = 200_000;

    private final MemoryBudget budget = new MemoryBudget("rows", Long.MAX_VALUE);

    @Test
    void shouldKeepEachRowThroughRandomOperationsAndCheckpoints() {
        int restored = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            try (StateMemory memory = new StateMemory(budget)) {
                restored += new Run(new SplittableRandom(seed), memory).run();
            } catch (final RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
            assertThat(budget.usedBytes()).as("seed %d", seed).isZero();
        }
        assertThat(restored).as("checkpoints that were restored").isGreaterThan(SEEDS);
    }

    @Test
    void shouldRefuseADamagedSnapshot() {
        try (StateMemory memory = new StateMemory(budget)) {
            final RowTable rows = new RowTable(memory, "join", 8);
            final List<Long> added = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                added.add(rows.add(i * 7 % 30));
            }
            rows.remove(added.get(3));
            rows.remove(added.get(10));
            final UnsafeBuffer snapshot = Snapshots.of(rows::snapshot);
            final RowTable target = new RowTable(memory, "join", 8);
            final int refused = Snapshots.assertDamageIsRefused(snapshot, 1, target::restore, () -> {
                target.remove(target.add(100));
                target.clear();
            });
            assertThat(refused).isPositive();
        }
    }

    @Test
    void shouldRefuseAValueThatIsTooLongAndGoOn() {
        try (StateMemory memory = new StateMemory(budget)) {
            final RowTable rows = new RowTable(memory, "pairs", 8);
            assertThatThrownBy(() -> rows.add(RowTable.MAX_VALUE_LENGTH + 1))
                    .isInstanceOfSatisfying(
                            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_RECORD))
                    .hasMessageContaining("0 to 16777216 are allowed");
            assertThat(rows.valueLength(rows.add(RowTable.MAX_VALUE_LENGTH))).isEqualTo(RowTable.MAX_VALUE_LENGTH);
        }
    }

    @Test
    void shouldRefuseToRemoveARowTwice() {
        try (StateMemory memory = new StateMemory(budget)) {
            final RowTable rows = new RowTable(memory, "pairs", 8);
            rows.add(10);
            final long row = rows.add(10);
            rows.add(10);
            rows.remove(row);
            assertThatIllegalArgumentException().isThrownBy(() -> rows.remove(row));
        }
    }

    /** Random rows beside a map that says what each has to hold. */
    private final class Run {
        private final SplittableRandom random;
        private final StateMemory memory;
        private final RowTable rows;
        private final Map<Long, byte[]> expected = new LinkedHashMap<>();
        private final CheckpointLog log = new CheckpointLog();

        private UnsafeBuffer frame;
        private UnsafeBuffer copy;
        private int restored;

        Run(final SplittableRandom random, final StateMemory memory) {
            this.random = random;
            this.memory = memory;
            this.rows = new RowTable(memory, "random", STATE_LENGTH);
        }

        int run() {
            for (int i = 0; i < OPERATIONS; i++) {
                change();
                if (frame == null && random.nextInt(100) == 0) {
                    copy = Snapshots.of(rows::snapshot);
                    frame = log.begin(memory, memory.mustBeFull() || random.nextInt(5) == 0, state(rows));
                } else if (frame != null) {
                    memory.copyBlocks(1 + random.nextInt(3));
                    check();
                }
            }
            assertThat(rows.size()).isEqualTo(expected.size());
            expected.forEach((row, bytes) ->
                    assertThat(bytesOf(rows, row)).as("row %d", row).isEqualTo(bytes));
            return restored;
        }

        private void change() {
            final int choice = random.nextInt(100);
            if (choice < 45 || expected.isEmpty()) {
                final int length = random.nextInt(100) == 0 ? random.nextInt(LONGEST) : random.nextInt(90);
                final long row = rows.add(length);
                assertThat(bytesOf(rows, row)).containsOnly(0);
                write(row);
            } else {
                final Long[] known = expected.keySet().toArray(Long[]::new);
                final long row = known[random.nextInt(known.length)];
                if (choice < 70) {
                    rows.change(row);
                    write(row);
                } else {
                    rows.remove(row);
                    expected.remove(row);
                }
            }
        }

        private void write(final long row) {
            final byte[] bytes = new byte[rows.valueLength(row) + STATE_LENGTH];
            final byte filling = (byte) random.nextInt();
            Arrays.fill(bytes, filling);
            rows.buffer(row).setMemory(rows.valueOffset(row), rows.valueLength(row), filling);
            rows.buffer(row).setMemory(rows.stateOffset(row), STATE_LENGTH, filling);
            expected.put(row, bytes);
        }

        private void check() {
            if (memory.hasPendingBlocks()) {
                return;
            }
            try (StateMemory other = new StateMemory(budget)) {
                final RowTable again = new RowTable(other, "restored", STATE_LENGTH);
                again.restore(log.reader(frame, random.nextBoolean()));
                assertThat(Snapshots.of(again::snapshot)).isEqualTo(copy);
                final RowTable original = new RowTable(other, "original", STATE_LENGTH);
                original.restore(Snapshots.reader(copy));
                for (int i = 0; i < 20; i++) {
                    final int length = random.nextInt(60);
                    assertThat(again.add(length)).isEqualTo(original.add(length));
                }
                for (long row = again.first(); row != RowTable.NONE; row = again.next(row)) {
                    assertThat(original.contains(row)).isTrue();
                }
            }
            restored++;
            frame = null;
        }
    }

    private static Stateful state(final RowTable rows) {
        return new Stateful() {
            @Override
            public void snapshot(final StateWriter out) {
                rows.snapshot(out);
            }

            @Override
            public void restore(final StateReader in) {
                rows.restore(in);
            }
        };
    }

    private static byte[] bytesOf(final RowTable rows, final long row) {
        final byte[] bytes = new byte[rows.valueLength(row) + STATE_LENGTH];
        rows.buffer(row).getBytes(rows.valueOffset(row), bytes, 0, rows.valueLength(row));
        rows.buffer(row).getBytes(rows.stateOffset(row), bytes, rows.valueLength(row), STATE_LENGTH);
        return bytes;
    }
}
