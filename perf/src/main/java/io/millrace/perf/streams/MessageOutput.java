package io.millrace.perf.streams;

import org.agrona.DirectBuffer;

/** A place for what is made of trades. */
interface MessageOutput extends AutoCloseable {
    /** Appends a message that lies at the beginning of a buffer. */
    void append(long instrumentId, long eventTimeNs, DirectBuffer message, int length);

    @Override
    void close();
}
