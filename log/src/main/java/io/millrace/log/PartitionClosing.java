package io.millrace.log;

import io.millrace.log.segment.Segment;
import io.millrace.log.segment.SegmentFiles;
import io.millrace.log.segment.TailFollower;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last steps of a partition: waits a moment for open claims and fills the checksums that are missing. Used once, by the
 * thread that closes the store, after the agents have ended.
 */
final class PartitionClosing {
    private static final Logger LOGGER = LoggerFactory.getLogger(PartitionClosing.class);
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(1);

    private final SegmentFiles files;
    private final TailFollower follower;
    private final ClaimRevocation revocation;
    private final Segment last;
    private final int tail;

    /** Prepares to close behind the tail of the last segment, which has been sealed. */
    PartitionClosing(
            final SegmentFiles files,
            final TailFollower follower,
            final ClaimRevocation revocation,
            final Segment last,
            final int tail) {
        this.files = files;
        this.follower = follower;
        this.revocation = revocation;
        this.last = last;
        this.tail = tail;
    }

    /**
     * Waits for claims in all segments that the follower has not been through, not only in the last: a thread may stand
     * still between claim and commit while others fill segments. Revokes those that are not finished then.
     *
     * @return false when an append was not finished, which cannot be revoked.
     */
    boolean awaitCommitted() {
        final long end = last.basePosition() + tail;
        try (follower) {
            followToEnd();
            final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
            while (follower.position() < end) {
                if (System.nanoTime() - deadlineNs > 0 && !revocation.revoke(follower.position())) {
                    LOGGER.warn(
                            "closing with a claim that was never finished: {} position={}",
                            files.owner(),
                            follower.position());
                    return false;
                }
                Thread.onSpinWait();
                followToEnd();
            }
            return true;
        } catch (final RuntimeException ex) {
            LOGGER.warn("closing with records that have no checksum yet: {} follower={}", files.owner(), follower, ex);
            return false;
        }
    }

    private void followToEnd() {
        follower.follow(last.basePosition(), Long.MAX_VALUE - follower.position());
    }
}
