package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.segment.Segment;
import io.millrace.log.segment.SegmentCache;
import io.millrace.log.segment.SegmentConstruction;
import io.millrace.log.segment.SegmentDescriptor;
import io.millrace.log.segment.SegmentFiles;
import io.millrace.log.storage.NoSpaceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.BitUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares the segment behind the active one of a partition, ahead of its appenders, and holds the one that they leave until all
 * others have let go of it: the last one unmaps, which takes 0.7 ms and more for 16 MiB, and no append is to wait for that. The
 * conductor's thread prepares; any thread may ask for the outcome.
 *
 * <p><b>Steps.</b> To prepare takes a core for 20 to 250 ms in all, and on a small machine that core is taken away from somebody who
 * appends or waits for a record. So it is done in steps, with a <em>pace</em>: it is to be complete when the appenders have used up half
 * of the room that they had when it began, and in proportion before that. In each duty cycle so much is done as is
 * missing from the pace. Where more is missing than one step holds the preparation is <em>urgent</em>: the conductor goes on without a pause,
 * one step in each cycle, as fast as it can. Where nothing is missing the conductor may still ask for a little, so that a segment gets
 * ready too whose appender has stopped. A short segment is prepared at once.
 */
final class SegmentPreparation {
    private static final Logger LOGGER = LoggerFactory.getLogger(SegmentPreparation.class);
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /**
     * Bytes done in one step at most, but for a step of one large block: 60 µs of work where the system has pages at hand, and 1 ms where it has
     * not.
     */
    static final int MAX_STEP_LENGTH = 256 * 1024;

    /** Bytes that are worth a step. With steps of 16 KiB the same segment takes half as much time again. */
    static final int MIN_STEP_LENGTH = 64 * 1024;

    /**
     * What appenders fill in each second and between two forces, at least, when they are fast: two large blocks. The last block of each force is
     * written again by the next, so that is half as much again at most.
     */
    private static final int MIN_LENGTH_OF_FAST = 2 * SegmentConstruction.LARGE_BLOCK_LENGTH;

    /** Shorter segments are filled before it is known how fast that was. */
    private static final int MIN_SEGMENT_LENGTH_OF_FAST = 8 * SegmentConstruction.LARGE_BLOCK_LENGTH;

    /**
     * A rate has to last so long to count. What comes in a shorter burst is sooner ready in small blocks where large ones have to be fetched
     * first, as on a virtual machine that gives them back to its host.
     */
    private static final long ASKING_NS = TimeUnit.SECONDS.toNanos(2);

    /** Segments up to this length are prepared at once. */
    static final int SHORT_LENGTH = 1024 * 1024;

    /** The part of the work that may be missing from the pace before appenders that can wait should do so. */
    private static final int LATE_PART = 8;

    private final SegmentFiles files;
    private final SegmentCache cache;
    private final AtomicReference<Segment> active;

    /** Does what waits for the disk; null in a store opened for reading. */
    private final LogHousekeeper housekeeper;

    /** What the housekeeper does of it; null for nothing. The conductor's thread only. */
    private DiskStep diskStep;

    /** The active segment since the one behind it is there, and when that is rolled to, the one that was left. */
    private Segment held;

    /** What is under way; null before the first look at a segment. Written by the conductor's thread. */
    private volatile SegmentConstruction construction;

    /** How far appenders were in the active segment when the construction began. */
    private volatile int beginOffset;

    // How fast appenders are: when and from where that is asked for, and the last answer. The conductor's thread only.
    private long askedNs;
    private long askedPosition = -1;
    private int askedMarks;
    private boolean isFast;

    /** What may be done though the pace does not ask for it, while that is less than a block. The conductor's thread only. */
    private int savedLength;

    private long retryAtNs;
    private volatile long outcome = Outcome.BACK_PRESSURED;
    private volatile MillraceException failure;

