package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.KeyHash;
import io.millrace.log.LogContext;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.ProducerAppender;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;

/** A log with a topic of texts, and jobs over it without threads. */
final class KeyedSteps implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    final LogStore store;
    private final List<ProducerAppender> partitions = new ArrayList<>();
    private final long[] sequences;

    KeyedSteps(final Path directory, final int partitionCount) {
        store = LogStore.launch(new LogContext().directory(directory).segmentLength(1 << 16));
        store.createTopic(TopicSpec.named("in").partitions(partitionCount));
        final int producerId = store.producerId("test");
        for (int i = 0; i < partitionCount; i++) {
            partitions.add(store.topic("in").partition(i).producer(producerId));
        }
        sequences = new long[partitionCount];
    }

    /** Appends a text under the word that it begins with. */
    void text(final String text, final long eventTimeNs) {
        final UnsafeBuffer value = new UnsafeBuffer(text.getBytes(StandardCharsets.UTF_8));
        final int keyLength = text.indexOf(' ');
        append(KeyHash.partition(value, 0, keyLength, partitions.size()), RecordKind.DATA, eventTimeNs, value);
    }

    void end() {
        for (int i = 0; i < partitions.size(); i++) {
            append(i, RecordKind.WATERMARK, Long.MAX_VALUE, new UnsafeBuffer(new byte[0]));
        }
    }

    private void append(final int partition, final byte kind, final long timeNs, final UnsafeBuffer value) {
        long position;
        do {
            position = partitions
                    .get(partition)
                    .append(sequences[partition], kind, timeNs, value, 0, 0, value, 0, value.capacity());
        } while (position == Outcome.BACK_PRESSURED);
        assertThat(position).as("outcome of an append").isPositive();
        sequences[partition]++;
    }

    JobCounters run(final Topology topology) {
        return run(topology, new JobContext());
    }

    JobCounters run(final Topology topology, final JobContext context) {
        try (JobTasks tasks = JobTasks.open(store, topology, context)) {
            workUntil(tasks, "the job is complete", tasks::isComplete);
            return tasks.counters();
        }
    }

    void workUntil(final JobTasks tasks, final String what, final BooleanSupplier condition) {
        final long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            tasks.doWork();
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
        }
    }

    /** The values of a topic, partition by partition. */
    List<String> values(final String topic) {
        return read(topic, false);
    }

    /** All that a run decides of a topic: everything but the log time, which is given at append. */
    List<String> bytes(final String topic) {
        return read(topic, true);
    }

    private List<String> read(final String topic, final boolean isBytes) {
        final List<String> lines = new ArrayList<>();
        for (int i = 0; i < store.topic(topic).partitionCount(); i++) {
            try (LogReader reader = store.topic(topic).partition(i).reader()) {
                while (reader.poll(
                                record -> {
                                    if (isBytes) {
                                        final byte[] payload = new byte[record.keyLength() + record.valueLength()];
                                        record.buffer().getBytes(record.keyOffset(), payload);
                                        lines.add(record.position() + " " + record.kind() + " "
                                                + record.eventTimeNs() + " " + record.sequence() + " "
                                                + record.keyLength() + " "
                                                + HexFormat.of().formatHex(payload));
                                    } else if (record.kind() == RecordKind.DATA) {
                                        lines.add(record.buffer()
                                                .getStringWithoutLengthUtf8(
                                                        record.valueOffset(), record.valueLength()));
                                    }
                                },
                                1_000)
                        > 0) {
                    // Read on to the end.
                }
            }
        }
        return lines;
    }

    @Override
    public void close() {
        partitions.forEach(ProducerAppender::close);
        store.close();
    }
}
