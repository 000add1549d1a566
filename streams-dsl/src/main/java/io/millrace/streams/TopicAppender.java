package io.millrace.streams;

import io.millrace.log.JdkAccess;
import io.millrace.log.KeyHash;
import io.millrace.log.LogAppender;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.RecordClaim;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.codec.Codec;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Appends values to a topic of a store in this process, for programs that feed a job of their own. A program on another
 * machine, and one that must not append a value twice when it starts again, uses a publisher.
 *
 * <p>Values without a key go to the partitions in turn; a job that needs those of one key together says {@code keyBy}. Used
 * by one thread.
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
    private final MutableDirectBuffer keyBytes = new ExpandableArrayBuffer();
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
        append(nextPartition, eventTimeNs, 0, value);
        nextPartition = nextPartition + 1 == partitions.length ? 0 : nextPartition + 1;
    }

    /**
     * Appends a value under a key, to the partition that the hash of the key names: a job may read the topic with
     * {@link SourceStream#keyed} and needs no exchange. Waits as {@link #append(long, Object)} does.
     *
     * @param eventTimeNs when the event happened, in ns since the epoch.
     * @param keyCodec    that writes the key; used by this thread.
     * @param key         of the value, 1 to 65,535 bytes long.
     * @param value       to append.
     * @param <K>         type of the key.
     * @throws IllegalArgumentException if the key is empty or too long.
     * @throws MillraceException        as {@link #append(long, Object)} does.
     */
    public <K> void append(final long eventTimeNs, final Codec<K> keyCodec, final K key, final V value) {
        final int keyLength = encode(keyCodec, key);
        append(KeyHash.partition(keyBytes, 0, keyLength, partitions.length), eventTimeNs, keyLength, value);
    }

    /**
     * Deletes a key, by a tombstone in the partition that the hash of the key names: what a job reads as a table has no value for
     * it any more. Waits as {@link #append(long, Object)} does.
     *
     * @param eventTimeNs when it was deleted, in ns since the epoch.
     * @param keyCodec    that writes the key; used by this thread.
     * @param key         to delete, 1 to 65,535 bytes long.
     * @param <K>         type of the key.
     * @throws IllegalArgumentException if the key is empty or too long.
     * @throws MillraceException        as {@link #append(long, Object)} does.
     */
    public <K> void delete(final long eventTimeNs, final Codec<K> keyCodec, final K key) {
        final int keyLength = encode(keyCodec, key);
        final int partition = KeyHash.partition(keyBytes, 0, keyLength, partitions.length);
        claim(partition, RecordKind.TOMBSTONE, eventTimeNs, keyLength, 0);
        claim.buffer().putBytes(claim.keyOffset(), keyBytes, 0, keyLength);
        claim.commit();
    }

    private <K> int encode(final Codec<K> keyCodec, final K key) {
        final int keyLength = keyCodec.encodedLength(key);
        if (keyLength < 1 || keyLength > RecordDescriptor.MAX_KEY_LENGTH) {
            throw new IllegalArgumentException("a key is 1 to " + RecordDescriptor.MAX_KEY_LENGTH
                    + " bytes long, this one has " + keyLength + ": topic=" + topic);
        }
        keyCodec.encode(key, keyBytes, 0);
        return keyLength;
    }

    private void append(final int partition, final long eventTimeNs, final int keyLength, final V value) {
        Objects.requireNonNull(value, "a value is never null");
        claim(partition, RecordKind.DATA, eventTimeNs, keyLength, codec.encodedLength(value));
        try {
            claim.buffer().putBytes(claim.keyOffset(), keyBytes, 0, keyLength);
            codec.encode(value, claim.buffer(), claim.valueOffset());
        } catch (final RuntimeException e) {
            claim.abort();
            throw e;
        }
        claim.commit();
    }

    /**
     * Says that nothing earlier will come, so that windows up to there may close although nothing later has come yet.
     *
     * @param watermarkNs in ns since the epoch.
     * @throws MillraceException as {@link #append} does.
     */
    public void watermark(final long watermarkNs) {
        for (int i = 0; i < partitions.length; i++) {
            claim(i, RecordKind.WATERMARK, watermarkNs, 0, 0);
            claim.commit();
        }
    }

    /**
     * Says that nothing more will come: jobs that read the topic close their windows and end. What is appended later is in the
     * log, and read by readers, but no job takes it or counts it.
     *
     * @throws MillraceException as {@link #append} does.
     */
    public void end() {
        watermark(Long.MAX_VALUE);
    }

    private void claim(
            final int partition, final byte kind, final long eventTimeNs, final int keyLength, final int length) {
        while (true) {
            final long outcome = partitions[partition].claim(claim, kind, eventTimeNs, keyLength, length);
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
