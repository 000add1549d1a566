package io.millrace.perf.compare.carrier;

import io.millrace.perf.compare.contender.MessageHandler;
import org.agrona.DirectBuffer;

/** The publishing and subscribing side of a carrier. One thread, except that of a waiting carrier another one may poll. */
public interface CarrierClient extends AutoCloseable {
    /**
     * Publishes a message.
     *
     * @param partition to publish to.
     * @param message   that holds the message from index 0 on; not used any more after the call.
     * @param length    of the message in bytes.
     * @return whether it was taken; if not, {@link #work()} and try again.
     */
    boolean publish(int partition, DirectBuffer message, int length);

    /** Takes acknowledgements and sends what waits. Never waits itself. */
    void work();

    /** Sends whatever was taken and waits for nobody; called when the last one was published. */
    void flush();

    /**
     * How many of the published messages have arrived: stored where they are kept, else taken by the sink.
     *
     * @return messages since the client was connected.
     */
    long acknowledgedCount();

    /**
     * Begins to read, the oldest message of the topic first.
     *
     * @param isFromBegin whether from the oldest message, or from what is published after this call.
     */
    void subscribe(boolean isFromBegin);

    /**
     * Takes messages that have come.
     *
     * @param handler that takes each one.
     * @param limit   of how many, roughly.
     * @return how many were taken.
     */
    int poll(MessageHandler handler, int limit);

    @Override
    void close();
}
