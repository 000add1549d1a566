package io.millrace.streams;

import io.millrace.log.JdkAccess;
import io.millrace.log.LogAppender;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.RecordClaim;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.codec.Codec;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Appends values to a topic of a store in this process, for programs that feed a job of their own. A program on another
 * machine, and one that must not append a value twice when it starts again, uses a publisher.
 *
 * <p>The values have no key and go to the partitions in turn; a job that needs those of one key together says
 * {@code keyBy}. Used by one thread.
 *
 * @param <V> type of the values.
 */
public final class TopicAppender<V> {
    static {
        JdkAccess.open();
    }

    private static final long RETRY_NS = 10_000;

    private final String topic;
    private final Codec<V> codec;
    private final LogAppender[] partitions;
    private final RecordClaim claim = new RecordClaim();
    private int nextPartition;

    private TopicAppender(final LogTopic topic, final Codec<V> codec) {
        this.topic = topic.name();
        this.codec = codec;
        this.partitions = IntStream.range(0, topic.partitionCount())
                .mapToObj(i -> topic.partition(i).appender())
                .toArray(LogAppender[]::new);
    }

    /**
     * Opens a topic for appending.
     *
     * @param store to append to.
     * @param topic of the store; one with a single partition is made if there is none.
     * @param codec of the values.
     * @param <V>   type of the values.
     * @return the appender; it ends with the store.
     */
    public static <V> TopicAppender<V> open(final LogStore store, final String topic, final Codec<V> codec) {
        final LogTopic logTopic =
                store.hasTopic(topic) ? store.topic(topic) : store.createTopic(TopicSpec.named(topic));
        return new TopicAppender<>(logTopic, codec.forTask());
    }

    /**
     * Appends a value. Waits while the log has no space ready, which is when its disk does not keep up.
     *
     * @param eventTimeNs when the event happened, in ns since the epoch.
     * @param value       to append.
     * @throws MillraceException if the store is full, failed or closed, the value is longer than the topic takes, or the thread is
     *                           interrupted while it waits.
     */
    public void append(final long eventTimeNs, final V value) {
        final int length = codec.encodedLength(value);
        claim(nextPartition, RecordKind.DATA, eventTimeNs, length);
        try {
            codec.encode(value, claim.buffer(), claim.valueOffset());
        } catch (final RuntimeException e) {
            claim.abort();
            throw e;
        }
        claim.commit();
        nextPartition = nextPartition + 1 == partitions.length ? 0 : nextPartition + 1;
    }

    /**
     * Says that nothing earlier will come, so that windows up to there may close although nothing later has come yet.
     *
     * @param watermarkNs in ns since the epoch.
     * @throws MillraceException as {@link #append} does.
     */
    public void watermark(final long watermarkNs) {
        for (int i = 0; i < partitions.length; i++) {
            claim(i, RecordKind.WATERMARK, watermarkNs, 0);
            claim.commit();
        }
    }

    /**
     * Says that nothing more will come: jobs that read the topic close their windows and end.
     *
     * @throws MillraceException as {@link #append} does.
     */
    public void end() {
        watermark(Long.MAX_VALUE);
    }

    private void claim(final int partition, final byte kind, final long eventTimeNs, final int length) {
        while (true) {
            final long outcome = partitions[partition].claim(claim, kind, eventTimeNs, 0, length);
            if (outcome > 0) {
                return;
            }
            if (outcome != Outcome.BACK_PRESSURED) {
                throw new MillraceException(
                        outcome == Outcome.STORAGE_FULL ? ErrorCode.STORAGE_FULL : ErrorCode.STORAGE_FAILED,
                        "cannot append: topic=" + topic + " partition=" + partition + " length=" + length + " outcome="
                                + Outcome.name(outcome));
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new MillraceException(
                        ErrorCode.STORAGE_FAILED, "interrupted while waiting for space: topic=" + topic);
            }
            LockSupport.parkNanos(RETRY_NS);
        }
    }

    @Override
    public String toString() {
        return "TopicAppender{topic=" + topic + ", codec=" + codec.describe() + '}';
    }
}
