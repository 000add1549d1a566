package io.millrace.operators.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyedTableTest {
    private static final int STATE_LENGTH = 12;

    private final MemoryBudget budget = new MemoryBudget("trades", 64L << 20);
    private final StateMemory memory = new StateMemory(budget);
    private final KeyedTable table = new KeyedTable(memory, "count", STATE_LENGTH);
    private final MutableDirectBuffer key = new ExpandableArrayBuffer();

    @AfterEach
    void shouldLeaveNothingBehind() {
        memory.close();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void shouldBeginSmallWhereTheBudgetHasNoRoomForAsManyKeysAsBefore() {
        final MemoryBudget tight = new MemoryBudget("orders", 4 << 20);
        final StateMemory own = new StateMemory(tight);
        final KeyedTable keys = new KeyedTable(own, "sum", 8);
        for (long key = 0; key < 16_000; key++) {
            keys.findOrAddLong(key);
        }
        keys.clear();
        tight.reserve(tight.limitBytes() - (32 << 10), "join");

        keys.findOrAddLong(1);

        assertThat(keys.size()).isEqualTo(1);
        assertThat(keys.findLong(1)).isNotNegative();
        own.close();
    }

    @Test
    void shouldTakeNoMemoryUntilTheFirstKey() {
        assertThat(table.findLong(1)).isEqualTo(-1);
        assertThat(find("")).isEqualTo(-1);
        assertThat(table.first()).isEqualTo(-1);
        assertThat(table.prefetchLong(1)).isZero();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void shouldGiveZeroedStateToANewKeyAfterClearing() {
        fill(findOrAdd("BTCUSDT"));

        table.clear();
        final long after = findOrAdd("ETHUSDT");

        assertZero(after);
        assertThat(table.size()).isEqualTo(1);
    }

    @Test
    void shouldGiveZeroedStateToAKeyThatTakesThePlaceOfARemovedOne() {
        findOrAdd("BTCUSDT");
        final long removed = findOrAdd("ETHUSDT");
        findOrAdd("SOLUSDT");
        fill(removed);

        table.remove(removed);
        final long after = findOrAdd("XRPUSDT");

        assertThat(after).isEqualTo(removed);
        assertZero(after);
    }

    @Test
    void shouldTellWhetherAKeyIsNew() {
        findOrAdd("a");
        assertThat(table.wasAdded()).isTrue();
        findOrAdd("a");
        assertThat(table.wasAdded()).isFalse();
        table.findOrAddLong(7);
        assertThat(table.wasAdded()).isTrue();
        table.findOrAddLong(7);
        assertThat(table.wasAdded()).isFalse();
    }

    @Test
    void shouldTellKeysApartThatDifferInOneByteOrInLengthOnly() {
        final List<Long> entries = new ArrayList<>();
        for (int length = 0; length <= 40; length++) {
            entries.add(findOrAdd("\0".repeat(length)));
            for (int i = 0; i < length; i++) {
                entries.add(findOrAdd("\0".repeat(i) + "x" + "\0".repeat(length - i - 1)));
            }
        }

        assertThat(entries).doesNotHaveDuplicates();
        assertThat(table.size()).isEqualTo(entries.size());
        assertThat(find("\0\0\0x")).isEqualTo(findOrAdd("\0\0\0x"));
    }

    @Test
    void shouldFindTheSameEntryByANumberAndByItsBytes() {
        final long entry = table.findOrAddLong(0x0807_0605_0403_0201L);
        key.putBytes(5, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});

        assertThat(table.findOrAdd(key, 5, 8)).isEqualTo(entry);
        assertThat(table.wasAdded()).isFalse();
        assertThat(table.find(key, 5, 8)).isEqualTo(entry);
        assertThat(table.prefetch(key, 5, 8)).isEqualTo(table.prefetchLong(0x0807_0605_0403_0201L));
        assertThat(table.keyLength(entry)).isEqualTo(8);
        assertThat(table.buffer(entry).getLong(table.keyOffset(entry), ByteOrder.LITTLE_ENDIAN))
                .isEqualTo(0x0807_0605_0403_0201L);
    }

    @Test
    void shouldReadAheadWhateverIsThere() {
        final int[] hashes = new int[100];
        assertThat(table.prefetch(hashes, 100)).isZero();
        for (int i = 0; i < 100; i++) {
            hashes[i] = KeyedTable.hashLong(i);
            key.putLong(0, i, ByteOrder.LITTLE_ENDIAN);
            assertThat(KeyedTable.hash(key, 0, 8)).isEqualTo(hashes[i]);
            table.findOrAddLong(i * 2);
        }

        assertThat(table.prefetch(hashes, 0)).isZero();
        assertThat(table.prefetch(hashes, 100)).isNotZero();
        findOrAdd("another length");
        assertThat(table.prefetch(hashes, 100)).isNotZero();
        while (!table.isEmpty()) {
            table.remove(table.first());
            table.prefetch(hashes, 100);
        }
        table.clear();
        assertThat(table.prefetch(hashes, 100)).isZero();
    }

    @Test
    void shouldTakeKeysFromMemoryOutsideTheHeapAndFromASliceOfAnArray() {
        final UnsafeBuffer outside = memory.allocate(64, "test");
        outside.putStringWithoutLengthAscii(3, "BTCUSDT-PERPETUAL");
        final UnsafeBuffer slice = new UnsafeBuffer("xxBTCUSDT-PERPETUAL".getBytes(StandardCharsets.US_ASCII), 2, 17);

        final long entry = table.findOrAdd(outside, 3, 17);

        assertThat(table.find(slice, 0, 17)).isEqualTo(entry);
        assertThat(find("BTCUSDT-PERPETUAL")).isEqualTo(entry);
        memory.free(outside);
    }

    @Test
    void shouldFindTheStateOfKeysOfManyLengths() {
        final long eight = table.findOrAddLong(1);
        assertThat(table.stateOffset(eight)).isEqualTo(table.keyOffset(eight) + 8);
        final long nine = findOrAdd("123456789");
        final long none = findOrAdd("");

        assertThat(table.stateOffset(eight)).isEqualTo(table.keyOffset(eight) + 8);
        assertThat(table.stateOffset(nine)).isEqualTo(table.keyOffset(nine) + 16);
        assertThat(table.stateOffset(none)).isEqualTo(table.keyOffset(none));
    }

    @Test
    void shouldSpreadKeysThatDifferInAFewBits() {
        for (int shift = 0; shift < Long.SIZE; shift += 4) {
            final boolean[] taken = new boolean[4096];
            int used = 0;
            for (long i = 0; i < 4096 && i << shift >>> shift == i; i++) {
                final int slot = KeyedTable.hashLong(i << shift) >>> 20;
                used += taken[slot] ? 0 : 1;
                taken[slot] = true;
            }
            // Chance would hit 1 - 1/e of the slots, 63 %, with as many keys as slots.
            final long keys = Math.min(4096, 1L << Math.min(Long.SIZE - shift, 12));
            assertThat(used).as("shift %d", shift).isGreaterThan((int) (keys * 55 / 100));
        }
    }

    @Test
    void shouldRefuseAKeyThatIsTooLongOrOutsideItsBuffer() {
        final UnsafeBuffer small = new UnsafeBuffer(new byte[16]);

        assertThatThrownBy(() -> table.findOrAdd(new UnsafeBuffer(new byte[70_000]), 0, 65_544))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 to 65543 bytes long, this one has 65544");
        assertThatThrownBy(() -> table.find(small, 0, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> table.find(small, 9, 8)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void shouldHoldEntriesThatAreLongerThanAPage() {
        final KeyedTable large = new KeyedTable(memory, "large", 100_000);
        final long first = large.findOrAddLong(1);
        final long small = large.findOrAddLong(2);
        large.buffer(first).putByte(large.stateOffset(first) + 99_999, (byte) 1);

        assertThat(large.buffer(small).getByte(large.stateOffset(small) + 99_999))
                .isZero();
        final long bytes = large.bytesInUse();
        large.remove(first);
        assertThat(large.bytesInUse()).isLessThan(bytes - 100_000);
        assertThat(large.findLong(2)).isEqualTo(small);
        assertThat(large.next(large.first())).isEqualTo(-1);
    }

    @Test
    void shouldTakeTheLongestKeyThereIs() {
        final long entry = findOrAdd("k".repeat(65_543));

        assertThat(find("k".repeat(65_543))).isEqualTo(entry);
        assertThat(find("k".repeat(65_542))).isEqualTo(-1);
        assertThat(table.keyLength(entry)).isEqualTo(65_543);
    }

    @Test
    void shouldWalkInTheOrderOfArrivalWhileNothingIsRemoved() {
        final List<String> keys = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            keys.add("key" + i * 7919L);
            findOrAdd(keys.get(i));
        }

        assertThat(keys()).isEqualTo(keys);
    }

    @Test
    void shouldAllowARemovalOfTheCurrentEntryDuringAWalk() {
        for (int i = 0; i < 10_000; i++) {
            table.findOrAddLong(i);
        }
        int seen = 0;
        for (long entry = table.first(); entry >= 0; entry = table.next(entry)) {
            seen++;
            table.remove(entry);
        }

        assertThat(seen).isEqualTo(10_000);
        assertThat(table.isEmpty()).isTrue();
        assertThat(table.first()).isEqualTo(-1);
    }

    @Test
    void shouldGiveMemoryBackWhenKeysAreRemoved() {
        for (int i = 0; i < 200_000; i++) {
            table.findOrAddLong(i);
        }
        for (int i = 0; i < 200_000; i++) {
            table.remove(table.findLong(i));
        }

        assertThat(table.bytesInUse()).isLessThan(70_000);
        assertThat(budget.usedBytes()).isLessThan(2_000_000);
    }

    @Test
    void shouldGiveMemoryBackWhenItIsCleared() {
        for (int i = 0; i < 200_000; i++) {
            table.findOrAddLong(i);
        }
        table.clear();

        assertThat(table.bytesInUse()).isZero();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void shouldAnswerAsBeforeWhenItIsFilledAgainWithMoreOrFewerKeys() {
        for (final int keys : new int[] {200_000, 300_000, 1_000, 0, 70_000}) {
            for (int i = 0; i < keys; i++) {
                table.findOrAddLong(i);
                assertThat(table.wasAdded()).isTrue();
            }

            assertThat(table.size()).isEqualTo(keys);
            for (int i = 0; i < keys; i++) {
                final long entry = table.findLong(i);
                assertThat(table.buffer(entry).getLong(table.keyOffset(entry))).isEqualTo(i);
            }
            assertThat(table.findLong(keys)).isEqualTo(-1);
            table.clear();
        }
    }

    @Test
    void shouldNotGrowWhenKeysComeAndGo() {
        for (int i = 0; i < 10_000; i++) {
            table.findOrAddLong(i);
        }
        final long bytes = table.bytesInUse();
        for (int i = 10_000; i < 200_000; i++) {
            table.remove(table.findLong(i - 10_000));
            table.findOrAddLong(i);
        }

        assertThat(table.bytesInUse()).isEqualTo(bytes);
    }

    @Test
    void shouldNotKeepAnEmptyPageThatIsTooSmallForTheNextEntry() {
        for (int i = 0; i < 100; i++) {
            table.remove(findOrAdd("short" + i));
            findOrAdd("k".repeat(5_000));
            table.remove(table.first());
        }

        assertThat(table.bytesInUse()).isLessThan(2 * StateMemory.PAGE_LENGTH);
    }

    @Test
    void shouldRefuseAnEntryThatIsNotThere() {
        final long entry = table.findOrAddLong(1);
        table.findOrAddLong(2);
        table.remove(entry);

        assertThatThrownBy(() -> table.remove(entry)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> table.remove(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> table.remove(1L << 40)).isInstanceOf(IllegalArgumentException.class);
        assertThat(table.size()).isEqualTo(1);
    }

    @Test
    void shouldSayWhatReachedTheBudgetAndStayUsable() {
        final MemoryBudget small = new MemoryBudget("orders", 300_000);
        try (StateMemory other = new StateMemory(small);
                KeyedTable bounded = new KeyedTable(other, "sum-by-user", 24)) {
            final long keys = fillUp(bounded);

            assertThat(keys).isGreaterThan(4_000);
            assertThat(bounded.size()).isEqualTo((int) keys);
            for (long i = 0; i < keys; i++) {
                assertThat(bounded.findLong(i)).isNotNegative();
            }
            bounded.clear();
            assertThat(fillUp(bounded)).isEqualTo(keys);
        }
        assertThat(small.usedBytes()).isZero();
    }

    private static long fillUp(final KeyedTable bounded) {
        long keys = 0;
        try {
            while (true) {
                bounded.findOrAddLong(keys);
                keys++;
            }
        } catch (final MillraceException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.STATE_BUDGET);
            assertThat(e)
                    .hasMessageMatching("state of job orders has reached its budget: operator=sum-by-user asked=\\d+"
                            + " used=\\d+ budget=300000; raise JobContext.stateBudget or .*");
        }
        return keys;
    }

    @Test
    void shouldNotCrashWhenItIsUsedAfterItsMemoryWasClosed() {
        final long entry = table.findOrAddLong(1);
        final MutableDirectBuffer buffer = table.buffer(entry);

        memory.close();

        assertThat(table.findLong(1)).isEqualTo(-1);
        assertThat(table.prefetchLong(1)).isZero();
        assertThat(table.first()).isEqualTo(-1);
        assertThatThrownBy(() -> table.findOrAddLong(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> table.keyLength(entry)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> buffer.getLong(0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new KeyedTable(memory, "late", 8)).isInstanceOf(IllegalStateException.class);
    }

    private long findOrAdd(final String text) {
        return table.findOrAdd(key, 3, put(text));
    }

    private long find(final String text) {
        return table.find(key, 3, put(text));
    }

    private int put(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        key.putBytes(3, bytes);
        return bytes.length;
    }

    private List<String> keys() {
        final List<String> keys = new ArrayList<>();
        for (long entry = table.first(); entry >= 0; entry = table.next(entry)) {
            keys.add(table.buffer(entry).getStringWithoutLengthUtf8(table.keyOffset(entry), table.keyLength(entry)));
        }
        return keys;
    }

    private void fill(final long entry) {
        table.buffer(entry).setMemory(table.stateOffset(entry), table.stateLength(), (byte) -1);
    }

    private void assertZero(final long entry) {
        for (int i = 0; i < table.stateLength(); i++) {
            assertThat(table.buffer(entry).getByte(table.stateOffset(entry) + i))
                    .isZero();
        }
    }
}
