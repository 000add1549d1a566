package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.millrace.log.record.RecordHandler;
import io.millrace.log.record.RecordKind;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counts what the message path allocates: nothing, over a million records and many segments. */
class LogAllocationTest {
    private static final int ROUNDS = 5;
    private static final int RECORDS = 1_000_000;
    private static final int BATCH = 1_000;
    private static final int SEGMENT_LENGTH = 16 * 1024 * 1024;

    @TempDir
    private Path directory;

    private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[64]);
    private final RecordClaim claim = new RecordClaim();
    private long sum;

    @Test
    void shouldAllocateNothingWhileAppendingAndReading() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (LogStore store = LogStore.launch(Records.context(directory));
                LogReader reader = createTopic(store).reader();
                ProducerAppender producer = store.topic("t").partition(0).producer(1)) {
            final LogAppender appender = store.topic("t").partition(0).appender();
            final RecordHandler handler = record -> sum += record.eventTimeNs() + record.valueLength();
            // The JVM itself allocates a few bytes when a path runs for the first time or is compiled anew. What the
            // log
            // allocated per record or per roll would show in every round.
            long allocated = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS && allocated > 0; round++) {
                final long before = threads.getCurrentThreadAllocatedBytes();
                run(appender, producer, reader, handler, round * RECORDS, (round + 1) * RECORDS);
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }

            assertThat(allocated).isZero();
            assertThat(sum).isPositive();
            assertThat(store.topic("t").partition(0).tailPosition()).isGreaterThan(3L * SEGMENT_LENGTH);
        }
    }

    private static LogPartition createTopic(final LogStore store) {
        return store.createTopic(TopicSpec.named("t").segmentLength(SEGMENT_LENGTH))
                .partition(0);
    }

    private void run(
            final LogAppender appender,
            final ProducerAppender producer,
            final LogReader reader,
            final RecordHandler handler,
            final int from,
            final int to) {
        int next = from;
        while (next < to) {
            for (int i = 0; i < BATCH; i++) {
                append(appender, producer, next++);
            }
            int count = 0;
            while (count < BATCH) {
                count += reader.poll(handler, BATCH);
            }
        }
    }

    private void append(final LogAppender appender, final ProducerAppender producer, final int number) {
        long result = 0;
        while (result <= 0) {
            if ((number & 1) == 0) {
                final long sequence = number >> 1;
                result = (number & 2) == 0
                        ? producer.append(sequence, RecordKind.DATA, number, bytes, 0, 4, bytes, 4, 40)
                        : producer.append(sequence, RecordKind.DATA, number, bytes, 0, 4, bytes, 4, 40, number);
            } else {
                result = appender.claim(claim, RecordKind.DATA, number, 4, 40);
                if (result > 0) {
                    claim.buffer().putLong(claim.valueOffset(), number);
                    claim.commit();
                }
            }
        }
    }
}
