package io.millrace.torture.check;

/**
 * How the queue of a run is set.
 *
 * @param name          of the queue; its dead letters are in the topic of this name with {@code .dead} behind it.
 * @param maxDeliveries of a message.
 * @param leaseNs       of a delivery.
 */
public record QueueRules(String name, int maxDeliveries, long leaseNs) {
    String deadLetterTopic() {
        return name + ".dead";
    }
}
