package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogContext;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.log.storage.Storage;
import io.millrace.operators.output.DeadLetter;
import io.millrace.operators.output.DeadLetterCodec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.agrona.concurrent.UnsafeBuffer;

/** A store with topics of texts, over which topologies are run to their end by the thread of the test. */
final class StoreFixture implements AutoCloseable {
    static final int SEGMENT_LENGTH = 1 << 16;

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final LogStore store;

    StoreFixture(final Path directory) {
        this(new LogContext().directory(directory).segmentLength(SEGMENT_LENGTH));
    }

    StoreFixture(final Path directory, final Storage storage) {
        this(new LogContext().directory(directory).segmentLength(SEGMENT_LENGTH).storage(storage));
    }

    private StoreFixture(final LogContext context) {
        store = LogStore.launch(context);
    }

    LogStore store() {
        return store;
    }

    StoreFixture givenTopic(final String topic, final int partitions) {
        store.createTopic(TopicSpec.named(topic).partitions(partitions));
        return this;
    }

    long append(final String topic, final int partition, final long eventTimeNs, final String key, final String value) {
        return append(topic, partition, RecordKind.DATA, eventTimeNs, key, value);
    }

    void watermark(final String topic, final int partition, final long watermarkNs) {
        append(topic, partition, RecordKind.WATERMARK, watermarkNs, "", "");
    }

    void end(final String topic) {
        for (int i = 0; i < store.topic(topic).partitionCount(); i++) {
            watermark(topic, i, Long.MAX_VALUE);
        }
    }

    private long append(
            final String topic,
            final int partition,
            final byte kind,
            final long eventTimeNs,
            final String key,
            final String value) {
        final UnsafeBuffer keyBytes = new UnsafeBuffer(key.getBytes(StandardCharsets.UTF_8));
        final UnsafeBuffer valueBytes = new UnsafeBuffer(value.getBytes(StandardCharsets.UTF_8));
        long position;
        do {
            position = store.topic(topic)
                    .partition(partition)
                    .appender()
                    .append(kind, eventTimeNs, keyBytes, 0, keyBytes.capacity(), valueBytes, 0, valueBytes.capacity());
        } while (position == Outcome.BACK_PRESSURED);
        assertThat(position).as("outcome of an append").isPositive();
        return position;
    }

    JobCounters run(final Topology topology) {
        return run(topology, new JobContext().onSkipped(record -> {}));
    }

    JobCounters run(final Topology topology, final JobContext context) {
        final long deadlineNs = System.nanoTime() + DEADLINE.toNanos();
        try (JobTasks tasks = JobTasks.open(store, topology, context)) {
            while (!tasks.isComplete()) {
                tasks.doWork();
                assertThat(System.nanoTime()).as("job ends in time").isLessThan(deadlineNs);
            }
            return tasks.counters();
        }
    }

    List<String> values(final String topic) {
        return records(topic, StoreFixture::value);
    }

    List<String> keysAndValues(final String topic) {
        return records(
                topic,
                record -> record.buffer().getStringWithoutLengthUtf8(record.keyOffset(), record.keyLength()) + "="
                        + value(record));
    }

    List<DeadLetter> letters(final String topic) {
        final DeadLetterCodec codec = new DeadLetterCodec();
        return records(topic, record -> codec.decode(record.buffer(), record.valueOffset(), record.valueLength()));
    }

    static String value(final RecordFlyweight record) {
        return record.buffer().getStringWithoutLengthUtf8(record.valueOffset(), record.valueLength());
    }

    static String text(final byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Data records, partition by partition. */
    <R> List<R> records(final String topic, final Function<RecordFlyweight, R> read) {
        final List<R> records = new ArrayList<>();
        final LogTopic logTopic = store.topic(topic);
        for (int i = 0; i < logTopic.partitionCount(); i++) {
            try (LogReader reader = logTopic.partition(i).reader()) {
                while (reader.poll(
                                record -> {
                                    if (record.kind() == RecordKind.DATA) {
                                        records.add(read.apply(record));
                                    }
                                },
                                1_000)
                        > 0) {
                    // Read on to the end.
                }
            }
        }
        return records;
    }

    @Override
    public void close() {
        store.close();
    }
}
