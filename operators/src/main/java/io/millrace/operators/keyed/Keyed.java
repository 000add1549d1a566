package io.millrace.operators.keyed;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.codec.Lendable;
import io.millrace.operators.codec.Loan;
import io.millrace.operators.core.RecordContext;
import org.agrona.DirectBuffer;

/**
 * A value under its key. One instance is moved from value to value: it is valid inside the call.
 *
 * @param <K> type of the key.
 * @param <V> type of the value.
 */
public sealed class Keyed<K, V> implements Lendable permits LentKeyed {
    private final Codec<K> keyCodec;
    private DirectBuffer keyBuffer;
    private int keyOffset;
    private int keyLength;
    private V value;

    /**
     * Creates a view that stands on no value.
     *
     * @param keyCodec of this task, that reads the key when it is asked for.
     */
    public Keyed(final Codec<K> keyCodec) {
        this.keyCodec = keyCodec;
    }

    Keyed(final Loan loan, final Keyed<K, V> shown) {
        this(shown.keyCodec);
        keyBuffer = loan.lend(shown.keyBuffer, "Keyed");
        keyOffset = shown.keyOffset;
        keyLength = shown.keyLength;
        value = shown.value;
    }

    void wrap(final RecordContext context, final V newValue) {
        keyBuffer = context.keyBuffer();
        keyOffset = context.keyOffset();
        keyLength = context.keyLength();
        value = newValue;
    }

    /**
     * The key, decoded at each call.
     *
     * @return the key.
     */
    public K key() {
        return keyCodec.decode(keyBuffer, keyOffset, keyLength);
    }

    /**
     * The key as a number, without an object made for it.
     *
     * @return a key of 8 or 4 bytes, read as an integer.
     * @throws IllegalStateException if the key has another length.
     */
    public long keyLong() {
        return KeyNumbers.read(keyBuffer, keyOffset, keyLength);
    }

    /**
     * Buffer that holds the key's bytes, for those who do not want it decoded.
     *
     * @return the buffer.
     */
    public DirectBuffer keyBuffer() {
        return keyBuffer;
    }

    /**
     * Where the key's bytes begin.
     *
     * @return index in {@link #keyBuffer()}.
     */
    public int keyOffset() {
        return keyOffset;
    }

    /**
     * How long the key is.
     *
     * @return bytes.
     */
    public int keyLength() {
        return keyLength;
    }

    /**
     * What stands under the key.
     *
     * @return the value; a flyweight is valid inside the call only.
     */
    public V value() {
        return value;
    }

    @Override
    public final Object lent(final Loan loan) {
        return new LentKeyed<>(loan, this);
    }

    @Override
    public String toString() {
        return key() + "=" + value;
    }
}
