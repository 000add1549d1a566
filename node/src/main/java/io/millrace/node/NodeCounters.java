package io.millrace.node;

import io.millrace.node.counters.CounterType;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** What a node has done since it started. Written by its agent alone; any thread may read. */
public final class NodeCounters {
    private final AtomicLong recordsAppended = new AtomicLong();
    private final AtomicLong duplicatesDropped = new AtomicLong();
    private final AtomicLong recordsRefused = new AtomicLong();
    private final AtomicLong messagesIgnored = new AtomicLong();
    private final AtomicLong sessionsOpened = new AtomicLong();
    private final AtomicLong sessionsActive = new AtomicLong();
    private final AtomicLong liveFeeds = new AtomicLong();
    private final AtomicLong liveDestinations = new AtomicLong();
    private final AtomicLong liveRecordsSent = new AtomicLong();
    private final AtomicLong liveFallbacks = new AtomicLong();

    NodeCounters() {}

    /**
     * Records taken off the wire and appended to the log.
     *
     * @return records
     */
    public long recordsAppended() {
        return recordsAppended.get();
    }

    /**
     * Records that the log held already, from an earlier run of their producer.
     *
     * @return records
     */
    public long duplicatesDropped() {
        return duplicatesDropped.get();
    }

    /**
     * Records that were not appended: wrong checksum, unknown partition, hole in the sequence, too long.
     *
     * @return records
     */
    public long recordsRefused() {
        return recordsRefused.get();
    }

    /**
     * Messages that were no commands of this protocol, or came from nobody with a session.
     *
     * @return messages
     */
    public long messagesIgnored() {
        return messagesIgnored.get();
    }

    /**
     * Sessions that were opened.
     *
     * @return sessions
     */
    public long sessionsOpened() {
        return sessionsOpened.get();
    }

    /**
     * Sessions that are open now, or about to end.
     *
     * @return sessions
     */
    public long sessionsActive() {
        return sessionsActive.get();
    }

    /**
     * Topics whose subscribers share one stream of what is appended.
     *
     * @return feeds
     */
    public long liveFeeds() {
        return liveFeeds.get();
    }

    /**
     * Subscribers to which live feeds are sent.
     *
     * @return subscribers
     */
    public long liveDestinations() {
        return liveDestinations.get();
    }

    /**
     * Records sent by live feeds: each once, however many subscribers it reaches.
     *
     * @return records
     */
    public long liveRecordsSent() {
        return liveRecordsSent.get();
    }

    /**
     * How often a subscriber had lost a live feed and wanted a partition delivered for itself again.
     *
     * @return times
     */
    public long liveFallbacks() {
        return liveFallbacks.get();
    }

    /** Takes one counter with its name. */
    @FunctionalInterface
    interface Visitor {
        void onCounter(CounterType type, String label, LongSupplier value);
    }

    /** Names all counters, in the order in which they are shown. A counter that is added above is added here, too. */
    void forEach(final Visitor visitor) {
        visitor.onCounter(CounterType.LEVEL, "sessions active", this::sessionsActive);
        visitor.onCounter(CounterType.TOTAL, "sessions opened", this::sessionsOpened);
        visitor.onCounter(CounterType.TOTAL, "records appended", this::recordsAppended);
        visitor.onCounter(CounterType.TOTAL, "duplicates dropped", this::duplicatesDropped);
        visitor.onCounter(CounterType.TOTAL, "records refused", this::recordsRefused);
        visitor.onCounter(CounterType.TOTAL, "messages ignored", this::messagesIgnored);
        visitor.onCounter(CounterType.LEVEL, "live feeds", this::liveFeeds);
        visitor.onCounter(CounterType.LEVEL, "live destinations", this::liveDestinations);
        visitor.onCounter(CounterType.TOTAL, "live records sent", this::liveRecordsSent);
        visitor.onCounter(CounterType.TOTAL, "live fallbacks", this::liveFallbacks);
    }

    @Override
    public String toString() {
        return "NodeCounters{recordsAppended=" + recordsAppended + ", duplicatesDropped=" + duplicatesDropped
                + ", recordsRefused=" + recordsRefused + ", messagesIgnored=" + messagesIgnored + ", sessionsOpened="
                + sessionsOpened + ", sessionsActive=" + sessionsActive + '}';
    }

    void onAppended() {
        increment(recordsAppended);
    }

    void onDuplicate() {
        increment(duplicatesDropped);
    }

    void onRefused() {
        increment(recordsRefused);
    }

    void onSessionOpened() {
        increment(sessionsOpened);
    }

    void messagesIgnored(final long count) {
        messagesIgnored.lazySet(count);
    }

    void sessionsActive(final long count) {
        sessionsActive.lazySet(count);
    }

    void live(final long feeds, final long destinations, final long recordsSent, final long fallbacks) {
        liveFeeds.lazySet(feeds);
        liveDestinations.lazySet(destinations);
        liveRecordsSent.lazySet(recordsSent);
        liveFallbacks.lazySet(fallbacks);
    }

    // One writer: an ordered store does, no locked instruction per record.
    private static void increment(final AtomicLong counter) {
        counter.lazySet(counter.getPlain() + 1);
    }
}
