package io.millrace.perf.compare.child;

import io.millrace.log.LogContext;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordKind;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;

/** Many partitions with one record each: how long a new process takes to open them, and how much heap they hold. */
final class FootprintMeasure {
    private static final int SEGMENT_LENGTH = 64 * 1024;
    private static final int MAX_PER_TOPIC = 1000;
    private static final int LENGTH = 128;

    private final ChildContext context;
    private final Result result;
    private final Path directory;

    FootprintMeasure(final ChildContext context, final Result result) {
        this.context = context;
        this.result = result;
        this.directory = context.directory().resolve("store");
    }

    /** Makes the partitions. */
    void create() {
        final int total = context.scale().partitions;
        final int perTopic = Math.min(total, MAX_PER_TOPIC);
        final Messages messages = new Messages(LENGTH, 0);
        try (LogStore store = LogStore.launch(new LogContext().directory(directory))) {
            final long startNs = System.nanoTime();
            for (int t = 0; t < total / perTopic; t++) {
                final LogTopic topic = store.createTopic(
                        TopicSpec.named("t" + t).partitions(perTopic).segmentLength(SEGMENT_LENGTH));
                for (int p = 0; p < perTopic; p++) {
                    final UnsafeBuffer message = messages.at(p);
                    topic.partition(p).appender().append(RecordKind.DATA, 0, null, 0, 0, message, 0, LENGTH);
                }
            }
            result.put("footprint.create", System.nanoTime() - startNs);
        }
    }

    /** Opens them, and reads the record of each. */
    void open() {
        final long before = usedHeap();
        final long startNs = System.nanoTime();
        try (LogStore store = LogStore.launch(new LogContext().directory(directory))) {
            result.put("footprint.open", System.nanoTime() - startNs);
            final int partitions =
                    store.topics().stream().mapToInt(LogTopic::partitionCount).sum();
            if (partitions != context.scale().partitions) {
                throw new VerificationException("partitions are missing: " + partitions);
            }
            result.put("footprint.heap", (double) (usedHeap() - before) / partitions);
            verify(store);
        }
    }

    private void verify(final LogStore store) {
        long found = 0;
        for (final LogTopic topic : store.topics()) {
            for (int p = 0; p < topic.partitionCount(); p++) {
                final int partition = p;
                try (var reader = topic.partition(p).reader()) {
                    found += reader.poll(
                            record -> {
                                final long first = record.buffer().getLong(record.valueOffset());
                                if (first != partition) {
                                    throw new VerificationException("a partition holds another's record: " + first);
                                }
                            },
                            2);
                }
            }
        }
        if (found != context.scale().partitions) {
            throw new VerificationException("records are missing: " + found + " of " + context.scale().partitions);
        }
        result.addVerified(found);
    }

    private static long usedHeap() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            used = Math.min(
                    used,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return used;
    }
}
