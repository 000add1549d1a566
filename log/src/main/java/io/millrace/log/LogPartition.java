package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordChecksum;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordVisitor;
import io.millrace.log.segment.PartitionId;
import io.millrace.log.segment.Segment;
import io.millrace.log.segment.SegmentCache;
import io.millrace.log.segment.SegmentDescriptor;
import io.millrace.log.segment.SegmentFiles;
import io.millrace.log.segment.SegmentInspection;
import io.millrace.log.segment.SegmentInspector;
import io.millrace.log.segment.SegmentRecovery;
import io.millrace.log.segment.SegmentWalk;
import io.millrace.log.segment.TailFollower;
import io.millrace.log.storage.NoSpaceException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.concurrent.EpochNanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ordered log. Any thread may open appenders and readers; each of those then belongs to one thread.
 *
 * <p>Positions are bytes: segment {@code n} holds the positions from {@code n * segmentLength}. Appenders meet in the
 * active segment's tail and nowhere else; when it is full, whoever notices makes the next segment active, which the
 * conductor has prepared. This object holds one reference to the active segment and one to the next.
 */
public final class LogPartition {
    private static final Logger LOGGER = LoggerFactory.getLogger(LogPartition.class);
    private static final long PREPARE_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int FOLLOW_LENGTH = 1024 * 1024;
    private static final long NONE = -1;
    private static final long CLOSE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(1);

    private final PartitionId id;
    private final SegmentFiles files;
    private final SegmentCache cache;
    private final boolean readOnly;
    private final EpochNanoClock clock;
    private final int segmentLength;
    private final TailFollower follower;
    private final Int2ObjectHashMap<ProducerState> producers = new Int2ObjectHashMap<>();
    private final AtomicReference<Segment> active = new AtomicReference<>();

    private long beginBase;
    private long recoveredLogTimeNs = Long.MIN_VALUE;
    private long firstWithoutChecksum = NONE;
    private long scannedBase = NONE;
    private int scannedOffset;
    private long unforcedBase;
    private long retryAtNs;
    private volatile long closedTail;
    private volatile long preparationOutcome = Outcome.BACK_PRESSURED;
    private volatile MillraceException preparationFailure;
    private volatile boolean isClosed;
    private volatile boolean isReleased;

    LogPartition(final SegmentFiles files, final EpochNanoClock clock, final boolean readOnly) {
        this.id = files.owner();
        this.files = files;
        this.clock = clock;
        this.readOnly = readOnly;
        this.segmentLength = files.segmentLength();
        this.cache = new SegmentCache(files, readOnly);
        this.follower = new TailFollower(cache, segmentLength);
    }

    /**
     * The topic that the partition belongs to.
     *
     * @return the topic's name.
     */
    public String topic() {
        return id.topic();
    }

    /**
     * The partition's number in its topic.
     *
     * @return index from 0.
     */
    public int index() {
        return id.partition();
    }

    /**
     * Opens an appender without a producer.
     *
     * @return a new appender, for one thread.
     * @throws IllegalStateException when the store was opened for reading only or is closed.
     */
    public LogAppender appender() {
        checkWritable();
        return new LogAppender(new RecordWriter(this, 0, -1));
    }

    /**
     * Opens the appender of a producer.
     *
     * @param producerId from {@link LogStore#producerId(String)}, greater than 0.
     * @return the appender, for one thread; close it so that the producer can be opened again.
     * @throws IllegalStateException when the producer is open on this partition already, or the store was opened for
     *                               reading only or is closed.
     */
    public ProducerAppender producer(final int producerId) {
        checkWritable();
        if (producerId <= 0) {
            throw new IllegalArgumentException("producer id must be greater than 0: " + producerId);
        }
        synchronized (producers) {
            final ProducerState state = producers.computeIfAbsent(producerId, ignored -> new ProducerState());
            if (state.isOpen) {
                throw new IllegalStateException("the producer is open already: " + id + " producerId=" + producerId);
            }
            state.isOpen = true;
            return new ProducerAppender(this, new RecordWriter(this, producerId, state.lastSequence));
        }
    }

    void closeProducer(final RecordWriter writer) {
        synchronized (producers) {
            final ProducerState state = producers.get(writer.producerId());
            state.lastSequence = writer.lastSequence();
            state.isOpen = false;
        }
    }

