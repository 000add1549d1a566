package io.millrace.log;

import io.millrace.log.segment.PartitionId;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes what a topic need not keep any longer. By the conductor's thread, now and then. */
final class PartitionRetention {
    private static final Logger LOGGER = LoggerFactory.getLogger(PartitionRetention.class);
    private static final long UNKNOWN = Long.MIN_VALUE;

    private final PartitionId id;
    private final LogTopic topic;
    private final SegmentRemoval removal;
    private final int segmentLength;

    private long oldestBase = UNKNOWN;
    private long oldestClock;
    private boolean isFailing;

    PartitionRetention(final PartitionId id, final LogTopic topic, final SegmentRemoval removal) {
        this.id = id;
        this.topic = topic;
        this.removal = removal;
        this.segmentLength = topic.spec().segmentLength();
    }

    /** Whether the topic is to be kept in part only; asked each time, since topics can be altered. */
    boolean isNeeded() {
        final TopicSpec spec = topic.spec();
        return spec.retentionBytes() > 0 || spec.retentionTimeNs() > 0;
    }

    /** Removes the segments that are no longer to be kept, one after the other. */
    void apply(final long tailPosition, final long activeBase, final long logTimeNs) {
        try {
            while (removal.beginBase() < activeBase
                    && isDue(tailPosition, logTimeNs)
                    && removal.removeBefore(removal.beginBase() + segmentLength, activeBase)) {
                LOGGER.debug("segment removed by retention: {} first={}", id, removal.beginBase());
            }
            isFailing = false;
        } catch (final IOException | RuntimeException ex) {
            onFailed(ex);
        }
    }

    /** Whether the oldest segment need not be kept. */
    boolean isDue(final long tailPosition, final long logTimeNs) {
        try {
            return isTooLong(tailPosition) || isTooOld(logTimeNs);
        } catch (final IOException ex) {
            onFailed(ex);
            return false;
        }
    }

    private void onFailed(final Exception cause) {
        if (!isFailing) {
            LOGGER.warn("cannot remove old segments, trying again every second: {} cause={}", id, cause.toString());
        }
        isFailing = true;
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
