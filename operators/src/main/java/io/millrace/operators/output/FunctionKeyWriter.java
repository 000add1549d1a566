package io.millrace.operators.output;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.KeyWriter;
import java.util.function.Function;
import org.agrona.MutableDirectBuffer;

/**
 * Writes the keys that a function makes, with their codec.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values.
 */
public final class FunctionKeyWriter<K, V> implements KeyWriter<V> {
    private final Codec<K> codec;
    private final Function<? super V, ? extends K> function;

    /**
     * Creates a writer.
     *
     * @param codec    of this task, that writes the keys.
     * @param function from a value to its key.
     */
    public FunctionKeyWriter(final Codec<K> codec, final Function<? super V, ? extends K> function) {
        this.codec = codec;
        this.function = function;
    }

    @Override
    public int write(final V value, final MutableDirectBuffer key) {
        final K made = function.apply(value);
        if (made == null) {
            throw new NullPointerException("the key function returned null; filter such values out before");
        }
        final int length = codec.encodedLength(made);
        codec.encode(made, key, 0);
        return length;
    }
}
