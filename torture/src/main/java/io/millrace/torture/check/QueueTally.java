package io.millrace.torture.check;

/**
 * How much the consumers of a queue have done.
 *
 * @param delivered messages that were handed to a consumer, each delivery counted.
 * @param acked     messages of which a consumer knows that its ack was taken.
 * @param unheard   messages that were acked, and of which no consumer has heard what came of it.
 * @param dead      messages in the dead-letter topic.
 * @param refused   times that acks were not taken, or not known to be.
 * @param audited   deliveries whose leases were computed anew from the commands of {@code __broker}.
 */
public record QueueTally(long delivered, long acked, long unheard, long dead, long refused, long audited) {
    /** Nothing. */
    public static final QueueTally NONE = new QueueTally(0, 0, 0, 0, 0, 0);
}
