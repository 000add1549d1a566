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
    void shouldKeepAFewFreePagesAndGiveTheOthersBack() {
        final List<UnsafeBuffer> pages = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            pages.add(memory.allocate(StateMemory.PAGE_LENGTH, "sum"));
        }
        assertThat(budget.usedBytes()).isEqualTo(LIMIT);

        pages.forEach(memory::free);

        assertThat(budget.usedBytes()).isEqualTo(4L * StateMemory.PAGE_LENGTH);
        assertThat(memory.usedBytes()).isEqualTo(budget.usedBytes());
        memory.close();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void shouldGiveUpFreePagesBeforeItRefuses() {
        for (final UnsafeBuffer page : List.of(
                memory.allocate(StateMemory.PAGE_LENGTH, "sum"), memory.allocate(StateMemory.PAGE_LENGTH, "sum"))) {
            memory.free(page);
        }

        final UnsafeBuffer large = memory.allocate((int) LIMIT, "sum");

        assertThat(budget.usedBytes()).isEqualTo(LIMIT);
        memory.free(large);
        memory.close();
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
