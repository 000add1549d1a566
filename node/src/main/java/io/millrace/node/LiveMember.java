package io.millrace.node;

import io.aeron.Aeron;
import io.millrace.transport.egress.EgressProxy;
import io.millrace.transport.egress.LiveEventProxy;
import io.millrace.transport.protocol.LiveOffer;

/**
 * One subscription's part in the live feed of its topic: which partitions it takes from there, and what it is still to hear of the feed.
 * The node's agent thread.
 */
final class LiveMember implements AutoCloseable {
    private final LiveEventProxy events;
    private final boolean[] isFollowing;
    private final long[] toldPositions;
    private LiveFeed feed;
    private LiveOffer offer;
    private int endedFeed;
    private long toldRound;
    private int followedCount;
    private boolean isListening;
    private long destinationId = Aeron.NULL_VALUE;

    LiveMember(final LiveFeed feed, final LiveEventProxy events) {
        this.feed = feed;
        this.events = events;
        final int partitionCount = feed.topic().partitionCount();
        this.isFollowing = new boolean[partitionCount];
        this.toldPositions = new long[partitionCount];
    }

    /** Whether the subscriber takes a partition from the feed, so that it is not to be delivered. */
    boolean isFollowing(final int partition) {
        return isFollowing[partition];
    }

    /** There is a stream. */
    void offer(final LiveOffer newOffer) {
        offer = newOffer;
    }

    /** The subscriber listens at an endpoint, and no more at an earlier one. */
    void listen(final int feedNumber, final String endpoint) {
        if (feed != null && feed.number() == feedNumber && feed.isOpen()) {
            removeDestination();
            destinationId = feed.addDestination(endpoint);
            isListening = true;
        }
    }

    /** The subscriber listens no more, and may do so later. */
    void listenNoMore() {
        if (feed != null) {
            removeDestination();
            isListening = false;
        }
    }

    void follow(final int partition) {
        if (isListening && !isFollowing[partition]) {
            isFollowing[partition] = true;
            followedCount++;
        }
    }

    void unfollow(final int partition) {
        if (isFollowing[partition]) {
            isFollowing[partition] = false;
            followedCount--;
        }
    }

    /** Says what is to be said of the feed, as far as the client takes it. */
    int send(final EgressProxy egress, final int handle) {
        if (endedFeed != 0) {
            if (events.ended(egress, handle, endedFeed) <= 0) {
                return 0;
            }
            endedFeed = 0;
            return 1;
        }
        if (offer != null) {
            if (events.offered(egress, handle, offer) <= 0) {
                return 0;
            }
            offer = null;
            return 1;
        }
        return feed == null || followedCount == 0 || toldRound == feed.round() ? 0 : sendPositions(egress, handle);
    }

    void onFeedEnded() {
        // It was never offered to those who have not heard of it.
        endedFeed = offer == null && feed.isOffered() ? feed.number() : 0;
        offer = null;
        feed = null;
        isListening = false;
        destinationId = Aeron.NULL_VALUE;
    }

    @Override
    public void close() {
        if (feed != null) {
            removeDestination();
            final LiveFeed left = feed;
            feed = null;
            left.remove(this);
        }
    }

    private int sendPositions(final EgressProxy egress, final int handle) {
        int count = 0;
        for (int i = 0; i < isFollowing.length; i++) {
            final long position = feed.sentPosition(i);
            if (isFollowing[i] && position > toldPositions[i]) {
                if (events.sent(egress, handle, i, position) <= 0) {
                    return count;
                }
                toldPositions[i] = position;
                count++;
            }
        }
        toldRound = feed.round();
        return count;
    }

    private void removeDestination() {
        if (destinationId != Aeron.NULL_VALUE) {
            feed.removeDestination(destinationId);
            destinationId = Aeron.NULL_VALUE;
        }
    }
}
