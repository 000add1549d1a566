package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.RecordChecksum;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A reader that is handed over while it is closed: whoever comes second must not give its segment back again. */
class LogReaderStressTest {
    private static final int ROUNDS = 50_000;

    /** Two threads that spin for each other take a time slice per round where there is no core for both. */
    private static final long ENOUGH_NS = TimeUnit.SECONDS.toNanos(10);

    @TempDir
    private Path directory;

    @Test
    @Timeout(60)
    void shouldGiveItsSegmentBackOnceWhenAHandOverMeetsAClose() throws Exception {
        final ExecutorService executor = Executors.newSingleThreadExecutor();
        // No cut meanwhile: it holds a segment while it forces.
        try (LogStore store = LogStore.launch(Records.context(directory).cutIntervalNs(TimeUnit.HOURS.toNanos(1)))) {
            final LogPartition partition =
                    store.createTopic(TopicSpec.named("t")).partition(0);
            Records.append(partition.appender(), "a");
            Records.await("the conductor in the segment", () -> hasChecksum(partition));
            final String before = references(partition);
            final long startNs = System.nanoTime();
            for (int round = 0; round < ROUNDS && System.nanoTime() - startNs < ENOUGH_NS; round++) {
                final LogReader reader = partition.reader();
                assertThat(reader.poll(record -> {}, 10)).isOne();
                final AtomicInteger ready = new AtomicInteger();
                final CompletableFuture<Void> handOver = CompletableFuture.runAsync(
                        () -> {
                            meet(ready);
                            reader.poll(record -> {}, 10);
                            // The reader's next call: gives back what a close on another thread could not.
                            Records.await("closed", () -> reader.poll(record -> {}, 10) < 0);
                        },
                        executor);
                meet(ready);
                reader.close();
                handOver.get();
                assertThat(references(partition)).as("round %d", round).isEqualTo(before);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    private static boolean hasChecksum(final LogPartition partition) {
        final boolean[] isFilled = {false};
        try (LogReader reader = partition.reader()) {
            reader.poll(record -> isFilled[0] = record.crc() != RecordChecksum.UNFILLED, 1);
        }
        return isFilled[0];
    }

    private static void meet(final AtomicInteger ready) {
        ready.incrementAndGet();
        while (ready.get() < 2) {
            Thread.onSpinWait();
        }
    }

    private static String references(final LogPartition partition) {
        final String segment = partition.active().toString();
        return segment.substring(segment.indexOf("references="));
    }
}
