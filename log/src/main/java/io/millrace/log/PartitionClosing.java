package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.segment.Segment;
import io.millrace.log.segment.SegmentFiles;
import io.millrace.log.segment.TailFollower;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last steps of a partition: waits a moment for open claims, fills the checksums that are missing and forces. Used
 * once, by the thread that closes the store, after the conductor has ended.
 */
final class PartitionClosing {
    private static final Logger LOGGER = LoggerFactory.getLogger(PartitionClosing.class);
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(1);

    private final SegmentFiles files;
    private final TailFollower follower;
    private final Segment last;
    private final int tail;

    /** Prepares to close behind the tail of the last segment, which has been sealed. */
    PartitionClosing(final SegmentFiles files, final TailFollower follower, final Segment last, final int tail) {
        this.files = files;
        this.follower = follower;
        this.last = last;
        this.tail = tail;
    }

    /**
     * Waits for claims in all segments that the follower has not been through, not only in the last: a thread may stand
     * still between claim and commit while others fill segments.
     */
    void awaitCommitted() {
        final long end = last.basePosition() + tail;
        try (follower) {
            followToEnd();
            final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
            while (follower.position() < end) {
                if (System.nanoTime() - deadlineNs > 0) {
                    LOGGER.warn(
                            "closing with a claim that was never finished: {} position={}",
                            files.owner(),
                            follower.position());
                    return;
                }
                Thread.onSpinWait();
                followToEnd();
            }
        } catch (final RuntimeException ex) {
            LOGGER.warn("closing with records that have no checksum yet: {} follower={}", files.owner(), follower, ex);
        }
    }

    private void followToEnd() {
        follower.follow(last.basePosition(), Long.MAX_VALUE - follower.position());
    }

    /** Makes all segments from a base position on survive a loss of power. */
    void force(final long fromBase) {
        try {
            for (long base = fromBase; base < last.basePosition(); base += files.segmentLength()) {
                final Segment segment = files.open(base, false);
                try {
                    segment.force(files.segmentLength());
                } finally {
                    segment.release();
                }
            }
            last.force(tail);
        } catch (final IOException ex) {
            throw new MillraceException(
                    ErrorCode.STORAGE_FAILED,
                    "cannot force a segment at close: " + files.owner() + " cause=" + ex
                            + "; what was appended may be lost at a loss of power",
                    ex);
        }
    }
}
