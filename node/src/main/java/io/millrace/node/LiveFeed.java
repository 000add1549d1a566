package io.millrace.node;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.millrace.log.Durability;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogTopic;
import io.millrace.log.error.PositionGoneException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordHandler;
import io.millrace.transport.egress.EgressProxy;
import io.millrace.transport.protocol.LiveOffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;

/**
 * One stream of what is appended to a topic, for all subscribers that share it: each record is read, encoded and checked once, and
 * Aeron's sender gives it to every destination. The node's agent thread.
 *
 * <p>The stream goes at the pace of its fastest receiver and waits for no other; while even that one has no room, the readers wait, and
 * the log keeps the rest. Nobody is promised anything by the feed: a subscriber takes from it what goes on from where it stands, and has
 * the rest delivered for itself. So the feed may begin anywhere, and begins at the end of the log whenever somebody listens again.
 */
final class LiveFeed implements RecordHandler, AutoCloseable {
    private static final int RECORD_LIMIT = 64;

    /** Time between two words to the subscribers about how far the feed has gone. */
    private static final long ROUND_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final int number;
    private final int streamId;
    private final LogTopic topic;
    private final boolean isPower;
    private final LiveSettings settings;
    private final Aeron aeron;
    private final List<LiveMember> members = new ArrayList<>();
    private final HeldRecord held = new HeldRecord();
    private final LogReader[] readers;
    private final long[] positions;
    private final long[] sentPositions;
    private long registrationId = Aeron.NULL_VALUE;
    private ExclusivePublication publication;
    private EgressProxy egress;
    private int partition;
    private int destinationCount;
    private long sentCount;
    private long roundDeadlineNs;
    private long round;
    private boolean isAtWork;
    private boolean isEnded;

    LiveFeed(final Random random, final LogTopic topic, final LiveSettings settings, final Aeron aeron) {
        // So that nobody who does not hear the feed knows what its messages look like.
        this.number = random.nextInt(1, Integer.MAX_VALUE);
        this.streamId = random.nextInt(1, Integer.MAX_VALUE);
        this.topic = topic;
        this.settings = settings;
        this.aeron = aeron;
        this.isPower = topic.spec().durability() == Durability.POWER;
        this.readers = new LogReader[topic.partitionCount()];
        this.positions = new long[readers.length];
        this.sentPositions = new long[readers.length];
    }

    int number() {
        return number;
    }

    LogTopic topic() {
        return topic;
    }

    /** Whether the feed is over: its last member has left, or it has failed. */
    boolean isEnded() {
        return isEnded;
    }

    /** Whether it has had a stream that members have heard of. */
    boolean isOffered() {
        return egress != null;
    }

    /** Whether enough subscribers want it, so that it has a stream. */
    boolean isOpen() {
        return egress != null && !isEnded;
    }

    int destinationCount() {
        return destinationCount;
    }

    /** Records sent so far, each once, however many listen. */
    long sentCount() {
        return sentCount;
    }

    /** Grows whenever it is time to tell members how far the feed has gone. */
    long round() {
        return round;
    }

    /**
     * How far a partition has gone: the end of the last record that was sent, or left out. While nobody hears the feed, all that there is
     * counts as left out, so that who still follows asks for it; 0 when nothing was sent or left out.
     */
    long sentPosition(final int ofPartition) {
        return isAtWork ? sentPositions[ofPartition] : endPosition(ofPartition);
    }

    void add(final LiveMember member) {
        members.add(member);
        if (isOpen()) {
            member.offer(offer());
        } else if (registrationId == Aeron.NULL_VALUE && members.size() >= settings.minSubscribers()) {
            registrationId = aeron.asyncAddExclusivePublication(settings.publicationChannel(), streamId);
        }
    }

    void remove(final LiveMember member) {
        members.remove(member);
        if (members.isEmpty()) {
            close();
        }
    }

