package io.millrace.transport.protocol;

import java.util.List;
import org.agrona.DirectBuffer;

/** What a client hears of queues: one call per event with a template id from 140 to 149, on the thread that polls. */
public interface QueueEvents {
    /**
     * Messages follow.
     *
     * @param correlationId of the command answered
     * @param member        id of the consumer
     * @param leaseNs       how long each message may be held, in ns
     */
    default void onQueueAttached(final long correlationId, final long member, final long leaseNs) {}

    /**
     * A message, or a piece of one, that the consumer holds from now on.
     *
     * @param message     which it is
     * @param frameLength of the whole frame in bytes
     * @param pieceOffset of these bytes in the frame
     * @param buffer      that holds them, inside the call only
     * @param offset      of the first
     * @param length      in bytes
     * @return whether it was taken; {@code false} makes it come again
     */
    default boolean onQueueMessage(
            final DeliveredMessage message,
            final int frameLength,
            final int pieceOffset,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        return true;
    }

    /**
     * What became of a settlement.
     *
     * @param correlationId of the command answered
     * @param member        id of the consumer
     * @param settlement    0 done, 1 not done, 2 still at it
     * @param entries       as they were sent
     */
    default void onMessagesSettled(
            final long correlationId, final long member, final int settlement, final List<SettleResult> entries) {}
}
