package io.millrace.transport;

/** Hears which partitions come and go, within {@link GroupSubscriber#poll}. */
public interface GroupListener {
    /**
     * Records of a partition follow.
     *
     * @param topic     name
     * @param partition of the topic
     * @param position  of the first record that is to come
     */
    default void onAssigned(final String topic, final int partition, final long position) {}

    /**
     * No records of a partition follow, and it is let go when this call returns; {@link GroupSubscriber#commitSync()} still counts here.
     *
     * @param topic     name
     * @param partition of the topic
     */
    default void onRevoked(final String topic, final int partition) {}

    /**
     * A partition is no longer this member's, and what was not committed is processed again by another one.
     *
     * @param topic     name
     * @param partition of the topic
     */
    default void onLost(final String topic, final int partition) {}
}
