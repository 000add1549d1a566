package io.millrace.operators.window;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.codec.Lendable;
import io.millrace.operators.codec.Loan;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * The result of one key in one window. One instance is moved from result to result: it is valid inside the call.
 *
 * @param <K> type of the key.
 * @param <R> type of the result.
 */
public sealed class Windowed<K, R> implements Lendable permits LentWindowed {
    private final Codec<K> keyCodec;
    private DirectBuffer keyBuffer;
    private int keyOffset;
    private int keyLength;
    private long startNs;
    private long endNs;
    private boolean isFinal;
    private R value;

    /**
     * Creates a view that stands on no result.
     *
     * @param keyCodec of this task, that reads the key when it is asked for.
     */
    public Windowed(final Codec<K> keyCodec) {
        this.keyCodec = keyCodec;
    }

    Windowed(final Loan loan, final Windowed<K, R> shown) {
        this(shown.keyCodec);
        window(shown.startNs, shown.endNs, shown.isFinal);
        entry(loan.lend(shown.keyBuffer, "Windowed"), shown.keyOffset, shown.keyLength, lentValue(loan, shown.value));
    }

    @SuppressWarnings("unchecked") // What is lent in the place of a view has its type.
    private static <T> T lentValue(final Loan loan, final T value) {
        return value instanceof Lendable view ? (T) view.lent(loan) : value;
    }

    /**
     * Moves to a window. Called by the operator.
     *
     * @param newStartNs the first event time that belongs to it, in ns since the epoch.
     * @param newEndNs   the first event time that no longer belongs to it, in ns since the epoch.
     * @param newFinal   whether no other result of it will follow for the same key.
     */
    public void window(final long newStartNs, final long newEndNs, final boolean newFinal) {
        startNs = newStartNs;
        endNs = newEndNs;
        isFinal = newFinal;
    }

    /**
     * Moves to a key and its result. Called by the operator.
     *
     * @param buffer   that holds the key.
     * @param offset   at which it begins.
     * @param length   of the key in bytes.
     * @param newValue the result.
     */
    public void entry(final DirectBuffer buffer, final int offset, final int length, final R newValue) {
        keyBuffer = buffer;
        keyOffset = offset;
        keyLength = length;
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
     * The key of a stream that is keyed by 64-bit integers, without an object for it.
     *
     * @return the key.
     * @throws IllegalStateException if the key is not 8 bytes long.
     */
    public long keyLong() {
        if (keyLength != Long.BYTES) {
            throw new IllegalStateException("a key of " + keyLength + " bytes is no 64-bit integer; use key()");
        }
        return keyBuffer.getLong(keyOffset, ByteOrder.LITTLE_ENDIAN);
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
     * When the window begins.
     *
     * @return the first event time that belongs to it, in ns since the epoch.
     */
    public long startNs() {
        return startNs;
    }

    /**
     * When the window ends.
     *
     * @return the first event time that no longer belongs to it, in ns since the epoch.
     */
    public long endNs() {
        return endNs;
    }

    /**
     * Tells whether this is the last result of the key in the window.
     *
     * @return false for a result that was handed on while the window was still open.
     */
    public boolean isFinal() {
        return isFinal;
    }

    /**
     * What the window's records were aggregated to.
     *
     * @return the result; a flyweight is valid inside the call only.
     */
    public R value() {
        return value;
    }

    @Override
    public final Object lent(final Loan loan) {
        return new LentWindowed<>(loan, this);
    }

    @Override
    public String toString() {
        return key() + "[" + startNs + "," + endNs + ")=" + value;
    }
}
