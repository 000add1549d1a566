package io.millrace.operators.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.MillraceException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DueQueueTest {
    private static final int SEEDS = 50;
    private static final int OPERATIONS = 5_000;

    private record Element(long timeNs, long number) {}

    private final MemoryBudget budget = new MemoryBudget("job", 1 << 20);
    private final StateMemory memory = new StateMemory(budget);
    private final DueQueue queue = new DueQueue(memory, "window");

    @AfterEach
    void close() {
        memory.close();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void shouldGiveElementsInTheOrderOfTimeThenOfNumber() {
        queue.add(5, 2);
        queue.add(-7, 9);
        queue.add(5, 1);
        queue.add(Long.MAX_VALUE, 0);
        queue.add(Long.MIN_VALUE, 3);

        assertThat(drain()).containsExactly(3L, 9L, 1L, 2L, 0L);
    }

    @Test
    void shouldKeepTheOrderOfNumbersThatWrapRound() {
        final long last = Long.MAX_VALUE;
        // In order, and so in the ring; then not, and so in the heap.
        queue.add(5, last - 1);
        queue.add(5, last);
        queue.add(5, 0);
        queue.add(5, 3);
        queue.add(5, 2);
        queue.add(5, last - 2);
        queue.add(5, 1);

        assertThat(drain()).containsExactly(last - 2, last - 1, last, 0L, 1L, 2L, 3L);
    }

    @Test
    void shouldPutTheFirstElementOff() {
        queue.add(1, 1);
        queue.add(2, 2);
        queue.add(3, 3);

        queue.putOffFirst(3);

        assertThat(queue.firstTimeNs()).isEqualTo(2);
        assertThat(drain()).containsExactly(2L, 1L, 3L);
    }

    @Test
    void shouldGiveMemoryBackAsItShrinks() {
        for (int i = 0; i < 10_000; i++) {
            queue.add(i, i);
        }
        final long full = queue.bytesInUse();

        drain();

        assertThat(queue.bytesInUse()).isLessThan(full / 100);
        queue.clear();
        assertThat(queue.bytesInUse()).isZero();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void shouldKeepTheOrderOfARingThatIsFoldedWhileItGrowsAndShrinks() {
        int added = 0;
        int removed = 0;
        for (int size = 50; size < 5_000; size += 37) {
            // Up to a size and down to a fifth of it, so that the head stands somewhere else each time.
            while (added - removed < size) {
                queue.add(added / 3, added++);
            }
            while (added - removed > size / 5) {
                assertThat(queue.firstNumber()).isEqualTo(removed);
                assertThat(queue.firstTimeNs()).isEqualTo(removed++ / 3);
                queue.removeFirst();
            }
        }
    }

    @Test
    void shouldWriteTheSameBytesAfterARestore() {
        for (int i = 0; i < 200; i++) {
            queue.add(i * 7 % 50, i);
        }
        final UnsafeBuffer snapshot = Snapshots.of(queue::snapshot);

        queue.restore(Snapshots.reader(snapshot));

        assertThat(Snapshots.of(queue::snapshot)).isEqualTo(snapshot);
    }

    @Test
    void shouldStayWhatItWasWhenTheBudgetIsUsedUp() {
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1_000_000; i++) {
                        queue.add(i, i);
                    }
                })
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("operator=window");

        final int size = queue.size();
        assertThat(drain()).hasSize(size).isSorted();
    }

    @Test
    void shouldRefuseASnapshotThatEndsTooEarlyAndBeEmptyThen() {
        queue.add(1, 1);
        queue.add(2, 2);
        final UnsafeBuffer snapshot = Snapshots.of(queue::snapshot);

        assertThatThrownBy(() -> queue.restore(new StateReader(snapshot, 0, snapshot.capacity() - 1)))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("it ends too early");

        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void shouldRefuseElementsWhenItIsClosed() {
        queue.close();
        queue.close();

        assertThatThrownBy(() -> queue.add(1, 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldGiveWhatAQueueOfTheJdkGives() {
        for (long seed = 0; seed < SEEDS; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final PriorityQueue<Element> model = new PriorityQueue<>(
                    Comparator.comparingLong(Element::timeNs).thenComparingLong(Element::number));
            final int grow = random.nextInt(40, 70);
            final int times = random.nextInt(1, 1_000);
            queue.clear();
            for (int i = 0; i < OPERATIONS; i++) {
                step(random, model, grow, times, i);
                assertThat(queue.size()).as("seed %d", seed).isEqualTo(model.size());
                if (!model.isEmpty()) {
                    final Element first = new Element(queue.firstTimeNs(), queue.firstNumber());
                    assertThat(first).as("seed %d", seed).isEqualTo(model.peek());
                }
            }
        }
    }

    private void step(
            final SplittableRandom random,
            final PriorityQueue<Element> model,
            final int grow,
            final int times,
            final int number) {
        final int choice = random.nextInt(100);
        if (choice < grow || model.isEmpty()) {
            final long timeNs = random.nextInt(times) - times / 2;
            queue.add(timeNs, number);
            model.add(new Element(timeNs, number));
        } else if (choice < 98) {
            final Element first = model.poll();
            if (choice % 3 == 0) {
                final long timeNs = first.timeNs() + random.nextInt(times);
                queue.putOffFirst(timeNs);
                model.add(new Element(timeNs, first.number()));
            } else {
                queue.removeFirst();
            }
        } else {
            queue.restore(Snapshots.reader(Snapshots.of(queue::snapshot)));
        }
    }

    private List<Long> drain() {
        final List<Long> numbers = new ArrayList<>();
        while (!queue.isEmpty()) {
            numbers.add(queue.firstNumber());
            queue.removeFirst();
        }
        return numbers;
    }
}
