package io.millrace.operators.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RowLogTest {
    private static final int SEEDS = Integer.getInteger("millrace.rounds", 20);
    private static final int OPERATIONS = 3_000;
    private static final int STATE_LENGTH = 16;
    private static final int LONGEST = 200_000;
    private static final int PAGE_LENGTH = StateMemory.PAGE_LENGTH;

    private final MemoryBudget budget = new MemoryBudget("rows", Long.MAX_VALUE);
    private final StateMemory memory = new StateMemory(budget);
    private final RowLog rows = new RowLog(memory, "pairs", STATE_LENGTH);

    @AfterEach
    void close() {
        memory.close();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void shouldKeepEachRowForAsLongAsItIsNeededThroughRandomOperationsAndCheckpoints() {
        int restored = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            try (StateMemory own = new StateMemory(budget)) {
                restored += new Run(new SplittableRandom(seed), own).run();
            } catch (final RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
            assertThat(budget.usedBytes()).as("seed %d", seed).isZero();
        }
        assertThat(restored).as("checkpoints that were restored").isGreaterThan(SEEDS);
    }

    @Test
    void shouldGiveBackThePagesOfRowsThatAreNotNeededAnyMore() {
        for (int i = 0; i < 10_000; i++) {
            rows.neededUntil(rows.add(100), i);
        }
        assertThat(rows.bytesInUse()).isGreaterThan(10_000 * 100);

        rows.release(5_000);
        assertThat(rows.bytesInUse()).isBetween(5_000 * 100L, 5_000 * 100L + 10 * PAGE_LENGTH);

        rows.release(10_000);
        assertThat(rows.bytesInUse()).isZero();
    }

    @Test
    void shouldKeepAPageForTheRowInItThatIsNeededForLongest() {
        final long early = rows.add(8);
        final long late = rows.add(8);
        rows.neededUntil(late, 100);
        rows.neededUntil(early, 10);

        rows.release(100);

        assertThat(rows.isGone(early)).isFalse();
        assertThat(rows.isGone(late)).isFalse();
        rows.release(101);
        assertThat(rows.isGone(late)).isTrue();
    }

    @Test
    void shouldNotKeepOtherPagesForARowThatIsNeededForLong() {
        for (int i = 0; i < 100_000; i++) {
            rows.neededUntil(rows.add(100), i == 5_000 ? 1_000_000 : i);
            if (i % 32 == 0) {
                rows.release(i - 1_000);
            }
        }

        assertThat(rows.bytesInUse()).isLessThan(1_000 * 200 + 10 * PAGE_LENGTH);
    }

    @Test
    void shouldNeverGiveTheNumberOfARowToAnotherOne() {
        final long first = rows.add(8);
        rows.neededUntil(first, 1);
        rows.release(2);

        final long second = rows.add(8);

        assertThat(rows.isGone(first)).isTrue();
        assertThat(rows.isGone(second)).isFalse();
        assertThat(second).isGreaterThan(first);
    }

    @Test
    void shouldCallGoneWhatIsNoRow() {
        assertThat(rows.isGone(RowLog.NONE)).isTrue();
        rows.add(8);
        assertThat(rows.isGone(RowLog.NONE)).isTrue();
    }

    @Test
    void shouldTakeNoMemoryForARowThatWasGivenUp() {
        rows.giveUp(rows.add(8));
        assertThat(rows.bytesInUse()).isZero();
        final long kept = rows.add(8);
        final long before = rows.bytesInUse();

        for (int i = 0; i < 1_000; i++) {
            rows.giveUp(rows.add(100 + i * LONGEST / 1_000));
        }

        assertThat(rows.bytesInUse()).isEqualTo(before);
        assertThat(rows.isGone(kept)).isFalse();
        assertThat(rows.add(8)).isGreaterThan(kept);
    }

    @Test
    void shouldRefuseAValueThatIsTooLongAndGoOn() {
        assertThatThrownBy(() -> rows.add(RowTable.MAX_VALUE_LENGTH + 1))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_RECORD));
        assertThat(rows.valueLength(rows.add(RowTable.MAX_VALUE_LENGTH))).isEqualTo(RowTable.MAX_VALUE_LENGTH);
    }

    @Test
    void shouldRefuseADamagedSnapshot() {
        for (int i = 0; i < 20; i++) {
            rows.neededUntil(rows.add(i * 7 % 30), i);
        }
        final UnsafeBuffer snapshot = Snapshots.of(rows::snapshot);
        final RowLog target = new RowLog(memory, "pairs", STATE_LENGTH);
        final int refused = Snapshots.assertDamageIsRefused(snapshot, 1, target::restore, () -> {
            target.neededUntil(target.add(100), Long.MAX_VALUE - 1);
            target.release(Long.MAX_VALUE);
        });
        assertThat(refused).isPositive();
    }

    @Test
    void shouldRestoreARowBehindWhichMorePagesHaveGoneThanOneTableCanHave() {
        final long kept = rows.add(8);
        rows.neededUntil(kept, Long.MAX_VALUE - 1);
        final int gonePages = EntryPages.MAX_PAGES + 10;

        final RowLog target = new RowLog(memory, "pairs", STATE_LENGTH);
        target.restore(Snapshots.reader(withGonePages(Snapshots.of(rows::snapshot), gonePages)));

        assertThat(target.isGone(kept)).isFalse();
        final long next = target.add(PAGE_LENGTH);
        assertThat(next - kept).isGreaterThan((long) gonePages * PAGE_LENGTH);
        assertThat(target.isGone(next)).isFalse();
    }

    /** The snapshot of a log with one page, as it is when so many pages were opened behind it and given back. */
    private static UnsafeBuffer withGonePages(final UnsafeBuffer snapshot, final int count) {
        final int countOffset = 2 * Integer.BYTES + 2 * Long.BYTES;
        final int pageLength = Integer.BYTES + Long.BYTES;
        final int behindPage = countOffset + Integer.BYTES + pageLength;
        final UnsafeBuffer all = new UnsafeBuffer(new byte[snapshot.capacity() + count * pageLength]);
        all.putBytes(0, snapshot, 0, behindPage);
        all.putInt(countOffset, 1 + count, ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            all.putInt(behindPage + i * pageLength, -1, ByteOrder.LITTLE_ENDIAN);
        }
        all.putBytes(behindPage + count * pageLength, snapshot, behindPage, snapshot.capacity() - behindPage);
        return all;
    }

    /** Random rows beside a map that says what each has to hold, by the number of the row. */
    private final class Run {
        private final SplittableRandom random;
        private final StateMemory own;
        private final RowLog log;
        private final Map<Long, byte[]> expected = new TreeMap<>();
        private final Map<Long, Long> needed = new TreeMap<>();
        private final CheckpointLog checkpoints = new CheckpointLog();
        private long nowNs;

        private UnsafeBuffer frame;
        private UnsafeBuffer copy;
        private int restored;

        Run(final SplittableRandom random, final StateMemory own) {
            this.random = random;
            this.own = own;
            this.log = new RowLog(own, "random", STATE_LENGTH);
        }

        int run() {
            for (int i = 0; i < OPERATIONS; i++) {
                change();
                if (frame == null && random.nextInt(100) == 0) {
                    copy = Snapshots.of(log::snapshot);
                    frame = checkpoints.begin(own, own.mustBeFull() || random.nextInt(5) == 0, state(log));
                } else if (frame != null) {
                    own.copyBlocks(1 + random.nextInt(3));
                    check();
                }
            }
            assertNeededRowsAreThere();
            return restored;
        }

        private void change() {
            final int choice = random.nextInt(100);
            if (choice < 60) {
                final long row = log.add(length());
                assertThat(bytesOf(log, row)).containsOnly(0);
                if (random.nextInt(20) == 0) {
                    log.giveUp(row);
                } else {
                    write(row);
                    needed.put(row, nowNs + random.nextInt(random.nextInt(100) == 0 ? 20_000 : 200));
                    log.neededUntil(row, needed.get(row));
                }
            } else if (choice < 75) {
                changeOne();
            } else {
                nowNs += random.nextInt(6);
                log.release(nowNs);
                expected.keySet().removeIf(log::isGone);
                needed.forEach((row, untilNs) -> assertThat(untilNs >= nowNs && log.isGone(row))
                        .as("needed and gone")
                        .isFalse());
                needed.keySet().retainAll(expected.keySet());
            }
        }

        private int length() {
            return random.nextInt(100) == 0 ? random.nextInt(LONGEST) : random.nextInt(900);
        }

        private void changeOne() {
            if (!expected.isEmpty()) {
                final Long[] known = expected.keySet().toArray(Long[]::new);
                final long row = known[random.nextInt(known.length)];
                log.change(row);
                write(row);
            }
        }

        private void write(final long row) {
            final byte[] bytes = new byte[log.valueLength(row) + STATE_LENGTH];
            final byte filling = (byte) random.nextInt();
            Arrays.fill(bytes, filling);
            log.buffer(row).setMemory(log.valueOffset(row), log.valueLength(row), filling);
            log.buffer(row).setMemory(log.valueOffset(row) - STATE_LENGTH, STATE_LENGTH, filling);
            expected.put(row, bytes);
        }

        private void assertNeededRowsAreThere() {
            expected.forEach((row, bytes) ->
                    assertThat(bytesOf(log, row)).as("row %d", row).isEqualTo(bytes));
        }

        private void check() {
            if (own.hasPendingBlocks()) {
                return;
            }
            try (StateMemory other = new StateMemory(budget)) {
                final RowLog again = new RowLog(other, "restored", STATE_LENGTH);
                again.restore(checkpoints.reader(frame, random.nextBoolean()));
                assertThat(Snapshots.of(again::snapshot)).isEqualTo(copy);
                final RowLog original = new RowLog(other, "original", STATE_LENGTH);
                original.restore(Snapshots.reader(copy));
                for (int i = 0; i < 20; i++) {
                    final int length = length();
                    final long row = again.add(length);
                    assertThat(row).isEqualTo(original.add(length));
                    again.neededUntil(row, nowNs + i);
                    original.neededUntil(row, nowNs + i);
                    again.release(nowNs + i);
                    original.release(nowNs + i);
                    assertThat(again.bytesInUse()).isEqualTo(original.bytesInUse());
                }
            }
            restored++;
            frame = null;
        }
    }

    private static Stateful state(final RowLog rows) {
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

    private static byte[] bytesOf(final RowLog rows, final long row) {
        final byte[] bytes = new byte[rows.valueLength(row) + STATE_LENGTH];
        rows.buffer(row).getBytes(rows.valueOffset(row) - STATE_LENGTH, bytes);
        return bytes;
    }
}
