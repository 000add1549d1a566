package io.millrace.operators.core;

import org.agrona.MutableDirectBuffer;

/**
 * Writes the key of a value as bytes, so that keying a stream of flyweights allocates nothing.
 *
 * @param <V> type of the values.
 */
@FunctionalInterface
public interface KeyWriter<V> {
    /**
     * Writes the key of a value at the beginning of a buffer.
     *
     * @param value whose key is asked for.
     * @param key   buffer to write into from index 0; it grows as needed.
     * @return the length of the key in bytes, 1 to 65,535.
     */
    int write(V value, MutableDirectBuffer key);
}
