package io.millrace.operators.codec;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Turns the value bytes of a record into a {@code V} and back.
 *
 * <p>A codec given to a topology is a description: it is shared by all tasks and never encodes or decodes itself. Each
 * task asks {@link #forTask()} for the instance that it uses, from its own thread only, so an instance may keep a
 * flyweight and hand out the same one for every record.
 *
 * <p>Values are of two kinds. Most codecs make an object that is the caller's to keep. The values of a codec that
 * {@linkplain #isBorrowed() lends} them are views on the record's bytes: they hold inside the caller's call only, and who
 * wants to keep one takes a {@link #copy}.
 *
 * @param <V> type of the values.
 */
public interface Codec<V> {
    /** What {@link #fixedLength()} gives where the length depends on the value. */
    int VARIABLE_LENGTH = -1;

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
     * Says whether all values have the same length, so that a step can set room for them aside in advance.
     *
     * @return that length in bytes, at least 0; {@link #VARIABLE_LENGTH} where it depends on the value.
     */
    default int fixedLength() {
        return VARIABLE_LENGTH;
    }

    /**
     * Says whether {@link #decode} lends views on the record's bytes instead of making objects to keep.
     *
     * @return true if a value must not be used after the call that it was given to.
     */
    default boolean isBorrowed() {
        return false;
    }

    /**
     * Reads a value that no later call moves. Where values are views, this one reads through the given buffer itself for
     * as long as it is used, and not through an address taken from it.
     *
     * @param record that holds the value and nothing else, from index 0 to its capacity.
     * @return the value; it holds for as long as the buffer does.
     * @throws io.millrace.log.error.MillraceException with code MALFORMED_RECORD if the bytes are not a {@code V}.
     */
    default V decodeFresh(final DirectBuffer record) {
        return forTask().decode(record, 0, record.capacity());
    }

    /**
     * Makes a value one that may be kept: a view gets bytes of its own, anything else is given back as it is. The copy
     * of a view costs its bytes and a new view.
     *
     * @param value that holds now, not null.
     * @return a value equal to it that holds for ever.
     */
    default V copy(final V value) {
        if (!isBorrowed()) {
            return value;
        }
        final UnsafeBuffer own = new UnsafeBuffer(new byte[encodedLength(value)]);
        encode(value, own, 0);
        return decodeFresh(own);
    }
}