    /** Sends to one more endpoint: the id to remove it by, or {@link Aeron#NULL_VALUE} when there are enough. */
    long addDestination(final String endpoint) {
        if (!isOpen() || destinationCount >= settings.maxDestinations()) {
            return Aeron.NULL_VALUE;
        }
        final long destinationId = publication.asyncAddDestination("aeron:udp?endpoint=" + endpoint);
        destinationCount++;
        return destinationId;
    }

    void removeDestination(final long destinationId) {
        destinationCount--;
        if (isOpen() && !publication.isClosed()) {
            publication.asyncRemoveDestination(destinationId);
        }
    }

    /** Sends what the log holds and the fastest receiver takes, each partition in turn. */
    int doWork(final long nowNs) {
        if (isEnded || registrationId == Aeron.NULL_VALUE || (egress == null && !isAdded())) {
            return 0;
        }
        if (nowNs - roundDeadlineNs >= 0) {
            roundDeadlineNs = nowNs + ROUND_NS;
            round++;
        }
        if (!egress.isConnected()) {
            isAtWork = false;
            return 0;
        }
        if (!isAtWork) {
            goToEnd();
        }
        if (!held.isEmpty() && !held.send(egress, number)) {
            return 0;
        }
        int count = 0;
        for (int i = 0; i < readers.length && held.isEmpty(); i++) {
            partition = partition + 1 == readers.length ? 0 : partition + 1;
            count += read();
        }
        return count;
    }

    @Override
    public void onRecord(final RecordFlyweight record) {
        final long from = positions[partition];
        positions[partition] = record.nextPosition();
        sentPositions[partition] = record.nextPosition();
        sentCount++;
        held.sendOrHold(record, partition, from, egress, number);
    }

    /** Ends the feed; its members hear of it, and have everything delivered for themselves. */
    @Override
    public void close() {
        if (!isEnded) {
            isEnded = true;
            CloseHelper.quietCloseAll(readers);
            if (egress != null) {
                CloseHelper.quietClose(egress);
            } else if (registrationId != Aeron.NULL_VALUE && !aeron.isClosed()) {
                CloseHelper.quietClose(() -> aeron.asyncRemovePublication(registrationId));
            }
            for (final LiveMember member : members) {
                member.onFeedEnded();
            }
            members.clear();
        }
    }

    @Override
    public String toString() {
        return "LiveFeed{topic=" + topic.name() + ", members=" + members.size() + ", destinations=" + destinationCount
                + '}';
    }

    private boolean isAdded() {
        publication = aeron.getExclusivePublication(registrationId);
        if (publication == null) {
            return false;
        }
        egress = new EgressProxy(publication);
        for (final LiveMember member : members) {
            member.offer(offer());
        }
        return true;
    }

    private LiveOffer offer() {
        return new LiveOffer(number, publication.sessionId(), streamId);
    }

    private void goToEnd() {
        held.drop();
        for (int i = 0; i < readers.length; i++) {
            if (readers[i] == null) {
                readers[i] = topic.partition(i).reader();
            }
            readers[i].seekToEnd();
            positions[i] = readers[i].position();
            sentPositions[i] = positions[i];
        }
        isAtWork = true;
    }

    private long endPosition(final int ofPartition) {
        final LogPartition logPartition = topic.partition(ofPartition);
        return isPower ? logPartition.durablePosition() : logPartition.tailPosition();
    }

    private int read() {
        // Nobody outside sees what a loss of power could still take back.
        final long endPosition = isPower ? topic.partition(partition).durablePosition() : Long.MAX_VALUE;
        final LogReader reader = readers[partition];
        int count = 0;
        try {
            while (count < RECORD_LIMIT && held.isEmpty() && reader.poll(this, 1, endPosition) > 0) {
                count++;
            }
        } catch (final PositionGoneException ex) {
            // Retention was faster than the fastest receiver; each subscriber hears of it on its own.
            reader.seekToEnd();
            positions[partition] = reader.position();
            sentPositions[partition] = positions[partition];
        }
        return count;
    }
}
