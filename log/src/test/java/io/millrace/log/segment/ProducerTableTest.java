package io.millrace.log.segment;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ProducerTableTest {
    @Test
    void shouldKnowNothingOfAProducerThatItHasNotSeen() {
        final ProducerTable table = new ProducerTable();
        table.onRecord(7, 0, 4096);

        assertThat(table.epoch(8)).isZero();
        assertThat(table.lastSequence(8)).isEqualTo(ProducerTable.NO_SEQUENCE);
        assertThat(table.lastPosition(8)).isZero();
        assertThat(table.size()).isOne();
    }

    @Test
    void shouldAnswerLikeAMapWhateverItIsTold() {
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        final ProducerTable table = new ProducerTable();
        final Map<Integer, List<Long>> model = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            final int id = random.nextBoolean() ? 1 + random.nextInt(300) : random.nextInt() | 1;
            final List<Long> known = model.getOrDefault(id, List.of(0L, -1L, 0L));
            final long position = 8L * i;
            if (random.nextInt(10) == 0) {
                final int epoch = random.nextInt(100);
                table.onEpoch(id, epoch, position);
                model.put(id, List.of((long) epoch, known.get(1), position));
            } else {
                final long sequence = random.nextLong(1L << 40);
                table.onRecord(id, sequence, position);
                model.put(id, List.of(known.get(0), sequence, position));
            }
            final int asked = random.nextBoolean() ? id : 1 + random.nextInt(300);
            assertThat(answer(table, asked))
                    .as("seed " + seed)
                    .isEqualTo(model.getOrDefault(asked, List.of(0L, -1L, 0L)));
        }
        final ProducerTable copy = new ProducerTable();
        copy.onRecord(-5, 1, 8);
        copy.set(table);

        assertThat(contents(table)).as("seed " + seed).isEqualTo(model);
        assertThat(contents(copy)).as("seed " + seed).isEqualTo(model);
        table.clear();
        assertThat(contents(table)).isEmpty();
        assertThat(table.lastSequence(1)).isEqualTo(ProducerTable.NO_SEQUENCE);
    }

    @Test
    void shouldAllocateNothingForProducersThatItKnows() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final ProducerTable table = new ProducerTable();
        pass(table);
        final long before = threads.getCurrentThreadAllocatedBytes();
        pass(table);
        final long after = threads.getCurrentThreadAllocatedBytes();
        final long overhead = threads.getCurrentThreadAllocatedBytes() - after;

        assertThat(after - before - overhead).isZero();
    }

    private static void pass(final ProducerTable table) {
        for (int i = 0; i < 1_000_000; i++) {
            table.onRecord(1 + (i >> 3) % 100, i, i * 8L);
        }
    }

    private static List<Long> answer(final ProducerTable table, final int id) {
        return List.of((long) table.epoch(id), table.lastSequence(id), table.lastPosition(id));
    }

    private static Map<Integer, List<Long>> contents(final ProducerTable table) {
        final Map<Integer, List<Long>> contents = new HashMap<>();
        table.forEach((id, epoch, sequence, position) -> contents.put(id, List.of((long) epoch, sequence, position)));
        assertThat(contents).hasSize(table.size());
        return contents;
    }
}
