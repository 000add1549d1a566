package io.millrace.operators.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimerQueueTest {
    private final MemoryBudget budget = new MemoryBudget("trades", 64L << 20);
    private final StateMemory memory = new StateMemory(budget);
    private final TimerQueue timers = new TimerQueue(memory, "timeout");
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[70_000]);

    @AfterEach
    void shouldLeaveNothingBehind() {
        memory.close();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void shouldHaveNothingDueAtFirst() {
        assertThat(timers.nextNs()).isEqualTo(Long.MAX_VALUE);
        assertThat(timers.popDue(Long.MAX_VALUE)).isFalse();
        assertThat(timers.isEmpty()).isTrue();
        assertThat(timers.bytesInUse()).isZero();
    }

    @Test
    void shouldComeDueByTimeAndThenInTheOrderOfRegistration() {
        schedule(20, "c");
        schedule(10, "z");
        schedule(20, "a");
        schedule(-5, "m");
        schedule(20, "b");

        assertThat(timers.nextNs()).isEqualTo(-5);
        assertThat(due(19)).containsExactly("m@-5", "z@10");
        assertThat(timers.nextNs()).isEqualTo(20);
        assertThat(due(20)).containsExactly("c@20", "a@20", "b@20");
        assertThat(due(Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void shouldTakeTheEarliestAndTheLatestTimeThereIs() {
        schedule(Long.MAX_VALUE, "end");
        schedule(Long.MIN_VALUE, "beginning");

        assertThat(due(Long.MIN_VALUE)).containsExactly("beginning@" + Long.MIN_VALUE);
        assertThat(due(Long.MAX_VALUE - 1)).isEmpty();
        assertThat(due(Long.MAX_VALUE)).containsExactly("end@" + Long.MAX_VALUE);
    }

    @Test
    void shouldKeepOneTimerForATimeAndAKeyInItsFirstPlace() {
        assertThat(schedule(10, "a")).isTrue();
        schedule(10, "b");
        assertThat(schedule(10, "a")).isFalse();
        assertThat(schedule(11, "a")).isTrue();

        assertThat(timers.size()).isEqualTo(3);
        assertThat(due(99)).containsExactly("a@10", "b@10", "a@11");
        assertThat(schedule(10, "a")).isTrue();
    }

    @Test
    void shouldBringBackTheTagThatWasGivenLast() {
        timers.schedule(10, key, 0, put("a"), 7);
        timers.schedule(10, key, 0, put("b"), 8);
        timers.schedule(10, key, 0, put("a"), 9);

        assertThat(timers.popDue(10)).isTrue();
        assertThat(timers.dueTag()).isEqualTo(9);
        assertThat(timers.popDue(10)).isTrue();
        assertThat(timers.dueTag()).isEqualTo(8);
    }

    @Test
    void shouldForgetATimerThatIsCancelled() {
        schedule(10, "a");
        schedule(20, "a");
        schedule(20, "b");

        assertThat(cancel(20, "a")).isTrue();
        assertThat(cancel(20, "a")).isFalse();
        assertThat(cancel(15, "b")).isFalse();
        assertThat(due(99)).containsExactly("a@10", "b@20");
    }

    @Test
    void shouldFireWhatACallRegistersWithinTheSameAdvanceInOrder() {
        schedule(10, "first");
        schedule(20, "cancelled");
        schedule(30, "last");
        final List<String> fired = new ArrayList<>();

        while (timers.popDue(30)) {
            final String text = dueKey();
            fired.add(text + "@" + timers.dueTimeNs());
            if (text.equals("first")) {
                schedule(30, "behind-last");
                schedule(10, "same-time");
                schedule(5, "earlier");
                schedule(31, "not-yet");
                cancel(20, "cancelled");
                assertThat(dueKey()).isEqualTo("first");
            }
        }

        assertThat(fired).containsExactly("first@10", "earlier@5", "same-time@10", "last@30", "behind-last@30");
        assertThat(timers.nextNs()).isEqualTo(31);
    }

    @Test
    void shouldTakeEmptyAndLongestKeys() {
        timers.schedule(1, null, 0, 0);
        timers.schedule(2, key, 0, put("k".repeat(65_535)));

        assertThat(due(9)).containsExactly("@1", "k".repeat(65_535) + "@2");
        assertThatThrownBy(() -> timers.schedule(1, key, 0, 65_536)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldGiveMemoryBackWhenTimersHaveComeDue() {
        for (int i = 0; i < 100_000; i++) {
            schedule(i, "key" + i);
        }
        final long bytes = timers.bytesInUse();
        assertThat(due(99_990)).hasSize(99_991);

        assertThat(bytes).isLessThan(100_000 * 90L);
        assertThat(timers.bytesInUse()).isLessThan(100_000);
    }

    @Test
    void shouldStayUsableWhenTheBudgetIsReached() {
        final MemoryBudget small = new MemoryBudget("orders", 150_000);
        try (StateMemory other = new StateMemory(small)) {
            final TimerQueue bounded = new TimerQueue(other, "timeout");
            final int first = fillUp(bounded);
            int popped = 0;
            while (bounded.popDue(Long.MAX_VALUE)) {
                assertThat(bounded.dueTimeNs()).isEqualTo(popped++);
            }

            assertThat(first).isGreaterThan(500);
            assertThat(popped).isEqualTo(first);
            assertThat(fillUp(bounded)).isGreaterThan(500);
        }
        assertThat(small.usedBytes()).isZero();
    }

    private int fillUp(final TimerQueue bounded) {
        int count = 0;
        try {
            while (true) {
                bounded.schedule(count, key, 0, 8);
                count++;
            }
        } catch (final MillraceException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.STATE_BUDGET);
        }
        return count;
    }

    @Test
    void shouldRefuseWhateverIsDamagedAndStayUsable() {
        for (int i = 0; i < 60; i++) {
            timers.schedule(i * 37 % 50, key, 0, put("key" + i), i);
        }
        due(9);
        final UnsafeBuffer snapshot = Snapshots.of(timers::snapshot);
        final TimerQueue other = new TimerQueue(memory, "other");

        final int refused = Snapshots.assertDamageIsRefused(snapshot, 1, other::restore, () -> {
            other.schedule(7, key, 0, put("one more"));
            long last = Long.MIN_VALUE;
            while (other.popDue(Long.MAX_VALUE)) {
                assertThat(other.dueTimeNs()).isGreaterThanOrEqualTo(last);
                last = other.dueTimeNs();
            }
            assertThat(other.isEmpty()).isTrue();
        });

        assertThat(refused).isGreaterThan(snapshot.capacity() / 2);
    }

    @Test
    void shouldNotCrashWhenItIsUsedAfterItWasClosed() {
        schedule(1, "a");

        timers.close();
        timers.close();

        assertThat(timers.popDue(1)).isFalse();
        assertThat(timers.cancel(1, key, 0, put("a"))).isFalse();
        assertThatThrownBy(() -> schedule(1, "a")).isInstanceOf(IllegalStateException.class);
        assertThat(timers.bytesInUse()).isZero();
    }

    private boolean schedule(final long timeNs, final String text) {
        return timers.schedule(timeNs, key, 0, put(text));
    }

    private boolean cancel(final long timeNs, final String text) {
        return timers.cancel(timeNs, key, 0, put(text));
    }

    private int put(final String text) {
        return key.putStringWithoutLengthAscii(0, text);
    }

    private String dueKey() {
        return timers.keyBuffer().getStringWithoutLengthAscii(timers.keyOffset(), timers.keyLength());
    }

    private List<String> due(final long nowNs) {
        final List<String> fired = new ArrayList<>();
        while (timers.popDue(nowNs)) {
            fired.add(dueKey() + "@" + timers.dueTimeNs());
        }
        return fired;
    }
}
