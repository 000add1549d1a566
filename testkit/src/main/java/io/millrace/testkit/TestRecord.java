package io.millrace.testkit;

import io.millrace.operators.codec.Codec;
import java.time.Instant;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A record that was read from a topic. It is a copy and stays as it is.
 *
 * @param topic     it was read from.
 * @param partition of the topic.
 * @param position  in the partition, in bytes.
 * @param eventTime when the event happened.
 * @param logTime   when the record was appended.
 * @param keyBytes  of the record, empty for a record without a key.
 * @param value     decoded; null for a delete, see {@link #isDelete()}.
 * @param <V>       type of the value.
 */
public record TestRecord<V>(
        String topic, int partition, long position, Instant eventTime, Instant logTime, byte[] keyBytes, V value) {
    static <V> TestRecord<V> of(final String topic, final int partition, final RawRecord record, final Codec<V> codec) {
        return new TestRecord<>(
                topic,
                partition,
                record.position(),
                VirtualClock.instant(record.eventTimeNs()),
                VirtualClock.instant(record.logTimeNs()),
                record.key(),
                record.isDelete() ? null : codec.decodeFresh(new UnsafeBuffer(record.value())));
    }

    /**
     * Tells a tombstone from a value.
     *
     * @return true when the record deletes its key, and has no value.
     */
    public boolean isDelete() {
        return value == null;
    }

    /**
     * Decodes the key.
     *
     * @param codec of the key.
     * @param <K>   type of the key.
     * @return the key, null for a record without one.
     */
    public <K> K key(final Codec<K> codec) {
        return keyBytes.length == 0 ? null : codec.decodeFresh(new UnsafeBuffer(keyBytes));
    }

    @Override
    public String toString() {
        return topic + "/" + partition + "@" + position + " " + eventTime + " " + (isDelete() ? "deleted" : value);
    }
}
