package io.millrace.operators.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class StateMemoryTest {
    private static final long LIMIT = 40L * StateMemory.PAGE_LENGTH;

    private final MemoryBudget budget = new MemoryBudget("orders", LIMIT);
    private final StateMemory memory = new StateMemory(budget);

    @Test
    void shouldKeepFreePagesForTheNextOwnerWithoutCountingThem() {
        freeAll(allocatePages(20));

        assertThat(budget.usedBytes()).isZero();
        assertThat(memory.usedBytes()).isZero();
        assertThat(memory.freeBytes()).isEqualTo(20L * StateMemory.PAGE_LENGTH);

        final List<UnsafeBuffer> pages = allocatePages(5);
        assertThat(budget.usedBytes()).isEqualTo(5L * StateMemory.PAGE_LENGTH);
        assertThat(memory.freeBytes()).isEqualTo(15L * StateMemory.PAGE_LENGTH);

        freeAll(pages);
        memory.close();
        assertThat(budget.usedBytes()).isZero();
        assertThat(memory.freeBytes()).isZero();
    }

    @Test
    void shouldGiveBackHalfOfTheFreePagesThatNobodyNeededSinceTheLastTime() {
        freeAll(allocatePages(20));
        memory.trim();
        assertThat(pagesKept()).isEqualTo(20);

        freeAll(allocatePages(12));
        memory.trim();
        assertThat(pagesKept()).isEqualTo(16);

        freeAll(allocatePages(16));
        memory.trim();
        assertThat(pagesKept()).isEqualTo(16);

        for (int i = 0; i < 5; i++) {
            memory.free(memory.allocate(8, "sum"));
            memory.trim();
        }
        assertThat(pagesKept()).isZero();
    }

    @Test
    void shouldGiveUpFreePagesWhenTheBudgetHasNoRoomForThem() {
        freeAll(allocatePages(20));

        final UnsafeBuffer half = memory.allocate(20 * StateMemory.PAGE_LENGTH, "sum");
        assertThat(pagesKept()).isEqualTo(20);
        final UnsafeBuffer more = memory.allocate(8, "sum");
        assertThat(pagesKept()).isZero();

        memory.free(half);
        memory.free(more);
    }

    @Test
    void shouldRefuseAPageThatItHasWhenTheBudgetIsUsedUp() {
        freeAll(allocatePages(1));
        budget.reserve(LIMIT, "join");

        assertThatThrownBy(() -> memory.allocate(StateMemory.PAGE_LENGTH, "sum"))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STATE_BUDGET));

        assertThat(memory.usedBytes()).isZero();
        budget.release(LIMIT);
        assertThat(allocatePages(40)).hasSize(40);
        memory.close();
    }

    @Test
    void shouldCloseAfterPagesThatItHasWereRefused() {
        final KeyedTable table = new KeyedTable(memory, "sum", 8);
        freeAll(allocatePages(3));
        memory.trim();
        budget.reserve(LIMIT, "join");
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> allocatePages(1)).isInstanceOf(MillraceException.class);
        }

        memory.trim();
        table.close();
        memory.close();

        assertThat(budget.usedBytes()).isEqualTo(LIMIT);
    }

    @Test
    void shouldTakeTwoEndsOfAWindowInARowForOne() {
        freeAll(allocatePages(20));
        memory.trim();

        memory.trim();
        memory.trim();

        assertThat(pagesKept()).isEqualTo(20);
    }

    @Test
    void shouldKeepFreePagesWhenATableForOneResultIsEmptied() {
        final KeyedTable table = new KeyedTable(memory, "sum", 8);
        freeAll(allocatePages(20));
        memory.trim();

        for (int i = 0; i < 10; i++) {
            table.findOrAddLong(0);
            table.clear();
        }

        assertThat(pagesKept()).isEqualTo(20);
        memory.close();
    }

    @Test
    void shouldKeepNoMoreInAllTasksThanTheBudgetHasRoomFor() {
        final StateMemory other = new StateMemory(budget);
        freeAll(allocatePages(30));

        final List<UnsafeBuffer> pages = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pages.add(other.allocate(StateMemory.PAGE_LENGTH, "join"));
        }
        pages.forEach(other::free);

        assertThat(memory.freeBytes() + other.freeBytes())
                .isLessThanOrEqualTo(LIMIT)
                .isEqualTo(budget.keptBytes());
        other.close();
        memory.close();
        assertThat(budget.keptBytes()).isZero();
    }

    @Test
    void shouldGiveBackPagesWhenKeysAreRemovedOneByOne() {
        final KeyedTable table = new KeyedTable(memory, "sum", 8);
        for (long key = 0; key < 50_000; key++) {
            table.findOrAddLong(key);
        }
        final long mostBytes = memory.usedBytes();

        for (long key = 0; key < 50_000; key++) {
            table.remove(table.findLong(key));
        }

        assertThat(memory.freeBytes()).isLessThan(mostBytes / 4);
        memory.close();
    }

    private long pagesKept() {
        return memory.freeBytes() / StateMemory.PAGE_LENGTH;
    }

    private List<UnsafeBuffer> allocatePages(final int count) {
        final List<UnsafeBuffer> pages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pages.add(memory.allocate(StateMemory.PAGE_LENGTH, "sum"));
        }
        return pages;
    }

    private void freeAll(final List<UnsafeBuffer> pages) {
        pages.forEach(memory::free);
    }

    @Test
    void shouldShareOneBudgetBetweenTheTasksOfAJob() {
        final StateMemory other = new StateMemory(budget);
        final UnsafeBuffer large = other.allocate((int) LIMIT - 8, "join");

        assertThatThrownBy(() -> memory.allocate(16, "sum"))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STATE_BUDGET))
                .hasMessage("state of job orders has reached its budget: operator=sum asked=16 used=" + (LIMIT - 8)
                        + " budget=" + LIMIT + "; raise JobContext.stateBudget or keep less (fewer keys, shorter"
                        + " windows, less grace)");
        other.free(large);
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void shouldTurnAMachineWithoutMemoryIntoTheSameKindOfError() {
        final MemoryBudget unlimited = new MemoryBudget("greedy", Long.MAX_VALUE);
        final StateMemory greedy = new StateMemory(unlimited);

        assertThatThrownBy(() -> greedy.allocateBytes(1L << 60, "sum"))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STATE_BUDGET))
                .hasMessageStartingWith("the machine has no memory left for the state of job greedy: operator=sum");
        assertThat(unlimited.usedBytes()).isZero();
    }

    @Test
    void shouldCoverNothingWithABufferThatWasGivenBack() {
        final UnsafeBuffer page = memory.allocate(StateMemory.PAGE_LENGTH, "sum");
        memory.free(page);

        assertThatThrownBy(() -> page.getByte(0)).isInstanceOf(IndexOutOfBoundsException.class);
        memory.close();
    }

    @Test
    void shouldCloseWhatWasMadeFromItAndRefuseMore() {
        final KeyedTable table = new KeyedTable(memory, "sum", 8);
        table.findOrAddLong(1);
        final TimerQueue timers = new TimerQueue(memory, "timeout");
        timers.schedule(1, null, 0, 0);

        memory.close();
        memory.close();

        assertThat(budget.usedBytes()).isZero();
        assertThatThrownBy(() -> memory.allocate(8, "sum")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldRefuseToReleaseMoreThanWasReserved() {
        budget.reserve(10, "sum");

        assertThatThrownBy(() -> budget.release(11)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> budget.release(-1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> budget.reserve(-1, "sum")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> budget.reserve(Long.MAX_VALUE, "sum")).isInstanceOf(MillraceException.class);
        assertThat(budget.usedBytes()).isEqualTo(10);
        assertThatThrownBy(() -> new MemoryBudget("none", 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
