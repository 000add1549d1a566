package io.millrace.operators.codec;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Turns the value bytes of a record into a {@code V} and back.
 *
 * <p>A codec given to a topology is a description: it is shared by all tasks and never encodes or decodes itself. Each
 * task asks {@link #forTask()} for the instance that it uses, from its own thread only, so an instance may keep a
 * flyweight and hand out the same one for every record.
 *
 * @param <V> type of the values.
 */
public interface Codec<V> {
    /**
     * Gives an instance for one task.
     *
     * @return an instance that one thread may use; a codec without state returns itself.
     */
    Codec<V> forTask();

    /**
     * Reads a value.
     *
     * @param buffer that holds the value.
     * @param offset at which the value begins in the buffer, in bytes.
     * @param length of the value in bytes.
     * @return the value; it may be a flyweight over the buffer, valid until the next call and inside the caller's call only.
     * @throws io.millrace.log.error.MillraceException with code MALFORMED_RECORD if the bytes are not a {@code V}.
     */
    V decode(DirectBuffer buffer, int offset, int length);

    /**
     * Says how much room a value needs.
     *
     * @param value to measure.
     * @return the length in bytes that {@link #encode} will write.
     */
    int encodedLength(V value);

    /**
     * Writes a value.
     *
     * @param value  to write.
     * @param buffer to write into.
     * @param offset at which to begin in the buffer, in bytes; {@link #encodedLength} bytes from there are free.
     */
    void encode(V value, MutableDirectBuffer buffer, int offset);

    /**
     * Names the format for plans and messages.
     *
     * @return a short name, such as {@code string} or {@code sbe Trade}.
     */
    String describe();

    /**
     * Tells whether decoded values are views that are valid inside the call only.
     *
     * @return true for flyweights.
     */
    default boolean isBorrowed() {
        return false;
    }
}
