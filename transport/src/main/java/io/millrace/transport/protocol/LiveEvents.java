package io.millrace.transport.protocol;

/**
 * What a subscriber hears of a live feed that it may share: one call per event with a template id from 112 to 114, on the thread that
 * polls. A client that has not asked for one hears nothing.
 */
public interface LiveEvents {
    /**
     * There is a live feed.
     *
     * @param subscription handle in this session
     * @param offer        where it is to be heard
     */
    default void onLiveOffered(final int subscription, final LiveOffer offer) {}

    /**
     * The live feed has gone this far.
     *
     * @param subscription handle in this session
     * @param partition    of the topic
     * @param position     end of the last record that it has sent
     */
    default void onLiveSent(final int subscription, final int partition, final long position) {}

    /**
     * The live feed is over.
     *
     * @param subscription handle in this session
     * @param feed         number of the feed
     */
    default void onLiveEnded(final int subscription, final int feed) {}
}
