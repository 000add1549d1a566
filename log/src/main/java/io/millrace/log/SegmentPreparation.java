package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.segment.Segment;
import io.millrace.log.segment.SegmentCache;
import io.millrace.log.segment.SegmentDescriptor;
import io.millrace.log.segment.SegmentFiles;
import io.millrace.log.storage.NoSpaceException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares the segment behind the active one of a partition, ahead of its appenders, and holds the one that they leave until all
 * others have let go of it: the last one unmaps, which takes 0.7 ms and more for 16 MiB, and no append is to wait for that. The
 * conductor's thread prepares; any thread may ask for the outcome.
 */
final class SegmentPreparation {
    private static final Logger LOGGER = LoggerFactory.getLogger(SegmentPreparation.class);
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final SegmentFiles files;
    private final SegmentCache cache;
    private final AtomicReference<Segment> active;

    /** The active segment since the one behind it is there, and when that is rolled to, the one that was left. */
    private Segment held;

    private long retryAtNs;
    private volatile long outcome = Outcome.BACK_PRESSURED;
    private volatile MillraceException failure;

    SegmentPreparation(final SegmentFiles files, final SegmentCache cache, final AtomicReference<Segment> active) {
        this.files = files;
        this.cache = cache;
        this.active = active;
    }

    /** Why there is no next segment: the outcome for an append that needs it. */
    long outcome() {
        final MillraceException last = failure;
        if (last != null) {
            throw new MillraceException(last.code(), last.getMessage(), last);
        }
        return outcome;
    }

    /**
     * Prepares the next segment if the active one has begun to fill. By the conductor's thread only.
     *
     * @return 1 when there was something to do, else 0.
     */
    int prepareNext(final long nowNs) {
        if (isLastToHold()) {
            releaseHeld();
        }
        final Segment current = active.get();
        // A roll makes the next segment active first and then forgets it in the one before. So a segment without a next
        // may have been left a moment ago, and what would be prepared is in use: only if it is still active it needs
        // one.
        if (!isNeeded(current) || isFailing() && nowNs - retryAtNs < 0) {
            return 0;
        }
        prepare(current, nowNs);
        return 1;
    }

    /** Whether the active segment has begun to fill and there is none behind it yet. */
    boolean isNeeded() {
        return isNeeded(active.get());
    }

    /** Whether the conductor has still to prepare the segment behind the active one, and nothing keeps it from doing so. */
    boolean isUnderWay() {
        return isNeeded() && !isFailing();
    }

    private boolean isNeeded(final Segment current) {
        return current != null
                && current.next() == null
                && active.get() == current
                && current.tailOffset() != SegmentDescriptor.HEADER_LENGTH;
    }

    private void prepare(final Segment current, final long nowNs) {
        final long base = current.basePosition() + files.segmentLength();
        try {
            // One that an earlier run prepared was never forced: after a stop of the machine it may be anything.
            if (!files.exists(base) || !files.isPrepared(base)) {
                files.prepare(base);
            }
            final Segment next = files.openPrepared(base);
            cache.adopt(next);
            // Before an appender can roll. Whoever still appends to the one before does so very seldom.
            releaseHeld();
            held = current.retain() ? current : null;
            current.next(next);
            onPrepared(base);
        } catch (final NoSpaceException ex) {
            onFailed(nowNs, Outcome.STORAGE_FULL, null, ex);
        } catch (final IOException | RuntimeException ex) {
            final MillraceException cause = new MillraceException(
                    ErrorCode.STORAGE_FAILED,
                    "cannot prepare a segment: " + files.owner() + " file=" + files.path(base) + " cause=" + ex
                            + "; check the disk, it is tried again",
                    ex);
            onFailed(nowNs, Outcome.BACK_PRESSURED, cause, ex);
        }
    }

    /** Whether a segment waits to be unmapped. By the conductor's thread only. */
    boolean isLastToHold() {
        return held != null && held.isHeldOnce();
    }

    private void releaseHeld() {
        if (held != null) {
            held.release();
            held = null;
        }
    }

    /** Lets go of what is held. When the conductor has ended. */
    void close() {
        releaseHeld();
    }

    private boolean isFailing() {
        return outcome == Outcome.STORAGE_FULL || failure != null;
    }

    private void onPrepared(final long base) {
        if (isFailing()) {
            LOGGER.info("segment prepared after earlier failures: {} file={}", files.owner(), files.path(base));
        }
        outcome = Outcome.BACK_PRESSURED;
        failure = null;
    }

    private void onFailed(
            final long nowNs, final long newOutcome, final MillraceException newFailure, final Exception cause) {
        if (!isFailing()) {
            LOGGER.warn(
                    "cannot prepare the next segment, trying again every 100 ms: {} cause={}",
                    files.owner(),
                    cause.toString());
        }
        outcome = newOutcome;
        failure = newFailure;
        retryAtNs = nowNs + RETRY_NS;
    }
}
