package io.millrace.perf.compare.carrier;

import io.millrace.perf.compare.contender.MessageHandler;
import java.io.IOException;

/** A way for messages from a process that publishes through one that serves. */
public interface Carrier {
    /** Topic, or stream, with one partition. */
    int ONE_PARTITION = 1;

    /** The most partitions of a topic that there is; those with fewer lie beside it. */
    int MAX_PARTITIONS = 4;

    /**
     * Starts the serving side in this process. A carrier that keeps what it takes gets one topic of each number of partitions, 1 and
     * {@link #MAX_PARTITIONS}, kept until the process has gone but not across a loss of power. One that keeps nothing sends each
     * message back, or hands it to the sink and tells the publisher how many have come.
     *
     * @param options how.
     * @param sink    for messages that nobody keeps; null where they go back to the client.
     * @return the serving side, to be closed.
     * @throws IOException when its files cannot be written.
     */
    CarrierServer serve(CarrierOptions options, MessageHandler sink) throws IOException;

    /**
     * Connects the publishing and subscribing side.
     *
     * @param address    that the serving side gave.
     * @param partitions of the topic.
     * @param options    the same.
     * @return the client, to be closed.
     */
    CarrierClient connect(String address, int partitions, CarrierOptions options);

    /**
     * Tells whether messages can be read after they were published.
     *
     * @return false for one that only hands them on.
     */
    boolean keepsMessages();

    /**
     * Tells whether a client's poll waits for messages inside, so that it needs a thread of its own and the publisher leaves the
     * processor alone while it is not its turn.
     *
     * @return true for a waiting one; false for one that is polled by the thread that publishes.
     */
    boolean isWaiting();
}