    SegmentPreparation(
            final SegmentFiles files,
            final SegmentCache cache,
            final AtomicReference<Segment> active,
            final LogHousekeeper housekeeper) {
        this.files = files;
        this.cache = cache;
        this.active = active;
        this.housekeeper = housekeeper;
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
     * Goes on with the next segment if the active one has begun to fill. By the conductor's thread only.
     *
     * @param aheadLength bytes to do though the pace does not ask for them.
     * @param marks       how often a position of the partition has been marked to be forced, from any number on.
     * @return 1 when more is to be done at once, else 0.
     */
    int prepareNext(final long nowNs, final int aheadLength, final int marks) {
        if (isLastToHold()) {
            releaseHeld();
        }
        final Segment current = active.get();
        askHowFast(current, nowNs, marks);
        if (diskStep != null && !takeDiskStep(nowNs)) {
            return 0;
        }
        // A roll makes the next segment active first and then forgets it in the one before. So a segment without a next
        // may have been left a moment ago, and what would be prepared is in use: only if it is still active it needs
        // one.
        if (!isNeeded(current) || isFailing() && nowNs - retryAtNs < 0) {
            return 0;
        }
        if (construction == null) {
            beginOffset = current.tailOffset();
            savedLength = 0;
            construction = files.construct(current.basePosition() + files.segmentLength());
        }
        if (isShort()) {
            prepare(current, nowNs, Integer.MAX_VALUE);
            return 1;
        }
        final int blockLength = isFast ? SegmentConstruction.LARGE_BLOCK_LENGTH : SegmentConstruction.BLOCK_LENGTH;
        construction.blockLength(blockLength);
        final int minLength = Math.max(MIN_STEP_LENGTH, blockLength);
        final int maxLength = Math.max(MAX_STEP_LENGTH, minLength);
        final int missingLength = missingLength(current, construction);
        final boolean isUrgent = missingLength > maxLength || isAllDue(current);
        // After a failure it is soon enough known whether the disk works again.
        savedLength += isFailing() ? Math.max(aheadLength, minLength) : aheadLength;
        final int length = Math.max(
                isUrgent || missingLength >= minLength ? missingLength : 0, savedLength >= minLength ? savedLength : 0);
        if (length > 0) {
            savedLength = 0;
            prepare(current, nowNs, BitUtil.align(Math.min(length, maxLength), minLength));
        }
        return isUrgent || aheadLength >= MAX_STEP_LENGTH ? 1 : 0;
    }

    private boolean isShort() {
        return files.segmentLength() <= SHORT_LENGTH;
    }

    /** Large blocks pay when several are filled between two forces; the disk's cache is written back about as often where nobody forces. */
    private void askHowFast(final Segment current, final long nowNs, final int marks) {
        if (current == null || files.segmentLength() < MIN_SEGMENT_LENGTH_OF_FAST) {
            return;
        }
        final long position = current.basePosition() + current.tailOffset();
        final long elapsedNs = nowNs - askedNs;
        final long usedLength = position - askedPosition;
        final boolean isAsked = askedPosition >= 0;
        if (isAsked && elapsedNs < ASKING_NS) {
            return;
        }
        isFast = isAsked
                && usedLength >= (long) MIN_LENGTH_OF_FAST * (marks - askedMarks)
                && (double) usedLength * TimeUnit.SECONDS.toNanos(1) >= (double) MIN_LENGTH_OF_FAST * elapsedNs;
        askedNs = nowNs;
        askedPosition = position;
        askedMarks = marks;
    }

    /** Whether the appenders have used up half of the room that they had when the construction began. */
    private boolean isAllDue(final Segment current) {
        final int begin = beginOffset;
        return 2L * (current.tailOffset() - begin) >= files.segmentLength() - begin;
    }

    /** How much less is done than the pace asks for; 0 or more. */
    private int missingLength(final Segment current, final SegmentConstruction begun) {
        final int totalLength = begun.totalLength();
        final int begin = beginOffset;
        final long used = current.tailOffset() - begin;
        final long dueLength =
                isAllDue(current) ? totalLength : 2 * used * totalLength / (files.segmentLength() - begin);
        return (int) Math.max(0, dueLength - begun.doneLength());
    }

    /**
     * Whether appenders are that much faster than the preparation that those who can wait should leave the room to others. Any thread.
     */
    boolean isLate() {
        final Segment current = active.get();
        if (!isNeeded(current) || isFailing()) {
            return false;
        }
        final SegmentConstruction begun = construction;
        return begun == null || missingLength(current, begun) > begun.totalLength() / LATE_PART;
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

    private void prepare(final Segment current, final long nowNs, final int length) {
        attempt(nowNs, () -> {
            step(length);
            if (diskStep == null && construction.isReady()) {
                final Path file = construction.file();
                publish(current, construction.take());
                onPrepared(file);
            }
        });
    }

    private void step(final int length) throws IOException {
        final SegmentConstruction begun = construction;
        if (length == Integer.MAX_VALUE) {
            while (!begun.isReady()) {
                begun.step(MAX_STEP_LENGTH);
            }
        } else if (begun.isWaitingForDisk()) {
            handOver(() -> begun.step(1));
        } else {
            begun.step(Math.min(length, SegmentConstruction.LARGE_BLOCK_LENGTH));
        }
    }

    /** Takes back what was done when something fails; returns whether nothing did. */
    private boolean attempt(final long nowNs, final DiskStep.Action action) {
        boolean isSound = false;
        try {
            action.run();
            isSound = true;
        } catch (final NoSpaceException ex) {
            onFailed(nowNs, Outcome.STORAGE_FULL, null, ex);
        } catch (final IOException | RuntimeException ex) {
            final MillraceException cause = new MillraceException(
                    ErrorCode.STORAGE_FAILED,
                    "cannot prepare a segment: " + files.owner() + " file=" + construction.file() + " cause=" + ex
                            + "; check the disk, it is tried again",
                    ex);
            onFailed(nowNs, Outcome.BACK_PRESSURED, cause, ex);
        } finally {
            if (!isSound) {
                drop();
            }
        }
        return isSound;
    }

    private void handOver(final DiskStep.Action action) {
        final DiskStep step = new DiskStep(action);
        housekeeper.executeNext(step);
        diskStep = step;
    }

    /** Goes on behind what was handed over; false while that is not done, or when it failed. */
    private boolean takeDiskStep(final long nowNs) {
        if (!diskStep.isDone()) {
            return false;
        }
        final DiskStep done = diskStep;
        diskStep = null;
        return attempt(nowNs, done::rethrow);
    }

    private void publish(final Segment current, final Segment next) {
        cache.adopt(next);
        // Before an appender can roll. Whoever still appends to the one before does so very seldom.
        releaseHeld();
        held = current.retain() ? current : null;
        construction = null;
        current.next(next);
    }

    /** Takes back what was done; the next attempt begins anew. */
    private void drop() {
        if (diskStep != null) {
            diskStep.await();
            diskStep = null;
        }
        if (construction != null) {
            construction.close();
            construction = null;
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

    /** Lets go of what is held, and takes back what is under way. When the conductor has ended, or is kept away. */
    void close() {
        drop();
        releaseHeld();
    }

    private boolean isFailing() {
        return outcome == Outcome.STORAGE_FULL || failure != null;
    }

    private void onPrepared(final Path file) {
        if (isFailing()) {
            LOGGER.info("segment prepared after earlier failures: {} file={}", files.owner(), file);
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