    /**
     * Opens a reader at the first record.
     *
     * @return a new reader, for one thread; to be closed.
     * @throws IllegalStateException when the store is closed.
     */
    public LogReader reader() {
        if (isClosed) {
            throw new IllegalStateException("the store is closed: " + id);
        }
        return new LogReader(this);
    }

    /**
     * Tells where the first record is, or will be.
     *
     * @return byte position.
     */
    public long beginPosition() {
        return beginBase + SegmentDescriptor.HEADER_LENGTH;
    }

    /**
     * Tells how far the log goes.
     *
     * @return end of the last claim, whether committed or not; in a store opened for reading only, the end of what is
     *         committed, found by walking what was appended since the last call.
     */
    public long tailPosition() {
        if (readOnly) {
            return scanTail();
        }
        final Segment segment = active.get();
        return segment == null ? closedTail : segment.basePosition() + segment.tailOffset();
    }

    private synchronized long scanTail() {
        if (scannedBase < 0) {
            final List<Long> bases = files.list();
            scannedBase = bases.get(bases.size() - 1);
            scannedOffset = SegmentDescriptor.HEADER_LENGTH;
            stepBackOverEmpty();
        }
        Segment segment = cache.acquire(scannedBase);
        while (segment != null) {
            scannedOffset = SegmentWalk.committedEnd(segment, scannedOffset);
            segment.release();
            segment = null;
            if (segmentLength - scannedOffset < RecordDescriptor.HEADER_LENGTH) {
                segment = cache.acquire(scannedBase + segmentLength);
                if (segment != null) {
                    scannedBase = segment.basePosition();
                    scannedOffset = SegmentDescriptor.HEADER_LENGTH;
                }
            }
        }
        return scannedBase + scannedOffset;
    }

    /** The last file may be one prepared ahead: start at the last that holds a record, or at the first. */
    private void stepBackOverEmpty() {
        while (scannedBase > beginBase) {
            final Segment segment = cache.acquire(scannedBase);
            final boolean isEmpty = segment.buffer().getIntVolatile(SegmentDescriptor.HEADER_LENGTH) == 0;
            segment.release();
            if (!isEmpty) {
                return;
            }
            scannedBase -= segmentLength;
        }
    }

    /**
     * Tells the length of the partition's segments.
     *
     * @return bytes, a power of two.
     */
    public int segmentLength() {
        return segmentLength;
    }

    /**
     * Lists the segments that exist. The last may be one prepared ahead, without a record.
     *
     * @return base positions, ascending.
     * @throws MillraceException CORRUPT when a segment between two others is missing.
     */
    public List<Long> segmentPositions() {
        return files.list();
    }

    /**
     * Looks through one segment without changing anything, also while it is written to. Other than a reader it trusts
     * nothing that it reads: damage is part of the result. Maps the segment for as long as it takes.
     *
     * @param basePosition      of the segment, one of {@link #segmentPositions()}.
     * @param verifiesChecksums true to read every byte, false to read headers only.
     * @param visitor           shown each committed record with a sound header, in order.
     * @return what was found.
     */
    public SegmentInspection inspect(
            final long basePosition, final boolean verifiesChecksums, final RecordVisitor visitor) {
        return new SegmentInspector(files, visitor, verifiesChecksums).inspect(basePosition);
    }

    EpochNanoClock clock() {
        return clock;
    }

    long recoveredLogTimeNs() {
        return recoveredLogTimeNs;
    }

    boolean isClosed() {
        return isClosed;
    }

    /** True when the store has stopped waiting for open claims: their bytes may belong to another owner now. */
    boolean isReleased() {
        return isReleased;
    }

    Segment active() {
        return active.get();
    }

    /** Makes the next segment active in place of a full one; false when it is not ready. */
    boolean roll(final Segment full) {
        final Segment next = full.next();
        if (next == null) {
            return active.get() != full;
        }
        if (active.compareAndSet(full, next)) {
            // An appender that stays in the full segment must not keep all later ones reachable.
            full.next(null);
            full.release();
        }
        return true;
    }

    /** Why there is no next segment: the outcome for an append that needs it. */
    long preparationOutcome() {
        final MillraceException failure = preparationFailure;
        if (failure != null) {
            throw new MillraceException(failure.code(), failure.getMessage(), failure);
        }
        return preparationOutcome;
    }

