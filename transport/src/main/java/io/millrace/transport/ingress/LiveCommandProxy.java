package io.millrace.transport.ingress;

import static io.millrace.transport.protocol.ProtocolDescriptor.HEADER_LENGTH;

import io.millrace.log.record.Outcome;
import io.millrace.transport.codec.FollowLiveEncoder;
import io.millrace.transport.codec.ListenLiveEncoder;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.codec.ReplayFromEncoder;
import io.millrace.transport.codec.ShareLiveEncoder;
import org.agrona.ExpandableArrayBuffer;

/** Turns a subscriber's calls about a live feed into commands. Every call answers as {@link IngressProxy} does. One thread. */
public final class LiveCommandProxy {
    private final ExpandableArrayBuffer scratch = new ExpandableArrayBuffer();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final ShareLiveEncoder share = new ShareLiveEncoder();
    private final ListenLiveEncoder listen = new ListenLiveEncoder();
    private final FollowLiveEncoder follow = new FollowLiveEncoder();
    private final ReplayFromEncoder replay = new ReplayFromEncoder();

    /** Creates a proxy, for any number of sessions one after the other. */
    public LiveCommandProxy() {}

    /**
     * Asks for a live feed.
     *
     * @param ingress      to the node
     * @param subscription handle from SubscriptionOpened
     * @return positive, or one of {@link Outcome}
     */
    public long share(final IngressProxy ingress, final int subscription) {
        share.wrapAndApplyHeader(scratch, 0, header).subscription(subscription);
        return ingress.send(scratch, HEADER_LENGTH + share.encodedLength());
    }

    /**
     * Tells where this client listens for a live feed.
     *
     * @param ingress      to the node
     * @param subscription handle from SubscriptionOpened
     * @param feed         from LiveOffered
     * @param port         of UDP; 0 to listen no more
     * @return positive, or one of {@link Outcome}
     */
    public long listen(final IngressProxy ingress, final int subscription, final int feed, final int port) {
        listen.wrapAndApplyHeader(scratch, 0, header)
                .subscription(subscription)
                .feed(feed)
                .port(port);
        return ingress.send(scratch, HEADER_LENGTH + listen.encodedLength());
    }

    /**
     * Takes a partition from the live feed from now on.
     *
     * @param ingress      to the node
     * @param subscription handle from SubscriptionOpened
     * @param partition    of the topic
     * @return positive, or one of {@link Outcome}
     */
    public long follow(final IngressProxy ingress, final int subscription, final int partition) {
        follow.wrapAndApplyHeader(scratch, 0, header).subscription(subscription).partition(partition);
        return ingress.send(scratch, HEADER_LENGTH + follow.encodedLength());
    }

    /**
     * Wants a partition to be delivered by the node again.
     *
     * @param ingress      to the node
     * @param subscription handle from SubscriptionOpened
     * @param partition    of the topic
     * @param position     where this client stands
     * @return positive, or one of {@link Outcome}
     */
    public long replay(final IngressProxy ingress, final int subscription, final int partition, final long position) {
        replay.wrapAndApplyHeader(scratch, 0, header)
                .subscription(subscription)
                .partition(partition)
                .position(position);
        return ingress.send(scratch, HEADER_LENGTH + replay.encodedLength());
    }
}
