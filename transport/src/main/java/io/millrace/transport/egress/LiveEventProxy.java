package io.millrace.transport.egress;

import static io.millrace.transport.protocol.ProtocolDescriptor.HEADER_LENGTH;

import io.millrace.log.record.Outcome;
import io.millrace.transport.codec.LiveEndedEncoder;
import io.millrace.transport.codec.LiveOfferedEncoder;
import io.millrace.transport.codec.LiveSentEncoder;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.protocol.LiveOffer;
import org.agrona.ExpandableArrayBuffer;

/** Turns what a node says of its live feeds into events. Every call answers as {@link EgressProxy} does. One thread. */
public final class LiveEventProxy {
    private final ExpandableArrayBuffer scratch = new ExpandableArrayBuffer();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final LiveOfferedEncoder offered = new LiveOfferedEncoder();
    private final LiveSentEncoder sent = new LiveSentEncoder();
    private final LiveEndedEncoder ended = new LiveEndedEncoder();

    /** Creates a proxy, for any number of clients. */
    public LiveEventProxy() {}

    /**
     * Tells a subscriber of a live feed.
     *
     * @param egress       to the client
     * @param subscription handle in the session
     * @param offer        where the feed is to be heard
     * @return positive, or one of {@link Outcome}
     */
    public long offered(final EgressProxy egress, final int subscription, final LiveOffer offer) {
        offered.wrapAndApplyHeader(scratch, 0, header)
                .subscription(subscription)
                .feed(offer.feed())
                .aeronSessionId(offer.aeronSessionId())
                .streamId(offer.streamId());
        return egress.send(scratch, HEADER_LENGTH + offered.encodedLength());
    }

    /**
     * Tells a subscriber how far the live feed has gone.
     *
     * @param egress       to the client
     * @param subscription handle in the session
     * @param partition    of the topic
     * @param position     end of the last record that the feed has sent
     * @return positive, or one of {@link Outcome}
     */
    public long sent(final EgressProxy egress, final int subscription, final int partition, final long position) {
        sent.wrapAndApplyHeader(scratch, 0, header)
                .subscription(subscription)
                .position(position)
                .partition(partition);
        return egress.send(scratch, HEADER_LENGTH + sent.encodedLength());
    }

    /**
     * Tells a subscriber that the live feed is over.
     *
     * @param egress       to the client
     * @param subscription handle in the session
     * @param feed         number of the feed
     * @return positive, or one of {@link Outcome}
     */
    public long ended(final EgressProxy egress, final int subscription, final int feed) {
        ended.wrapAndApplyHeader(scratch, 0, header).subscription(subscription).feed(feed);
        return egress.send(scratch, HEADER_LENGTH + ended.encodedLength());
    }
}
