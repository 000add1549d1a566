package io.millrace.testkit;

import io.millrace.log.KeyHash;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.codec.Codec;
import java.time.Instant;
import java.util.Objects;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Where a test puts values into a source topic. Each value is appended at the time of the virtual clock, and the job runs
 * until nothing is left to do, so what it makes of the value can be read when the call returns.
 *
 * <p>Values without a key go to the partitions in turn. Used by the test's thread.
 *
 * @param <V> type of the values.
 */
public final class TestInput<V> {
    private static final byte[] NOTHING = {};

    private final TopologyTestDriver driver;
    private final String topic;
    private final Codec<V> codec;
    private final int partitionCount;
    private int nextPartition;

    TestInput(final TopologyTestDriver driver, final String topic, final Codec<V> codec, final int partitionCount) {
        this.driver = driver;
        this.topic = topic;
        this.codec = codec.forTask();
        this.partitionCount = partitionCount;
    }

    /**
     * Puts in a value that happens now, by the virtual clock.
     *
     * @param value to append.
     * @return this.
     * @throws io.millrace.log.error.MillraceException if the job stops at it.
     */
    public TestInput<V> pipe(final V value) {
        return pipe(driver.now(), value);
    }

    /**
     * Puts in a value.
     *
     * @param eventTime when it happened.
     * @param value     to append.
     * @return this.
     * @throws io.millrace.log.error.MillraceException if the job stops at it, as it does when the event time lies further ahead
     *                                                 of the virtual clock than the source allows.
     */
    public TestInput<V> pipe(final Instant eventTime, final V value) {
        final int partition = nextPartition;
        nextPartition = partition + 1 == partitionCount ? 0 : partition + 1;
        return pipeTo(partition, eventTime, value);
    }

    /**
     * Puts a value into a partition.
     *
     * @param partition number, from 0.
     * @param eventTime when it happened.
     * @param value     to append.
     * @return this.
     * @throws io.millrace.log.error.MillraceException if the job stops at it.
     */
    public TestInput<V> pipeTo(final int partition, final Instant eventTime, final V value) {
        return data(partition, VirtualClock.ns(eventTime), NOTHING, bytes(codec, value));
    }

    /**
     * Puts in a value under a key, in the partition that the key belongs to.
     *
     * @param keyCodec  of the key.
     * @param key       of the record.
     * @param eventTime when it happened.
     * @param value     to append.
     * @param <K>       type of the key.
     * @return this.
     * @throws io.millrace.log.error.MillraceException if the job stops at it.
     */
    public <K> TestInput<V> pipe(final Codec<K> keyCodec, final K key, final Instant eventTime, final V value) {
        final byte[] keyBytes = bytes(keyCodec.forTask(), key);
        return data(partition(keyBytes), VirtualClock.ns(eventTime), keyBytes, bytes(codec, value));
    }

    private int partition(final byte[] keyBytes) {
        return KeyHash.partition(new UnsafeBuffer(keyBytes), 0, keyBytes.length, partitionCount);
    }

    /**
     * Deletes a key, by a tombstone in the partition that the key belongs to.
     *
     * @param keyCodec  of the key.
     * @param key       to delete.
     * @param eventTime when it was deleted.
     * @param <K>       type of the key.
     * @return this.
     * @throws io.millrace.log.error.MillraceException if the job stops at it.
     */
    public <K> TestInput<V> delete(final Codec<K> keyCodec, final K key, final Instant eventTime) {
        final byte[] keyBytes = bytes(keyCodec.forTask(), key);
        driver.append(topic, partition(keyBytes), RecordKind.TOMBSTONE, VirtualClock.ns(eventTime), keyBytes, NOTHING);
        driver.ready();
        return this;
    }

    /**
     * Puts bytes into a partition, such as some that are no value.
     *
     * @param partition number, from 0.
     * @param eventTime when it happened.
     * @param value     bytes of the record.
     * @return this.
     * @throws io.millrace.log.error.MillraceException if the job stops at it.
     */
    public TestInput<V> pipeBytes(final int partition, final Instant eventTime, final byte... value) {
        return data(partition, VirtualClock.ns(eventTime), NOTHING, value.clone());
    }

    /**
     * Says in all partitions that nothing earlier will come.
     *
     * @param watermark event time up to which the topic is complete.
     * @return this.
     */
    public TestInput<V> watermark(final Instant watermark) {
        return watermark(VirtualClock.ns(watermark));
    }

    /**
     * Says in one partition that nothing earlier will come.
     *
     * @param partition number, from 0.
     * @param watermark event time up to which the partition is complete.
     * @return this.
     */
    public TestInput<V> watermarkTo(final int partition, final Instant watermark) {
        driver.append(topic, partition, RecordKind.WATERMARK, VirtualClock.ns(watermark), NOTHING, NOTHING);
        driver.ready();
        return this;
    }

    /** Says in all partitions that the input has ended; what is put in after that is refused. */
    public void end() {
        watermark(Long.MAX_VALUE);
    }

    private TestInput<V> watermark(final long watermarkNs) {
        for (int partition = 0; partition < partitionCount; partition++) {
            driver.append(topic, partition, RecordKind.WATERMARK, watermarkNs, NOTHING, NOTHING);
        }
        driver.ready();
        return this;
    }

    private TestInput<V> data(final int partition, final long eventTimeNs, final byte[] key, final byte[] value) {
        driver.append(topic, partition, RecordKind.DATA, eventTimeNs, key, value);
        driver.ready();
        return this;
    }

    private static <T> byte[] bytes(final Codec<T> codec, final T value) {
        Objects.requireNonNull(value, "a value and a key are never null");
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[codec.encodedLength(value)]);
        codec.encode(value, buffer, 0);
        return buffer.byteArray();
    }

    @Override
    public String toString() {
        return "TestInput{topic=" + topic + ", partitions=" + partitionCount + '}';
    }
}
