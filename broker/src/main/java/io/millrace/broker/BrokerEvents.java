package io.millrace.broker;

/**
 * What follows from a command. Called within {@link BrokerStateMachine#apply}, in an order that depends on the commands alone; an
 * implementation must not apply another command meanwhile. During a replay the same calls come again.
 */
public interface BrokerEvents {
    /**
     * A partition is a member's from now on.
     *
     * @param member    that owns it.
     * @param topic     of the partition.
     * @param partition under its new epoch, at the position where the member begins.
     */
    default void onAssigned(final Member member, final String topic, final GroupPartition partition) {}

    /**
     * A member is to let go of a partition: to commit what it has done, and to release it before its time is over.
     *
     * @param member    that owns it still.
     * @param topic     of the partition.
     * @param partition that another member is to have.
     */
    default void onLetGo(final Member member, final String topic, final GroupPartition partition) {}

    /**
     * A member has lost a partition: it let go too late, or a person has set its position.
     *
     * @param member    that owned it.
     * @param topic     of the partition.
     * @param partition that it owns no more.
     */
    default void onLost(final Member member, final String topic, final GroupPartition partition) {}

    /**
     * A member said how far it is.
     *
     * @param memberId   of the member, which may be gone.
     * @param topicIndex of the group's topics.
     * @param partition  number in the topic.
     * @param epoch      under which it was said.
     * @param isAccepted false when the partition is not the member's under this epoch: nothing was changed.
     */
    default void onCommit(
            final long memberId,
            final int topicIndex,
            final int partition,
            final long epoch,
            final boolean isAccepted) {}

    /**
     * A member has let go of a partition, with or without having been asked.
     *
     * @param member    that owned it.
     * @param topic     of the partition.
     * @param partition that nobody owns now.
     */
    default void onReleased(final Member member, final String topic, final GroupPartition partition) {}

    /**
     * A member is gone, and holds nothing any more.
     *
     * @param member    that was there.
     * @param isExpired true when its lease has passed, false when it left.
     */
    default void onMemberGone(final Member member, final boolean isExpired) {}

    /**
     * A consumer holds a message from now on, and is to get it.
     *
     * @param consumer  that holds it.
     * @param queue     of the message.
     * @param partition of the queue's topic.
     * @param message   with the number of the delivery and its lease.
     */
    default void onDelivered(
            final Member consumer, final MessageQueue queue, final int partition, final QueueMessage message) {}

    /**
     * A consumer settled a message.
     *
     * @param consumerId of the consumer, which may be gone.
     * @param partition  of the queue's topic.
     * @param position   of the message.
     * @param delivery   that it was.
     * @param isAccepted false when the consumer does not hold the message under this number of delivery.
     */
    default void onSettled(
            final long consumerId,
            final int partition,
            final long position,
            final int delivery,
            final boolean isAccepted) {}

    /**
     * A message is to go to the dead-letter topic, under its {@link QueueMessage#letterNumber()}.
     *
     * @param queue     of the message.
     * @param partition of the queue's topic.
     * @param message   that was delivered as often as it may be.
     */
    default void onDead(final MessageQueue queue, final int partition, final QueueMessage message) {}
}
