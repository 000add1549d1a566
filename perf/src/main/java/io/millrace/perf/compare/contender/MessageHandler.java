package io.millrace.perf.compare.contender;

import org.agrona.DirectBuffer;

/** Is shown messages where they lie, in the order in which they were appended. */
@FunctionalInterface
public interface MessageHandler {
    /**
     * Takes one message, whose bytes are valid inside this call only.
     *
     * @param buffer that holds it.
     * @param offset of its first byte.
     * @param length in bytes.
     */
    void onMessage(DirectBuffer buffer, int offset, int length);
}
