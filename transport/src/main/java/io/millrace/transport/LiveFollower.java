package io.millrace.transport;

import io.aeron.Aeron;
import io.aeron.ChannelUri;
import io.aeron.CommonContext;
import io.aeron.ControlledFragmentAssembler;
import io.aeron.Subscription;
import io.aeron.exceptions.AeronException;
import io.millrace.transport.egress.EgressAdapter;
import io.millrace.transport.ingress.LiveCommandProxy;
import io.millrace.transport.protocol.ChannelRules;
import io.millrace.transport.protocol.DeliveredFrames;
import io.millrace.transport.protocol.LiveEvents;
import io.millrace.transport.protocol.LiveOffer;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscriber's way to the live feed of its topic: asks for one, listens at a port of its own, and lets {@link LiveHandover} decide what
 * is taken. Nothing waits for it: whatever goes wrong, the node delivers. One thread.
 *
 * <p>Who was too slow has lost the place in the feed's stream, and only a new socket gets another one soon. Each attempt costs memory, so
 * the pause between two of them grows.
 */
final class LiveFollower implements LiveEvents, LiveHandover.Commands, AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(LiveFollower.class);
    private static final long MIN_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long MAX_PAUSE_NS = TimeUnit.MINUTES.toNanos(2);

    /** Records may come the other way for so long before a feed that is not heard counts as lost. */
    private static final long DEAF_NS = TimeUnit.SECONDS.toNanos(2);

    private static final long NO_REGISTRATION = Aeron.NULL_VALUE;

    private final String host;
    private final DeliveryEvents events;
    private final LiveHandover handover;
    private final LiveCommandProxy commands = new LiveCommandProxy();
    private final ControlledFragmentAssembler assembler =
            new ControlledFragmentAssembler(new EgressAdapter(new Feed()));
    private Link link;
    private Aeron aeron;
    private LiveOffer offer;
    private Subscription subscription;
    private long registrationId = NO_REGISTRATION;
    private boolean isAsked;
    private boolean isToldWhere;
    private boolean isDestination;
    private int port;
    private long nextListenNs;
    private long listeningSinceNs;
    private long pauseNs = MIN_PAUSE_NS;
    private long heardCount;
    private long recordsWhenHeard;
    private long heardNs;

    /** Listens at the host of an endpoint. */
    LiveFollower(final String responseEndpoint, final DeliveryEvents events) {
        this.host = ChannelRules.host(responseEndpoint);
        this.events = events;
        this.handover = new LiveHandover(events);
        events.live(this);
    }

    /** Whether this client's way to its node is one that a live feed can take, too. */
    static boolean canListen(final ConnectionSettings settings) {
        return !settings.channel().startsWith("aeron:ipc")
                && !ChannelRules.host(settings.responseEndpoint()).isEmpty();
    }

    LiveHandover handover() {
        return handover;
    }

    /** A subscription is open. */
    void onOpened() {
        handover.reset();
        isAsked = false;
    }

    /** The session is lost, and with it what was offered in it. */
    void onLost() {
        stopListening();
        handover.reset();
        offer = null;
        isDestination = false;
        pauseNs = MIN_PAUSE_NS;
    }

    /** Takes what the feed has brought; the handler of the poll has been set. */
    void poll(final Link readyLink, final int limit) {
        link = readyLink;
        isAsked = isAsked || commands.share(link.ingress(), events.subscription()) > 0;
        if (offer != null) {
            poll(limit);
        }
        handover.tell(this);
    }

    @Override
    public void onLiveOffered(final int subscriptionHandle, final LiveOffer newOffer) {
        stopListening();
        handover.feed(newOffer.feed());
        isDestination = false;
        offer = newOffer;
        nextListenNs = System.nanoTime();
    }

    @Override
    public void onLiveSent(final int subscriptionHandle, final int partition, final long position) {
        handover.onSent(partition, position);
    }

    @Override
    public void onLiveEnded(final int subscriptionHandle, final int feed) {
        if (offer != null && offer.feed() == feed) {
            stopListening();
            offer = null;
        }
    }

    @Override
    public long follow(final int partition) {
        return commands.follow(link.ingress(), events.subscription(), partition);
    }

    @Override
    public long replay(final int partition, final long position) {
        return commands.replay(link.ingress(), events.subscription(), partition, position);
    }

    @Override
    public void close() {
        stopListening();
    }

    private void poll(final int limit) {
        final long nowNs = System.nanoTime();
        handover.begin(limit);
        handover.drain();
        if (subscription != null) {
            listen(nowNs, limit);
        } else if (isDestination) {
            // Nothing is to be sent to a port at which nobody listens.
            isDestination = commands.listen(link.ingress(), events.subscription(), offer.feed(), 0) <= 0;
        } else if (nowNs - nextListenNs >= 0) {
            startListening(nowNs);
        }
        if (handover.isStalled(nowNs)) {
            stopListening();
        }
    }

    private void startListening(final long nowNs) {
        try {
            if (registrationId == NO_REGISTRATION) {
                aeron = link.aeron();
                registrationId = aeron.asyncAddSubscription(channel(), offer.streamId());
            }
            subscription = aeron.getSubscription(registrationId);
            isToldWhere = false;
            listeningSinceNs = nowNs;
            heardNs = nowNs;
            recordsWhenHeard = events.totalRecordCount();
        } catch (final AeronException ex) {
            LOGGER.debug("cannot listen for the live feed: {}", offer, ex);
            registrationId = NO_REGISTRATION;
            pause(nowNs);
        }
    }

    private String channel() {
        final ChannelUri uri = ChannelUri.parse("aeron:udp");
        uri.put(CommonContext.ENDPOINT_PARAM_NAME, host + ":0");
        uri.put(CommonContext.SESSION_ID_PARAM_NAME, Integer.toString(offer.aeronSessionId()));
        return uri.toString();
    }

    private void listen(final long nowNs, final int limit) {
        if (!isToldWhere && !tellWhere()) {
            return;
        }
        if (!events.isStopped()) {
            subscription.controlledPoll(assembler, limit);
        }
        if (handover.liveMessageCount() != heardCount) {
            heardCount = handover.liveMessageCount();
            recordsWhenHeard = events.totalRecordCount();
            heardNs = nowNs;
        } else if (handover.followedCount() > 0 && subscription.hasNoImages()) {
            handover.loseAll();
        } else if (nowNs - heardNs > DEAF_NS) {
            if (events.totalRecordCount() > recordsWhenHeard) {
                stopListening();
            }
            heardNs = nowNs;
        }
    }

    private boolean tellWhere() {
        if (port == 0) {
            final String resolved = subscription.tryResolveChannelEndpointPort();
            if (resolved == null) {
                return false;
            }
            final String endpoint = ChannelUri.parse(resolved).get(CommonContext.ENDPOINT_PARAM_NAME);
            port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
        }
        isToldWhere = commands.listen(link.ingress(), events.subscription(), offer.feed(), port) > 0;
        isDestination |= isToldWhere;
        return isToldWhere;
    }

    private void stopListening() {
        handover.loseAll();
        if (registrationId != NO_REGISTRATION) {
            final long id = registrationId;
            registrationId = NO_REGISTRATION;
            if (!aeron.isClosed()) {
                CloseHelper.quietClose(subscription == null ? () -> aeron.asyncRemoveSubscription(id) : subscription);
            }
            subscription = null;
            port = 0;
            final long nowNs = System.nanoTime();
            pauseNs = nowNs - listeningSinceNs > MAX_PAUSE_NS ? MIN_PAUSE_NS : pauseNs;
            pause(nowNs);
        }
    }

    private void pause(final long nowNs) {
        nextListenNs = nowNs + pauseNs;
        pauseNs = Math.min(MAX_PAUSE_NS, pauseNs * 2);
    }

    /** What arrives at the port of the feed: anybody can send to it, so that only messages of the feed count. */
    private final class Feed extends SessionEvents {
        @Override
        public boolean onDeliver(final DeliveredFrames frames) {
            return handover.onLive(frames);
        }

        @Override
        public void onCorruptEvent() {
            // What is missing now shows by the next message.
            handover.ignore();
        }
    }
}
