package io.millrace.torture.job;

import io.millrace.log.LogStore;
import io.millrace.log.ProducerAppender;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;

/** Appends the input under the numbers that its records have for ever, so that what the log holds is not appended twice. */
final class Feed implements AutoCloseable {
    private static final String PRODUCER = "feed";
    private static final long RETRY_NS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long MS_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final LifeOptions options;
    private final Input input;
    // Those of a topic behind those of the topic before it.
    private final ProducerAppender[] partitions;
    private final long[] nextSequences;
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[Input.MAX_LENGTH]);
    private final UnsafeBuffer value = new UnsafeBuffer(new byte[Input.MAX_LENGTH]);

    private boolean wasFull;

    Feed(final LogStore store, final LifeOptions options) {
        this.options = options;
        input = Input.of(options.topology(), options.seed(), options.partitions());
        final List<String> topics = options.topology().inputs();
        partitions = new ProducerAppender[topics.size() * options.partitions()];
        nextSequences = new long[partitions.length];
        final int producerId = store.producerId(PRODUCER);
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] = store.topic(topics.get(i / options.partitions()))
                    .partition(i % options.partitions())
                    .producer(producerId);
        }
    }

    /** Appends all that this life may, and the end of the input behind the last record. */
    void run() {
        final long startNs = System.nanoTime();
        long appended = 0;
        for (long number = 0; number < options.limit(); number++) {
            input.moveTo(number);
            final int partition = input.topic() * options.partitions() + input.partition();
            final long sequence = nextSequences[partition]++;
            if (isHeld(partition, sequence)) {
                continue;
            }
            append(partition, sequence, input.kind(), input.eventTimeNs(), input.writeKey(key), valueLength());
            appended++;
            pace(startNs, appended);
        }
        if (options.limit() == options.inputs()) {
            for (int i = 0; i < partitions.length; i++) {
                if (!isHeld(i, nextSequences[i])) {
                    append(i, nextSequences[i], RecordKind.WATERMARK, Long.MAX_VALUE, 0, 0);
                }
            }
        }
    }

    private int valueLength() {
        return input.writeValue(value);
    }

    // A feed that knows nothing of its past sends everything, and the log leaves out what it holds.
    private boolean isHeld(final int partition, final long sequence) {
        return !options.fromStart() && sequence <= partitions[partition].lastSequence();
    }

    private void append(
            final int partition,
            final long sequence,
            final byte kind,
            final long eventTimeNs,
            final int keyLength,
            final int valueLength) {
        while (true) {
            final long outcome =
                    partitions[partition].append(sequence, kind, eventTimeNs, key, 0, keyLength, value, 0, valueLength);
            if (outcome >= 0 || outcome == Outcome.DUPLICATE) {
                return;
            }
            if (outcome == Outcome.STORAGE_FULL && !wasFull) {
                wasFull = true;
                Life.say(Life.FULL);
            } else if (outcome != Outcome.BACK_PRESSURED && outcome != Outcome.STORAGE_FULL) {
                throw new IllegalStateException("the feed cannot append: outcome=" + Outcome.name(outcome));
            }
            LockSupport.parkNanos(RETRY_NS);
        }
    }

    private void pace(final long startNs, final long appended) {
        if (options.recordsPerMs() == 0 || appended % options.recordsPerMs() != 0) {
            return;
        }
        final long dueNs = startNs + appended / options.recordsPerMs() * MS_NS;
        while (System.nanoTime() - dueNs < 0) {
            LockSupport.parkNanos(RETRY_NS);
        }
    }

    @Override
    public void close() {
        for (final ProducerAppender partition : partitions) {
            partition.close();
        }
    }
}
