package io.millrace.operators.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Runs random operations on a table and on a map of the JDK, and on a second table that must take every same step. */
class KeyedTablePropertyTest {
    private static final int SEEDS = 40;
    private static final int OPERATIONS = 20_000;
    private static final int[] STATE_LENGTHS = {8, 0, 24, 4_000, 70_000};

    private final MemoryBudget budget = new MemoryBudget("random", Long.MAX_VALUE);

    @Test
    void shouldBehaveAsAMapAndRepeatItself() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final int stateLength = STATE_LENGTHS[(int) (seed % STATE_LENGTHS.length)];
            try (StateMemory memory = new StateMemory(budget)) {
                new Run("seed " + seed, random, memory, stateLength).run();
            } catch (final RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
            assertThat(budget.usedBytes()).as("seed %d", seed).isZero();
        }
    }

    private static final class Run {
        private final String name;
        private final SplittableRandom random;
        private final KeyedTable table;
        private final KeyedTable twin;
        private final Map<String, Long> model = new LinkedHashMap<>();
        private final List<String> present = new ArrayList<>();
        private final UnsafeBuffer key = new UnsafeBuffer(new byte[65_600]);
        private final boolean hasState;
        private final int keySpace;
        private final int longestKey;
        private final int operations;

        Run(final String name, final SplittableRandom random, final StateMemory memory, final int stateLength) {
            this.name = name + ", state " + stateLength;
            this.random = random;
            table = new KeyedTable(memory, "table", stateLength);
            twin = new KeyedTable(memory, "twin", stateLength);
            hasState = stateLength >= Long.BYTES;
            keySpace = 1 << random.nextInt(stateLength > 1_000 ? 8 : 13);
            longestKey = random.nextInt(8) == 0 ? 60_000 : 1 << random.nextInt(8);
            operations = stateLength > 1_000 || longestKey > 128 ? OPERATIONS / 20 : OPERATIONS;
        }

        void run() {
            int removals = 1;
            for (int i = 0; i < operations; i++) {
                if (i % 500 == 0) {
                    // Now more keys come, now more go.
                    removals = 1 + random.nextInt(9);
                }
                final int choice = random.nextInt(10);
                if (choice >= removals) {
                    add();
                } else if (choice > 0) {
                    remove();
                } else {
                    find();
                }
                if (random.nextInt(operations / 4) == 0) {
                    clear();
                }
                if (i % (operations / 10) == 0) {
                    compare();
                    removeSomeInAWalk();
                    restoreTwin();
                }
            }
            compare();
        }

        private void add() {
            final String text = text();
            final int length = put(text);
            final long entry = table.findOrAdd(key, 1, length);
            assertThat(table.wasAdded()).as(name).isEqualTo(!model.containsKey(text));
            assertThat(twin.findOrAdd(key, 1, length)).as(name).isEqualTo(entry);
            if (!model.containsKey(text)) {
                present.add(text);
            }
            model.merge(text, 1L, Long::sum);
            if (hasState) {
                increment(table, entry);
                increment(twin, entry);
                assertThat(state(entry)).as(name).isEqualTo(model.get(text));
            }
        }

        private void find() {
            final String text = text();
            final long entry = table.find(key, 1, put(text));
            assertThat(entry >= 0).as(name).isEqualTo(model.containsKey(text));
        }

        private void remove() {
            if (present.isEmpty()) {
                return;
            }
            final int index = random.nextInt(present.size());
            final String text = present.get(index);
            present.set(index, present.get(present.size() - 1));
            present.remove(present.size() - 1);
            final int length = put(text);
            final long entry = table.find(key, 1, length);
            table.remove(entry);
            twin.remove(entry);
            model.remove(text);
            assertThat(table.find(key, 1, length)).as(name).isEqualTo(-1);
        }

        private void clear() {
            table.clear();
            twin.clear();
            model.clear();
            present.clear();
        }

        /** From here on the twin is the table's snapshot, and has to take every same step all the same. */
        private void restoreTwin() {
            final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
            final StateWriter writer = new StateWriter(buffer, 5);
            table.snapshot(writer);
            final StateReader reader = new StateReader(buffer, 5, writer.length());
            twin.restore(reader);
            assertThat(reader.remaining()).as(name).isZero();

            final ExpandableArrayBuffer again = new ExpandableArrayBuffer();
            final StateWriter secondWriter = new StateWriter(again, 5);
            twin.snapshot(secondWriter);
            assertThat(secondWriter.length()).as(name).isEqualTo(writer.length());
            assertThat(new UnsafeBuffer(again, 5, writer.length()))
                    .as(name)
                    .isEqualTo(new UnsafeBuffer(buffer, 5, writer.length()));
        }

        private void removeSomeInAWalk() {
            long copy = twin.first();
            for (long entry = table.first(); entry >= 0; entry = table.next(entry)) {
                assertThat(copy).as(name).isEqualTo(entry);
                final boolean remove = random.nextInt(20) == 0;
                if (remove) {
                    final String text = key(entry);
                    model.remove(text);
                    present.remove(text);
                    table.remove(entry);
                    twin.remove(copy);
                }
                copy = twin.next(copy);
            }
        }

        private void compare() {
            final Map<String, Long> actual = new LinkedHashMap<>();
            long copy = twin.first();
            for (long entry = table.first(); entry >= 0; entry = table.next(entry)) {
                assertThat(copy).as(name).isEqualTo(entry);
                copy = twin.next(copy);
                final String text = key(entry);
                actual.put(text, hasState ? Long.valueOf(state(entry)) : model.get(text));
            }
            assertThat(copy).as(name).isEqualTo(-1);
            assertThat(actual).as(name).isEqualTo(model);
            assertThat(table.size()).as(name).isEqualTo(model.size());
            for (final String text : present) {
                assertThat(table.find(key, 1, put(text))).as(name).isNotNegative();
            }
        }

        private String text() {
            final int number = random.nextInt(keySpace);
            // The length is a function of the number, so that keys come again.
            return "x".repeat(number * 31 % longestKey) + number;
        }

        private int put(final String text) {
            return key.putStringWithoutLengthAscii(1, text);
        }

        private String key(final long entry) {
            return table.buffer(entry).getStringWithoutLengthAscii(table.keyOffset(entry), table.keyLength(entry));
        }

        private long state(final long entry) {
            return table.buffer(entry).getLong(table.stateOffset(entry));
        }

        private static void increment(final KeyedTable table, final long entry) {
            final int offset = table.stateOffset(entry);
            table.buffer(entry).putLong(offset, table.buffer(entry).getLong(offset) + 1);
        }
    }
}
