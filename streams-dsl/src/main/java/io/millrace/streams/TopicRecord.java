package io.millrace.streams;

import io.millrace.log.record.RecordFlyweight;
import io.millrace.operators.codec.Codec;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A record that a {@link TopicReader} hands out. One instance is moved from record to record: it is valid inside the call, and
 * so is a value that its codec lends. By one thread.
 *
 * @param <V> type of the value.
 */
public final class TopicRecord<V> {
    private static final int MAX_SHOWN = 64;
    // What stands for bytes that are no text.
    private static final char REPLACEMENT = '\uFFFD';

    private final int partition;
    private RecordFlyweight record;
    private V value;

    TopicRecord(final int partition) {
        this.partition = partition;
    }

    TopicRecord<V> wrap(final RecordFlyweight newRecord, final V newValue) {
        record = newRecord;
        value = newValue;
        return this;
    }

    /**
     * The value.
     *
     * @return what the reader's codec made of the record.
     */
    public V value() {
        return value;
    }

    /**
     * Tells whether the record has a key.
     *
     * @return true if it does.
     */
    public boolean hasKey() {
        return record.keyLength() > 0;
    }

    /**
     * The key, decoded at each call.
     *
     * @param keyCodec that reads it; used by this thread.
     * @param <K>      type of the key.
     * @return the key, null for a record without one.
     * @throws io.millrace.log.error.MillraceException MALFORMED_RECORD if the key was written in another way.
     */
    public <K> K key(final Codec<K> keyCodec) {
        return hasKey() ? keyCodec.decode(record.buffer(), record.keyOffset(), record.keyLength()) : null;
    }

    /**
     * When the event happened.
     *
     * @return ns since the epoch; for the result of a window, the last instant of the window.
     */
    public long eventTimeNs() {
        return record.eventTimeNs();
    }

    /**
     * When the record was appended.
     *
     * @return ns since the epoch.
     */
    public long logTimeNs() {
        return record.logTimeNs();
    }

    /**
     * The partition that holds the record.
     *
     * @return index in the topic, from 0.
     */
    public int partition() {
        return partition;
    }

    /**
     * Where the record is.
     *
     * @return bytes from the beginning of its partition, for {@link TopicReader#seek}.
     */
    public long position() {
        return record.position();
    }

    // As text where it is some, otherwise its bytes: which codec wrote it is not known here.
    private String keyText() {
        if (!hasKey()) {
            return "none";
        }
        final byte[] bytes = new byte[Math.min(record.keyLength(), MAX_SHOWN)];
        record.buffer().getBytes(record.keyOffset(), bytes);
        final String text = new String(bytes, StandardCharsets.UTF_8);
        final boolean isText = text.chars().noneMatch(each -> Character.isISOControl(each) || each == REPLACEMENT);
        return (isText ? text : "0x" + HexFormat.of().formatHex(bytes))
                + (record.keyLength() > MAX_SHOWN ? "... of " + record.keyLength() + " bytes" : "");
    }

    @Override
    public String toString() {
        return "TopicRecord{partition=" + partition + ", position=" + position() + ", key=" + keyText() + ", value="
                + value + '}';
    }
}
