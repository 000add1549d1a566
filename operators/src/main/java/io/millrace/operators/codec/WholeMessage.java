package io.millrace.operators.codec;

import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A buffer that holds one SBE message with its header, from index 0 to its capacity, and nothing else: whoever has a
 * flyweight over such a buffer has all of the message.
 */
interface WholeMessage extends DirectBuffer {
    /** One that moves over the log with the records. */
    final class View extends UnsafeBuffer implements WholeMessage {
        View() {
            super(0, 0);
        }

        /** The header, without a check for each number of it; the message is at least as long as one. */
        long header() {
            return UnsafeApi.getLong(byteArray(), addressOffset());
        }
    }
}
