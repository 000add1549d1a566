package io.millrace.transport.protocol;

/**
 * What a node does for subscribers that share one stream of what is appended: one call per command with a template id from 12 to 15, as
 * {@link CommandHandler} says. None of them has an answer of its own; one that cannot be carried out is dropped, since the client
 * goes on without.
 */
public interface LiveCommands {
    /**
     * A subscriber would take a live feed.
     *
     * @param clientId     of the ingress stream
     * @param subscription handle
     */
    default void onShareLive(final int clientId, final int subscription) {}

    /**
     * A subscriber listens for a live feed.
     *
     * @param clientId     of the ingress stream
     * @param subscription handle
     * @param feed         number of the feed
     * @param port         where it listens, at the address where it listens for events; 0 when it listens no more
     */
    default void onListenLive(final int clientId, final int subscription, final int feed, final int port) {}

    /**
     * A subscriber takes a partition from the live feed.
     *
     * @param clientId     of the ingress stream
     * @param subscription handle
     * @param partition    of the topic
     */
    default void onFollowLive(final int clientId, final int subscription, final int partition) {}

    /**
     * A subscriber takes a partition from the live feed no more.
     *
     * @param clientId     of the ingress stream
     * @param subscription handle
     * @param partition    of the topic
     * @param position     where it stands
     * @return whether the command is done with; when not, it comes again
     */
    default boolean onReplayFrom(final int clientId, final int subscription, final int partition, final long position) {
        return true;
    }
}
