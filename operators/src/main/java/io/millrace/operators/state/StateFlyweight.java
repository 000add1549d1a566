package io.millrace.operators.state;

import org.agrona.MutableDirectBuffer;

/**
 * State of a fixed size that lives in a table's memory: an instance is a view that is wrapped over one entry after the
 * other, so a million keys need one object.
 *
 * <p>A view that a user is given may write until the task goes on to the next record. A new entry's bytes are all zero; the first update finds them so.
 */
public interface StateFlyweight {
    /**
     * Size of one entry.
     *
     * @return bytes, the same for every instance of the class.
     */
    int encodedLength();

    /**
     * Moves the view to an entry.
     *
     * @param buffer that holds the entry.
     * @param offset at which it begins, a multiple of 8.
     */
    void wrap(MutableDirectBuffer buffer, int offset);
}
