package io.millrace.perf.compare.contender;

import org.agrona.DirectBuffer;

/** Appends messages. One thread. */
public interface MessageAppender extends AutoCloseable {
    /**
     * Appends a message; tries again for as long as there is no room for it.
     *
     * @param message its bytes, from offset 0.
     * @param length  in bytes.
     */
    void append(DirectBuffer message, int length);

    /** Waits until a loss of power cannot take what was appended. */
    default void awaitDurable() {
        throw new UnsupportedOperationException("does not force: " + this);
    }

    /** Waits until what was appended is where a reader that comes later finds it. Most have nothing to wait for. */
    default void awaitStored() {}

    /**
     * Announces messages that are to become visible together. Does nothing where there is no such thing.
     *
     * @param count  of messages.
     * @param length of each in bytes.
     */
    default void beginBatch(final int count, final int length) {}

    /** Ends what {@link #beginBatch} began. */
    default void endBatch() {}

    @Override
    default void close() {}
}
