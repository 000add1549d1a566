package io.millrace.operators.aggregate;

import io.millrace.operators.state.StateCopy;
import org.agrona.DirectBuffer;

/** Copies the state of a key for those who look at it from outside of a record. */
@FunctionalInterface
public interface CopyMaker {
    /**
     * Copies a state.
     *
     * @param buffer that holds the state.
     * @param offset at which it begins.
     * @return a copy that holds for ever.
     */
    StateCopy copy(DirectBuffer buffer, int offset);
}
