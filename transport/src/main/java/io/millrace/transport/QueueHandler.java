package io.millrace.transport;

import io.millrace.log.record.RecordFlyweight;
import io.millrace.transport.protocol.DeliveredMessage;

/** Takes the messages of a {@link QueueConsumer}. */
@FunctionalInterface
public interface QueueHandler {
    /**
     * Takes a message, which this consumer holds until it acks it, gives it back, or its lease passes.
     *
     * @param message which it is, for {@link QueueConsumer#ack} and its like; may be kept
     * @param record  valid inside the call only
     */
    void onMessage(DeliveredMessage message, RecordFlyweight record);
}
