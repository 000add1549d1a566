package io.millrace.node;

import io.aeron.Aeron;
import io.millrace.log.LogTopic;
import io.millrace.log.error.MillraceException;
import io.millrace.node.config.NodeSettings;
import io.millrace.transport.egress.LiveEventProxy;
import io.millrace.transport.protocol.LiveCommands;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.agrona.CloseHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live feeds of a node: one for each topic that enough remote subscribers want to share. The node's agent thread.
 *
 * <p>Only a subscription that is open may ask, so that whoever may not read a topic hears of no feed of it; and a feed is sent only to the
 * address to which the session's own events go.
 */
final class LiveFeeds implements LiveCommands, AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(LiveFeeds.class);
    private static final int MAX_PORT = 65_535;

    private final LiveSettings settings;
    private final Aeron aeron;
    private final NodeCounters counters;
    private final IntFunction<ClientSession> sessions;
    private final LiveEventProxy events = new LiveEventProxy();
    private final SecureRandom random = new SecureRandom();
    private final List<LiveFeed> feeds = new ArrayList<>();
    private long endedSentCount;
    private long fallbackCount;
    private long nowNs;

    LiveFeeds(
            final NodeSettings settings,
            final Aeron aeron,
            final NodeCounters counters,
            final IntFunction<ClientSession> sessions) {
        this.settings = LiveSettings.of(settings);
        this.aeron = aeron;
        this.counters = counters;
        this.sessions = sessions;
    }

    @Override
    public void onShareLive(final int clientId, final int handle) {
        final ClientSession session = sessions.apply(clientId);
        final SubscriptionSession subscription = session.subscription(handle);
        if (settings.isOn() && subscription != null && session.responseHost() != null && subscription.canShare()) {
            final LiveFeed feed = feedOf(subscription.topic());
            final LiveMember member = new LiveMember(feed, events);
            subscription.share(member);
            feed.add(member);
        }
    }

    @Override
    public void onListenLive(final int clientId, final int handle, final int feed, final int port) {
        final ClientSession session = sessions.apply(clientId);
        final LiveMember member = memberOf(session, handle);
        if (member != null && port == 0) {
            member.listenNoMore();
        } else if (member != null && port > 0 && port <= MAX_PORT) {
            member.listen(feed, session.responseHost() + ':' + port);
        }
    }

    @Override
    public void onFollowLive(final int clientId, final int handle, final int partition) {
        final ClientSession session = sessions.apply(clientId);
        if (memberOf(session, handle) != null) {
            session.subscription(handle).follow(partition);
        }
    }

    @Override
    public boolean onReplayFrom(final int clientId, final int handle, final int partition, final long position) {
        final ClientSession session = sessions.apply(clientId);
        if (memberOf(session, handle) != null) {
            if (!session.mayBegin(nowNs)) {
                return false;
            }
            try {
                session.subscription(handle).replayFrom(partition, position);
                fallbackCount++;
            } catch (final MillraceException ex) {
                session.refuse(ProtocolDescriptor.NO_CORRELATION, ex.code(), ex.getMessage(), nowNs);
            }
        }
        return true;
    }

    /** Lets all feeds send. */
    int doWork(final long now) {
        nowNs = now;
        int workCount = 0;
        long sentCount = endedSentCount;
        int openCount = 0;
        int destinationCount = 0;
        for (int i = feeds.size() - 1; i >= 0; i--) {
            final LiveFeed feed = feeds.get(i);
            workCount += work(feed);
            if (feed.isEnded()) {
                feeds.remove(i);
                endedSentCount += feed.sentCount();
            }
            sentCount += feed.sentCount();
            openCount += feed.isOpen() ? 1 : 0;
            destinationCount += feed.isOpen() ? feed.destinationCount() : 0;
        }
        counters.live(openCount, destinationCount, sentCount, fallbackCount);
        return workCount;
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(feeds);
        feeds.clear();
    }

    private int work(final LiveFeed feed) {
        try {
            return feed.doWork(nowNs);
        } catch (final RuntimeException ex) {
            // A topic that was deleted, a disk that fails: each subscriber hears of it when it is served on its own.
            LOGGER.debug("live feed ends: {}", feed, ex);
            feed.close();
            return 1;
        }
    }

    private LiveFeed feedOf(final LogTopic topic) {
        for (int i = 0, size = feeds.size(); i < size; i++) {
            if (feeds.get(i).topic().id() == topic.id() && !feeds.get(i).isEnded()) {
                return feeds.get(i);
            }
        }
        final LiveFeed feed = new LiveFeed(random, topic, settings, aeron);
        feeds.add(feed);
        return feed;
    }

    private static LiveMember memberOf(final ClientSession session, final int handle) {
        final SubscriptionSession subscription = session.subscription(handle);
        return subscription == null ? null : subscription.live();
    }
}
