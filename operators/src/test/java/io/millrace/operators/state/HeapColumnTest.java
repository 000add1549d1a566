package io.millrace.operators.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.StringCodec;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeapColumnTest {
    private final MemoryBudget budget = new MemoryBudget("trades", 8L << 20);
    private final StateMemory memory = new StateMemory(budget);
    private final KeyedTable table = new KeyedTable(memory, "last", 16);
    private final HeapColumn<String> column = new HeapColumn<>(memory, "last", table, 8, new StringCodec());

    @AfterEach
    void shouldLeaveNothingBehind() {
        memory.close();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void shouldHaveNoValueForANewKey() {
        assertThat(column.value(table.findOrAddLong(1))).isNull();
    }

    @Test
    void shouldKeepAValueUntilItIsReplacedOrRemoved() {
        final long entry = table.findOrAddLong(1);
        final long other = table.findOrAddLong(2);
        table.buffer(entry).putLong(table.stateOffset(entry), -1);

        column.value(entry, "one");
        column.value(other, "two");
        column.value(entry, "uno");

        assertThat(column.value(entry)).isEqualTo("uno");
        assertThat(column.value(other)).isEqualTo("two");
        column.remove(entry);
        assertThat(column.value(entry)).isNull();
        assertThat(column.value(other)).isEqualTo("two");
        assertThat(table.buffer(entry).getLong(table.stateOffset(entry))).isEqualTo(-1);
    }

    @Test
    void shouldCountValuesByTheirEncodedLength() {
        final long entry = table.findOrAddLong(1);
        column.value(entry, "x".repeat(1_000_000));
        final long used = budget.usedBytes();

        assertThat(column.bytesInUse()).isBetween(1_000_000L, 1_000_100L);
        assertThat(used).isBetween(1_000_000L, 1_200_000L);
        column.value(entry, "short");
        assertThat(budget.usedBytes()).isLessThan(150_000);
        column.remove(entry);
        assertThat(column.bytesInUse()).isZero();
    }

    @Test
    void shouldKeepTheOldValueWhenTheBudgetIsReached() {
        final long entry = table.findOrAddLong(1);
        column.value(entry, "old");
        final String large = "x".repeat(9 << 20);

        assertThatThrownBy(() -> column.value(entry, large))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STATE_BUDGET));
        assertThatThrownBy(() -> column.value(table.findOrAddLong(2), large)).isInstanceOf(MillraceException.class);

        assertThat(column.value(entry)).isEqualTo("old");
        assertThat(column.value(table.findLong(2))).isNull();
    }

    @Test
    void shouldRefuseAPlaceOutsideTheState() {
        assertThatThrownBy(() -> new HeapColumn<>(memory, "last", table, 16, new StringCodec()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("operator last has no 8 bytes at 16 in a state of 16 bytes");
    }

    @Test
    void shouldBehaveAsAMapAlsoAfterARestore() {
        final SplittableRandom random = new SplittableRandom(1);
        final Map<Long, String> model = new HashMap<>();
        KeyedTable keys = table;
        HeapColumn<String> values = column;
        for (int i = 0; i < 20_000; i++) {
            final long key = random.nextInt(500);
            final long entry = keys.findOrAddLong(key);
            assertThat(values.value(entry)).isEqualTo(model.get(key));
            if (random.nextInt(3) == 0) {
                values.remove(entry);
                keys.remove(entry);
                model.remove(key);
            } else {
                values.value(entry, "v".repeat(random.nextInt(50)) + i);
                model.put(key, values.value(entry));
            }
            if (i % 1_000 == 0) {
                final KeyedTable oldKeys = keys;
                final HeapColumn<String> oldValues = values;
                keys = new KeyedTable(memory, "restored", 16);
                values = new HeapColumn<>(memory, "restored", keys, 8, new StringCodec());
                keys.restore(Snapshots.reader(Snapshots.of(oldKeys::snapshot)));
                final UnsafeBuffer snapshot = Snapshots.of(oldValues::snapshot);
                values.restore(Snapshots.reader(snapshot));
                assertThat(Snapshots.of(values::snapshot)).isEqualTo(snapshot);
                assertThat(values.bytesInUse()).isEqualTo(oldValues.bytesInUse());
                oldValues.close();
                oldKeys.close();
            }
        }
        assertThat(keys.size()).isEqualTo(model.size());
    }

    @Test
    void shouldRefuseWhateverIsDamagedAndStayUsable() {
        for (int i = 0; i < 40; i++) {
            column.value(table.findOrAddLong(i), "värde" + i);
        }
        for (int i = 0; i < 40; i += 9) {
            column.remove(table.findLong(i));
        }
        final UnsafeBuffer snapshot = Snapshots.of(column::snapshot);
        final UnsafeBuffer keys = Snapshots.of(table::snapshot);
        final KeyedTable otherTable = new KeyedTable(memory, "other", 16);
        final HeapColumn<String> other = new HeapColumn<>(memory, "other", otherTable, 8, new StringCodec());

        final int refused = Snapshots.assertDamageIsRefused(
                snapshot,
                1,
                reader -> {
                    otherTable.restore(Snapshots.reader(keys));
                    other.restore(reader);
                },
                () -> {
                    otherTable.clear();
                    other.clear();
                    other.value(otherTable.findOrAddLong(1), "usable");
                });

        assertThat(refused).isGreaterThan(40 * 4);
    }

    @Test
    void shouldRefuseKeysThatAreNotThoseOfTheValues() {
        column.value(table.findOrAddLong(1), "one");
        column.value(table.findOrAddLong(2), "two");
        final UnsafeBuffer snapshot = Snapshots.of(column::snapshot);
        table.remove(table.findLong(2));

        assertThatThrownBy(() -> column.restore(Snapshots.reader(snapshot)))
                .hasMessageContaining("a value without its key");
        assertThat(column.bytesInUse()).isZero();
    }
}
