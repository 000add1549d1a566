package io.millrace.log;

import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordMemory;
import io.millrace.log.segment.PartitionId;
import io.millrace.log.segment.Segment;
import io.millrace.log.segment.SegmentCache;
import io.millrace.log.segment.SegmentDescriptor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a claim whose thread has died or is stuck from stopping a partition: readers, checksums and durability all wait at
 * the first place that is not committed. By the conductor's thread, and by the one that closes the partition after it.
 *
 * <p>What the follower stands at was claimed when the tail was already behind it. So once the follower has come to the tail
 * as it was a timeout ago, nothing is late; as long as it has not, the claim that it stands at is. A claim that is
 * revoked lets the follower go on, to the next one that is late at once.
 *
 * <p>Time is counted in duty cycles, none of which counts for more than {@link #MAX_STEP_NS}. When the process was stopped
 * for an hour, or the conductor was busy, the owners of claims had no time either.
 *
 * <p>Claims only, never {@code append}: it finishes what it begins without a call to anybody, and pays nothing for this.
 */
final class ClaimRevocation {
    static final long MAX_STEP_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final Logger LOGGER = LoggerFactory.getLogger(ClaimRevocation.class);

    private final PartitionId id;
    private final SegmentCache cache;
    private final int segmentLength;

    private long awakeNs;
    private long lastNs;
    private long seenTail;
    private long seenAtNs;

    ClaimRevocation(final PartitionId id, final SegmentCache cache, final int segmentLength) {
        this.id = id;
        this.cache = cache;
        this.segmentLength = segmentLength;
    }

    /**
     * Revokes the claim that the follower stands at when it is late.
     *
     * @return 1 when one was revoked, else 0.
     */
    int revokeLate(final long nowNs, final long followerPosition, final long tailPosition, final long timeoutNs) {
        awakeNs += Math.max(0, Math.min(nowNs - lastNs, MAX_STEP_NS));
        lastNs = nowNs;
        if (followerPosition >= seenTail) {
            seenTail = tailPosition;
            seenAtNs = awakeNs;
        } else if (awakeNs - seenAtNs >= timeoutNs && revoke(followerPosition)) {
            return 1;
        }
        return 0;
    }

    /** Revokes a claim; false when there is none, or none that may be revoked. */
    boolean revoke(final long position) {
        final long base = position & -segmentLength;
        final int offset = Math.max((int) (position - base), SegmentDescriptor.HEADER_LENGTH);
        final Segment segment = segmentLength - offset < RecordDescriptor.HEADER_LENGTH ? null : cache.acquire(base);
        if (segment == null) {
            return false;
        }
        final int length;
        try {
            length = RecordMemory.revoke(segment.address(offset), segmentLength - offset);
        } finally {
            segment.release();
        }
        if (length > 0) {
            LOGGER.warn(
                    "a claim was not finished in time and is padding now: {} position={} length={}",
                    id,
                    base + offset,
                    length);
        }
        return length > 0;
    }
}
