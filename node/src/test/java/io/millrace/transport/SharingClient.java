package io.millrace.transport;

import io.aeron.ControlledFragmentAssembler;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.millrace.log.Durability;
import io.millrace.transport.egress.EgressAdapter;
import io.millrace.transport.protocol.DeliveredFrames;
import io.millrace.transport.protocol.LiveEvents;
import io.millrace.transport.protocol.LiveOffer;

/** A subscriber's own part in sharing a live feed, without a session and a clock: for tests that are the network. One thread. */
public final class SharingClient {
    private final DeliveryEvents events = new DeliveryEvents("shared");
    private final LiveHandover handover = new LiveHandover(events);
    private final SubscriptionHandler handler;
    private final Node node;
    private final ControlledFragmentHandler own = new ControlledFragmentAssembler(new EgressAdapter(events));
    private final ControlledFragmentHandler live = new ControlledFragmentAssembler(new EgressAdapter(new Feed()));
    private LiveOffer offer;

    /** A client that stands at positions. */
    public SharingClient(
            final int subscription, final long[] positions, final SubscriptionHandler handler, final Node node) {
        this.handler = handler;
        this.node = node;
        events.onSubscriptionOpened(1, subscription, Durability.PROCESS, positions);
        handover.reset();
        events.live(new LiveEvents() {
            @Override
            public void onLiveOffered(final int handle, final LiveOffer newOffer) {
                handover.feed(newOffer.feed());
                offer = newOffer;
            }

            @Override
            public void onLiveSent(final int handle, final int partition, final long position) {
                handover.onSent(partition, position);
            }
        });
    }

    /** What the node has offered, or null. */
    public LiveOffer offer() {
        return offer;
    }

    /** Takes what the node delivers for it alone. */
    public ControlledFragmentHandler own() {
        return own;
    }

    /** Takes what the feed brings. */
    public ControlledFragmentHandler live() {
        return live;
    }

    /** Begins a poll. */
    public void begin(final int limit) {
        events.begin(handler);
        handover.begin(limit);
        handover.drain();
    }

    /** Ends a poll, and tells the node what it is to know. */
    public void end(final long nowNs) {
        handover.isStalled(nowNs);
        handover.tell(new LiveHandover.Commands() {
            @Override
            public long follow(final int partition) {
                return node.follow(partition);
            }

            @Override
            public long replay(final int partition, final long position) {
                return node.replay(partition, position);
            }
        });
        events.end();
        if (events.failure() != null) {
            throw events.failure();
        }
    }

    /** The feed is not heard any more. */
    public void loseAll() {
        handover.loseAll();
    }

    /** How many partitions come from the feed. */
    public int followedCount() {
        return handover.followedCount();
    }

    /** How often the node was asked to deliver again. */
    public long replayCount() {
        return handover.replayCount();
    }

    /** How often it heard that a position is gone. */
    public long goneCount() {
        return events.goneCount();
    }

    /** Where it stands. */
    public long position(final int partition) {
        return events.nextPositions()[partition];
    }

    /** What the node is told. */
    public interface Node {
        /** Deliver no more of a partition: positive when it is on its way. */
        long follow(int partition);

        /** Deliver again: positive when it is on its way. */
        long replay(int partition, long position);
    }

    private final class Feed extends SessionEvents {
        @Override
        public boolean onDeliver(final DeliveredFrames frames) {
            return handover.onLive(frames);
        }

        @Override
        public void onCorruptEvent() {
            handover.ignore();
        }
    }
}
