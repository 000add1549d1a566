package io.millrace.operators.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * Runs random operations on several tables while checkpoints are taken, and restores each that is complete: the tables have
 * to be what they were when it began, byte by byte, and to go on as they would have.
 */
class StateCheckpointPropertyTest {
    private static final int SEEDS = Integer.getInteger("millrace.rounds", 20);
    private static final int OPERATIONS = 4_000;
    private static final int MAX_TABLES = 4;
    private static final int[] STATE_LENGTHS = {0, 8, 24, 40, 1_000, 5_000, 70_000};

    private final MemoryBudget budget = new MemoryBudget("random", Long.MAX_VALUE);
    private int checkpoints;
    private int deltas;

    @Test
    void shouldRestoreWhatWasThereWhenTheCheckpointBegan() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            try (StateMemory memory = new StateMemory(budget)) {
                new Run(new SplittableRandom(seed), memory).run();
            } catch (final RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
            assertThat(budget.usedBytes()).as("seed %d", seed).isZero();
        }
        assertThat(deltas).isGreaterThan(SEEDS);
        assertThat(checkpoints - deltas).isGreaterThan(SEEDS);
    }

    /** Tables that write themselves one after the other. */
    private static final class Tables implements Stateful {
        final StateMemory memory;
        final List<KeyedTable> list = new ArrayList<>();

        Tables(final StateMemory memory) {
            this.memory = memory;
        }

        @Override
        public void snapshot(final StateWriter out) {
            out.writeInt(list.size());
            for (final KeyedTable table : list) {
                out.writeInt(table.stateLength());
                table.snapshot(out);
            }
        }

        @Override
        public void restore(final StateReader in) {
            final int count = in.readInt();
            for (int i = 0; i < count; i++) {
                final KeyedTable table = new KeyedTable(memory, "restored", in.readInt());
                table.restore(in);
                list.add(table);
            }
        }
    }

    private final class Run {
        private final SplittableRandom random;
        private final StateMemory memory;
        private final Tables tables;
        private final CheckpointLog log = new CheckpointLog();
        private final int keySpace;
        private final int longestKey;
        private final int checkpointEvery;

        // Of the checkpoint under way, null between two.
        private UnsafeBuffer frame;
        private UnsafeBuffer copy;
        private boolean isFull;

        Run(final SplittableRandom random, final StateMemory memory) {
            this.random = random;
            this.memory = memory;
            this.tables = new Tables(memory);
            keySpace = 1 << 2 + random.nextInt(10);
            longestKey = random.nextInt(4) == 0 ? 9_000 : 1 << random.nextInt(6);
            checkpointEvery = 1 << 2 + random.nextInt(8);
        }

        void run() {
            final Mutations mutations = new Mutations(random, keySpace, longestKey);
            for (int i = 0; i < OPERATIONS; i++) {
                changeTables();
                if (!tables.list.isEmpty()) {
                    mutations.apply(tables.list.get(random.nextInt(tables.list.size())));
                }
                if (frame == null && random.nextInt(checkpointEvery) == 0) {
                    begin();
                } else if (frame != null) {
                    goOn();
                }
            }
        }

        private void changeTables() {
            if (tables.list.size() < MAX_TABLES && random.nextInt(20) == 0) {
                final int stateLength = STATE_LENGTHS[random.nextInt(STATE_LENGTHS.length)];
                tables.list.add(new KeyedTable(memory, "table", stateLength));
            } else if (!tables.list.isEmpty() && random.nextInt(1_000) == 0) {
                tables.list.remove(random.nextInt(tables.list.size())).close();
            }
        }

        private void begin() {
            isFull = memory.mustBeFull() || random.nextInt(5) == 0;
            copy = Snapshots.of(tables::snapshot);
            frame = log.begin(memory, isFull, tables);
            assertThat(Snapshots.of(tables::snapshot)).isEqualTo(copy);
        }

        private void goOn() {
            final int choice = random.nextInt(100);
            if (choice == 0) {
                memory.abortCheckpoint();
                frame = null;
                assertThat(memory.mustBeFull()).isTrue();
                assertThat(memory.hasPendingBlocks()).isFalse();
                return;
            }
            if (choice < 25) {
                final long pending = memory.pendingBlocks();
                final int limit = 1 + random.nextInt(4);
                assertThat(memory.copyBlocks(limit)).isEqualTo((int) Math.min(limit, pending));
                assertThat(memory.pendingBlocks()).isEqualTo(Math.max(0, pending - limit));
            }
            if (!memory.hasPendingBlocks()) {
                assertThat(memory.blocksCopied()).isEqualTo(log.blocksOfThisCheckpoint());
                check();
                frame = null;
            }
        }

        private void check() {
            checkpoints++;
            deltas += isFull ? 0 : 1;
            try (StateMemory first = new StateMemory(budget);
                    StateMemory second = new StateMemory(budget)) {
                final Tables restored = new Tables(first);
                final StateReader reader = log.reader(frame, random.nextBoolean());
                restored.restore(reader);
                assertThat(reader.remaining()).isZero();
                assertThat(first.mustBeFull()).isTrue();
                final UnsafeBuffer actual = Snapshots.of(restored::snapshot);
                assertThat(actual).isEqualTo(copy);

                final Tables original = new Tables(second);
                original.restore(Snapshots.reader(copy));
                goOnAlike(restored, original);
            }
        }

        private void goOnAlike(final Tables restored, final Tables original) {
            final long seed = random.nextLong();
            for (int i = 0; i < restored.list.size(); i++) {
                final Mutations ofRestored = new Mutations(new SplittableRandom(seed), keySpace, longestKey);
                final Mutations ofOriginal = new Mutations(new SplittableRandom(seed), keySpace, longestKey);
                for (int j = 0; j < 20; j++) {
                    assertThat(ofRestored.apply(restored.list.get(i)))
                            .isEqualTo(ofOriginal.apply(original.list.get(i)));
                }
            }
            assertThat(Snapshots.of(restored::snapshot)).isEqualTo(Snapshots.of(original::snapshot));
        }
    }

    /** Random changes of a table. */
    private static final class Mutations {
        private final SplittableRandom random;
        private final UnsafeBuffer key = new UnsafeBuffer(new byte[10_000]);
        private final int keySpace;
        private final int longestKey;

        Mutations(final SplittableRandom random, final int keySpace, final int longestKey) {
            this.random = random;
            this.keySpace = keySpace;
            this.longestKey = longestKey;
        }

        /** Returns the entry that was changed, or -1. */
        long apply(final KeyedTable table) {
            final int choice = random.nextInt(10_000);
            if (choice == 0) {
                table.clear();
                return -1;
            }
            final int number = random.nextInt(keySpace);
            final boolean isLong = number % 3 != 0;
            final int length = isLong ? Long.BYTES : number * 31 % longestKey;
            key.setMemory(0, length, (byte) number);
            key.putLong(0, number);
            if (choice < 4_000) {
                final long entry =
                        isLong && random.nextBoolean() ? table.findOrAddLong(number) : table.findOrAdd(key, 0, length);
                write(table, entry);
                return entry;
            }
            final long entry = table.find(key, 0, length);
            if (entry >= 0 && choice < 7_000) {
                table.change(entry);
                write(table, entry);
            } else if (entry >= 0 && choice < 9_500) {
                table.remove(entry);
            }
            return entry;
        }

        private void write(final KeyedTable table, final long entry) {
            if (table.stateLength() > 0) {
                final int from = random.nextInt(table.stateLength());
                final int offset = table.stateOffset(entry);
                table.buffer(entry).putByte(offset + from, (byte) random.nextInt());
                table.buffer(entry).putByte(offset + table.stateLength() - 1, (byte) random.nextInt());
                table.buffer(entry).putByte(offset, (byte) random.nextInt());
            }
        }
    }
}