    /** Finds the segment that starts at a base position, with a reference for the caller; null if not there yet. */
    Segment acquire(final long base) {
        if (!readOnly) {
            // A file prepared ahead may exist before the conductor has published it.
            final Segment last = active.get();
            if (last == null || base > last.basePosition()) {
                return null;
            }
        }
        return cache.acquire(base);
    }

    /** Opens the partition for reading in a process that does not own it. */
    void openReadOnly() {
        final List<Long> bases = files.list();
        if (bases.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.CORRUPT, "a partition has no segment: " + id + "; restore its files from a copy");
        }
        beginBase = bases.get(0);
    }

    /** Makes the files of a new partition and opens it for appending, over those of an attempt that was cut short, if nothing is in them. */
    void create() throws IOException {
        for (final long base : files.list()) {
            if (!files.isBlank(base)) {
                throw new MillraceException(
                        ErrorCode.CORRUPT,
                        "a topic that does not exist has records: " + id + " file=" + files.path(base)
                                + "; restore the topic's properties file from a copy, or move the directory away");
            }
        }
        files.prepare(0);
        final Segment first = files.openPrepared(0);
        cache.adopt(first);
        active.set(first);
    }

    /** Takes back what {@link #create()} made, as far as the disk lets it. */
    void destroy() {
        close();
        try {
            files.deleteAll();
        } catch (final IOException ex) {
            LOGGER.warn("cannot remove the files of a topic that was not created: {} cause={}", id, ex.toString());
        }
    }

    /** Finds the tail, repairs it, and opens the partition for appending. */
    PartitionRecovery recover() throws IOException {
        files.deleteTemporary();
        openReadOnly();
        final SegmentRecovery recovery = new SegmentRecovery(files, this::onRecovered);
        final List<Long> bases = files.list();
        final int lastIndex = lastNonEmpty(bases);
        for (int i = 0; i < lastIndex; i++) {
            final Segment segment = files.open(bases.get(i), false);
            try {
                recovery.recover(segment, false);
            } finally {
                segment.release();
            }
        }
        final Segment tail = files.open(bases.get(lastIndex), false);
        try {
            tail.tailOffset(recovery.recover(tail, true));
        } catch (final MillraceException ex) {
            tail.release();
            throw ex;
        }
        unforcedBase = tail.basePosition();
        final long tailPosition = tail.basePosition() + tail.tailOffset();
        follower.position(firstWithoutChecksum == NONE ? tailPosition : firstWithoutChecksum);
        cache.adopt(tail);
        active.set(tail);
        return new PartitionRecovery(
                id, tailPosition, recovery.recordCount(), recovery.paddedCount(), recovery.paddedLength());
    }

    private int lastNonEmpty(final List<Long> bases) {
        int index = bases.size() - 1;
        while (index > 0) {
            final Segment segment = files.open(bases.get(index), false);
            final boolean isEmpty = SegmentRecovery.isEmpty(segment);
            segment.release();
            if (!isEmpty) {
                break;
            }
            index--;
        }
        return index;
    }

    private void onRecovered(final RecordFlyweight record) {
        recoveredLogTimeNs = Math.max(recoveredLogTimeNs, record.logTimeNs());
        if (firstWithoutChecksum == NONE && record.crc() == RecordChecksum.UNFILLED) {
            firstWithoutChecksum = record.position();
        }
        final int producerId = record.producerId();
        if (producerId != 0) {
            producers.computeIfAbsent(producerId, ignored -> new ProducerState()).lastSequence = record.sequence();
        }
    }

    /**
     * Prepares the next segment if the active one has begun to fill. By the conductor's thread only.
     *
     * @return 1 when there was something to do, else 0.
     */
    int prepareNext(final long nowNs) {
        final Segment current = active.get();
        // A roll makes the next segment active first and then forgets it in the one before. So a segment without a next
        // may have been left a moment ago, and what would be prepared is in use: only if it is still active it needs
        // one.
        if (current == null
                || current.next() != null
                || active.get() != current
                || current.tailOffset() == SegmentDescriptor.HEADER_LENGTH
                || (isPreparationFailing() && nowNs - retryAtNs < 0)) {
            return 0;
        }
        final long base = current.basePosition() + segmentLength;
        try {
            if (!files.exists(base)) {
                files.prepare(base);
            }
            final Segment next = files.openPrepared(base);
            cache.adopt(next);
            current.next(next);
            onPrepared(base);
        } catch (final NoSpaceException ex) {
            onPreparationFailed(nowNs, Outcome.STORAGE_FULL, null, ex);
        } catch (final IOException | RuntimeException ex) {
            final MillraceException failure = new MillraceException(
                    ErrorCode.STORAGE_FAILED,
                    "cannot prepare a segment: " + id + " file=" + files.path(base) + " cause=" + ex
                            + "; check the disk, it is tried again",
                    ex);
            onPreparationFailed(nowNs, Outcome.BACK_PRESSURED, failure, ex);
        }
        return 1;
    }

    private boolean isPreparationFailing() {
        return preparationOutcome == Outcome.STORAGE_FULL || preparationFailure != null;
    }

    private void onPrepared(final long base) {
        if (isPreparationFailing()) {
            LOGGER.info("segment prepared after earlier failures: {} file={}", id, files.path(base));
        }
        preparationOutcome = Outcome.BACK_PRESSURED;
        preparationFailure = null;
    }

    private void onPreparationFailed(
            final long nowNs, final long outcome, final MillraceException failure, final Exception cause) {
        if (!isPreparationFailing()) {
            LOGGER.warn(
                    "cannot prepare the next segment, trying again every 100 ms: {} cause={}", id, cause.toString());
        }
        preparationOutcome = outcome;
        preparationFailure = failure;
        retryAtNs = nowNs + PREPARE_RETRY_NS;
    }

    /**
     * Fills checksums of what was committed since the last call. By the conductor's thread only.
     *
     * @return 1 when there may be more to do at once, else 0: appenders are left alone with their cache lines for a while.
     */
    int followTail() {
        final Segment last = active.get();
        return last != null && follower.follow(last.basePosition(), FOLLOW_LENGTH) ? 1 : 0;
    }

    /** Refuses further appends and waits a moment for the claims that are open. After the conductor has ended. */
    void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        final Segment last = active.getAndSet(null);
        try (cache) {
            if (last != null) {
                close(last);
            }
        }
    }

    private void close(final Segment last) {
        final int tail = last.seal();
        closedTail = last.basePosition() + tail;
        awaitCommitted(last, tail);
        followToEnd(last);
        isReleased = true;
        try {
            force(last, tail);
        } finally {
            if (last.next() != null) {
                last.next().release();
            }
            last.release();
        }
    }

    /**
     * Waits for claims in all segments that the follower has not been through, not only in the last: a thread may stand
     * still between claim and commit while others fill segments.
     */
    private void awaitCommitted(final Segment last, final int tail) {
        final long end = last.basePosition() + tail;
        try (follower) {
            followToEnd(last);
            final long deadlineNs = System.nanoTime() + CLOSE_TIMEOUT_NS;
            while (follower.position() < end) {
                if (System.nanoTime() - deadlineNs > 0) {
                    LOGGER.warn(
                            "closing with a claim that was never finished: {} position={}", id, follower.position());
                    return;
                }
                Thread.onSpinWait();
                followToEnd(last);
            }
        } catch (final RuntimeException ex) {
            LOGGER.warn("closing with records that have no checksum yet: {} follower={}", id, follower, ex);
        }
    }

    private void followToEnd(final Segment last) {
        follower.follow(last.basePosition(), Long.MAX_VALUE - follower.position());
    }

    private void force(final Segment last, final int tail) {
        try {
            for (long base = unforcedBase; base < last.basePosition(); base += segmentLength) {
                final Segment segment = files.open(base, false);
                try {
                    segment.force(segmentLength);
                } finally {
                    segment.release();
                }
            }
            last.force(tail);
        } catch (final IOException ex) {
            throw new MillraceException(
                    ErrorCode.STORAGE_FAILED,
                    "cannot force a segment at close: " + id + " cause=" + ex
                            + "; what was appended may be lost at a loss of power",
                    ex);
        }
    }

    private void checkWritable() {
        if (readOnly) {
            throw new IllegalStateException("the store was opened for reading only: " + id);
        }
        if (isClosed) {
            throw new IllegalStateException("the store is closed: " + id);
        }
    }

    @Override
    public String toString() {
        return "LogPartition{" + id + ", tailPosition=" + tailPosition() + '}';
    }

    /** What the partition knows of one producer. Guarded by the map that holds it. */
    private static final class ProducerState {
        private long lastSequence = -1;
        private boolean isOpen;
    }
}
