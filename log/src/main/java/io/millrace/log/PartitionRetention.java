package io.millrace.log;

import io.millrace.log.segment.PartitionId;
import io.millrace.log.segment.Segment;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes what a topic need not keep any longer. The conductor asks for it now and then, the housekeeper does it. */
final class PartitionRetention implements Runnable {
    private static final Logger LOGGER = LoggerFactory.getLogger(PartitionRetention.class);
    private static final long UNKNOWN = Long.MIN_VALUE;

    private final PartitionId id;
    private final LogTopic topic;
    private final LogPartition partition;
    private final SegmentRemoval removal;
    private final LogClock clock;
    private final LogHousekeeper housekeeper;
    private final int segmentLength;
    private final AtomicBoolean isScheduled = new AtomicBoolean();

    // By the housekeeper's thread only.
    private long oldestBase = UNKNOWN;
    private long oldestClock;
    private boolean isFailing;

    PartitionRetention(
            final LogTopic topic,
            final LogPartition partition,
            final SegmentRemoval removal,
            final LogClock clock,
            final LogHousekeeper housekeeper) {
        this.housekeeper = housekeeper;
        this.id = partition.id();
        this.topic = topic;
        this.partition = partition;
        this.removal = removal;
        this.clock = clock;
        this.segmentLength = topic.spec().segmentLength();
    }

    /** Hands it over if there may be something to remove, unless that was done and is not through. By the conductor's thread only. */
    void schedule() {
        final boolean isAged = topic.spec().retentionTimeNs() > 0;
        if ((isAged || isTooLong(partition.tailPosition())) && isScheduled.compareAndSet(false, true)) {
            housekeeper.execute(this);
        }
    }

    /** Removes one segment and hands the rest over again, so that nobody else has to wait for all. */
    @Override
    public void run() {
        boolean isRemoved = tryToRemoveOldest();
        while (isRemoved && housekeeper.isInvoked()) {
            isRemoved = tryToRemoveOldest();
        }
        if (isRemoved) {
            housekeeper.execute(this);
        } else {
            isScheduled.set(false);
        }
    }

    private boolean tryToRemoveOldest() {
        boolean isRemoved = false;
        try {
            isRemoved = !partition.isRefusing() && removeOldest();
            isFailing = false;
        } catch (final Exception | Error ex) {
            onFailed(ex);
        }
        return isRemoved;
    }

    private boolean removeOldest() throws IOException {
        // What is left alone stays unmapped until there is something to remove.
        if (!isDue()) {
            return false;
        }
        final Segment last = partition.active();
        if (last == null
                || removal.beginBase() >= last.basePosition()
                || !removal.removeBefore(removal.beginBase() + segmentLength, last.basePosition())) {
            return false;
        }
        LOGGER.debug("segment removed by retention: {} first={}", id, removal.beginBase());
        return true;
    }

    private void onFailed(final Throwable cause) {
        // A topic that is being deleted takes its files away under us.
        if (!isFailing && !partition.isRefusing()) {
            LOGGER.warn("cannot remove old segments, trying again every second: {} cause={}", id, cause.toString());
        }
        isFailing = true;
    }

    private boolean isDue() throws IOException {
        return isTooLong(partition.tailPosition()) || isTooOld(clock.nanoTime());
    }

    private boolean isTooLong(final long tailPosition) {
        final long retentionBytes = topic.spec().retentionBytes();
        return retentionBytes > 0 && tailPosition - removal.beginBase() - segmentLength >= retentionBytes;
    }

    private boolean isTooOld(final long logTimeNs) throws IOException {
        final long retentionTimeNs = topic.spec().retentionTimeNs();
        if (retentionTimeNs == 0) {
            return false;
        }
        if (oldestBase != removal.beginBase()) {
            oldestClock = removal.clockOfOldest();
            // Not there yet: asked again the next time.
            oldestBase = oldestClock == Long.MAX_VALUE ? UNKNOWN : removal.beginBase();
        }
        // A clock that was set far back must not turn into a great age.
        return oldestClock < logTimeNs && logTimeNs - oldestClock > retentionTimeNs;
    }
}
