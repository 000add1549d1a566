package io.millrace.streams;

import io.millrace.log.Durability;
import io.millrace.log.LogAppender;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The internal topic in which the range of a job is written down. The newest record counts, and each of them is all of it:
 * a crash leaves the one before or the new one. One thread.
 */
final class RangeTopic {
    private static final String SUFFIX = ".job.range";
    private static final int POLL_LIMIT = 16;

    // A record takes a quarter of it: room for three positions of each partition of a topic with the most partitions.
    private static final int SEGMENT_LENGTH = 1 << 20;

    private final LogStore store;
    private final String topic;
    private String newest;
    private boolean isDamaged;

    RangeTopic(final LogStore store, final String job) {
        this.store = store;
        this.topic = job + SUFFIX;
    }

    /** What was written last; null when nothing ever was. */
    JobRange read() {
        if (!store.hasTopic(topic)) {
            return null;
        }
        newest = null;
        isDamaged = false;
        try (LogReader reader = partition().reader()) {
            while (reader.poll(this::onRecord, POLL_LIMIT) > 0) {
                // On to the newest.
            }
        }
        if (isDamaged) {
            throw damaged("its checksum does not fit");
        }
        try {
            return newest == null ? null : JobRange.parse(newest);
        } catch (final IllegalArgumentException | IndexOutOfBoundsException e) {
            throw damaged(e.getMessage());
        }
    }

    private void onRecord(final RecordFlyweight record) {
        isDamaged = !record.isChecksumValid();
        newest = record.buffer().getStringWithoutLengthUtf8(record.valueOffset(), record.valueLength());
    }

    private MillraceException damaged(final String why) {
        return new MillraceException(
                ErrorCode.CORRUPT,
                "the last record of topic " + topic + ", which says what the job reads, cannot be used: " + why
                        + "; give the job another name");
    }

    /** Writes a range, and returns when it survives a loss of power. */
    void write(final JobRange range) {
        if (!store.hasTopic(topic)) {
            store.createTopic(TopicSpec.named(topic)
                    .segmentLength(SEGMENT_LENGTH)
                    .internal(true)
                    .durability(Durability.POWER));
        }
        final byte[] bytes = range.format().getBytes(StandardCharsets.UTF_8);
        final UnsafeBuffer value = new UnsafeBuffer(bytes);
        final LogAppender appender = partition().appender();
        final IdleStrategy idle = new BackoffIdleStrategy();
        long outcome = appender.append(RecordKind.DATA, 0, null, 0, 0, value, 0, bytes.length);
        while (outcome == Outcome.BACK_PRESSURED) {
            idle.idle();
            outcome = appender.append(RecordKind.DATA, 0, null, 0, 0, value, 0, bytes.length);
        }
        if (outcome < 0) {
            throw new MillraceException(
                    outcome == Outcome.STORAGE_FULL ? ErrorCode.STORAGE_FULL : ErrorCode.STORAGE_FAILED,
                    "cannot write down what a job reads: topic=" + topic + " outcome=" + Outcome.name(outcome));
        }
        store.forceNow();
    }

    private LogPartition partition() {
        return store.topic(topic).partition(0);
    }
}
