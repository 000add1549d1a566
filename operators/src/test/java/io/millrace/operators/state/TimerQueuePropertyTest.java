package io.millrace.operators.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Runs random operations on a queue of timers and on a sorted set of the JDK, with restores in between. */
class TimerQueuePropertyTest {
    private static final int SEEDS = 30;
    private static final int OPERATIONS = 10_000;

    private final MemoryBudget budget = new MemoryBudget("random", Long.MAX_VALUE);
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[16]);

    private record Timer(long timeNs, String key, long order) {}

    @Test
    void shouldComeDueInTheOrderOfASortedSet() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            try (StateMemory memory = new StateMemory(budget)) {
                run(seed, memory);
            }
            assertThat(budget.usedBytes()).as("seed %d", seed).isZero();
        }
    }

    private void run(final long seed, final StateMemory memory) {
        final SplittableRandom random = new SplittableRandom(seed);
        final int times = 1 << random.nextInt(12);
        final int keys = 1 << random.nextInt(8);
        final TreeSet<Timer> model =
                new TreeSet<>(Comparator.comparingLong(Timer::timeNs).thenComparingLong(Timer::order));
        TimerQueue timers = new TimerQueue(memory, "timers");
        long order = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            final long timeNs = random.nextInt(times) - times / 2;
            final String text = "k" + random.nextInt(keys);
            final Timer known = known(model, timeNs, text);
            final int choice = random.nextInt(100);
            if (choice < 60) {
                final boolean added = timers.schedule(timeNs, key, 0, put(text));
                assertThat(added).as("seed %d", seed).isEqualTo(known == null);
                if (added) {
                    model.add(new Timer(timeNs, text, order++));
                }
            } else if (choice < 85) {
                assertThat(timers.cancel(timeNs, key, 0, put(text)))
                        .as("seed %d", seed)
                        .isEqualTo(known != null);
                model.remove(known == null ? new Timer(0, "", -1) : known);
            } else if (choice < 99) {
                pop(seed, timers, model, timeNs - times / 4);
            } else {
                timers = restored(timers, memory);
            }
            assertThat(timers.size()).as("seed %d", seed).isEqualTo(model.size());
            assertThat(timers.nextNs())
                    .as("seed %d", seed)
                    .isEqualTo(model.isEmpty() ? Long.MAX_VALUE : model.first().timeNs());
        }
        pop(seed, timers, model, Long.MAX_VALUE);
        assertThat(model).as("seed %d", seed).isEmpty();
    }

    private static Timer known(final TreeSet<Timer> model, final long timeNs, final String text) {
        for (final Timer timer : model.subSet(new Timer(timeNs, "", 0), new Timer(timeNs + 1, "", 0))) {
            if (timer.key().equals(text)) {
                return timer;
            }
        }
        return null;
    }

    private static void pop(final long seed, final TimerQueue timers, final TreeSet<Timer> model, final long nowNs) {
        while (timers.popDue(nowNs)) {
            final Timer expected = model.pollFirst();
            assertThat(timers.dueTimeNs()).as("seed %d", seed).isEqualTo(expected.timeNs());
            assertThat(timers.keyBuffer().getStringWithoutLengthAscii(timers.keyOffset(), timers.keyLength()))
                    .as("seed %d", seed)
                    .isEqualTo(expected.key());
        }
        assertThat(model.isEmpty() || model.first().timeNs() > nowNs)
                .as("seed %d", seed)
                .isTrue();
    }

    private static TimerQueue restored(final TimerQueue timers, final StateMemory memory) {
        final UnsafeBuffer snapshot = Snapshots.of(timers::snapshot);
        final TimerQueue restored = new TimerQueue(memory, "restored");
        restored.schedule(1, snapshot, 0, 8);
        final StateReader reader = Snapshots.reader(snapshot);
        restored.restore(reader);
        assertThat(reader.remaining()).isZero();
        assertThat(Snapshots.of(restored::snapshot)).isEqualTo(snapshot);
        timers.close();
        return restored;
    }

    private int put(final String text) {
        return key.putStringWithoutLengthAscii(0, text);
    }
}
