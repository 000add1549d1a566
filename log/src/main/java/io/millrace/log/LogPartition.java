package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.PositionGoneException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordVisitor;
import io.millrace.log.segment.PartitionId;
import io.millrace.log.segment.Segment;
import io.millrace.log.segment.SegmentCache;
import io.millrace.log.segment.SegmentDescriptor;
import io.millrace.log.segment.SegmentFiles;
import io.millrace.log.segment.SegmentIndex;
import io.millrace.log.segment.SegmentInspection;
import io.millrace.log.segment.SegmentInspector;
import io.millrace.log.segment.TailFollower;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
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
    private static final int FOLLOW_LENGTH = 1024 * 1024;

    /** While appenders need the next segment more: what is left out is made good later, at the latest by the next durable cut. */
    private static final int URGENT_FOLLOW_LENGTH = SegmentPreparation.MAX_STEP_LENGTH / 64;

    private final PartitionId id;
    private final SegmentFiles files;
    private final SegmentCache cache;
    private final boolean readOnly;
    private final LogClock clock;
    private final int segmentLength;
    private final PartitionProducers producers;
    private final AtomicReference<Segment> active = new AtomicReference<>();
    private final SegmentPreparation preparation;
    private final ClaimRevocation revocation;
    private final ReadOnlyTail readOnlyTail;
    private final PartitionForcing forcing;
    private final SegmentRemoval removal;
    private final PartitionSignal conductorSignal = new PartitionSignal(this);
    private final PartitionSignal forcerSignal = new PartitionSignal(this);
    private final LogConductor conductor;
    private final LogHousekeeper housekeeper;
    private final LogForcer forcer;

    /** Held by the one that moves the follower: the conductor, or the forcer when it needs to know how far it gets. */
    private final AtomicBoolean isFollowing = new AtomicBoolean();

    /** Whether the appender of a mirror is open. */
    private final AtomicBoolean isMirrored = new AtomicBoolean();

    /** Null until the partition is used. */
    private TailFollower follower;

    private LogTopic owner;
    private PartitionRetention retention;
    private long recoveredLogTimeNs = Long.MIN_VALUE;
    private Segment sealed;
    private boolean isComplete = true;

    // The conductor's thread only.
    private boolean isAwake;
    private long seenTail;
    private int quietCycles;
    private String problem;

    // The forcer's thread only.
    private String damage;

    /** Where the log ends while there is no active segment: before the first use, and after the close. */
    private volatile long closedTail;

    /** Whether files are there and the tail is known, and nobody has used them yet. */
    private volatile boolean isUnused;

    private boolean isSuspect;
    private volatile boolean isRefusing;
    private volatile MillraceException refusal;
    private volatile MillraceException deletion;
    private volatile boolean isClosed;
    private volatile boolean isReleased;

    /** Makes a partition that is not open; without agents when it is only to be read. */
    LogPartition(
            final SegmentFiles files,
            final LogClock clock,
            final LogConductor conductor,
            final LogForcer forcer,
            final TopicPresence presence) {
        this.id = files.owner();
        this.files = files;
        this.clock = clock;
        this.conductor = conductor;
        this.forcer = forcer;
        this.readOnly = conductor == null;
        this.segmentLength = files.segmentLength();
        this.cache = new SegmentCache(files, readOnly);
        this.producers = new PartitionProducers(id, files.producerSnapshots(), segmentLength);
        this.housekeeper = readOnly ? null : conductor.housekeeper();
        this.preparation = new SegmentPreparation(files, cache, active, housekeeper);
        this.revocation = new ClaimRevocation(id, cache, segmentLength);
        this.readOnlyTail = new ReadOnlyTail(files, cache, presence);
        this.forcing = new PartitionForcing(files, cache);
        this.removal = new SegmentRemoval(files, cache, forcing);
    }

    void owner(final LogTopic topic) {
        owner = topic;
        retention = new PartitionRetention(topic, this, removal, clock, housekeeper);
    }

    LogTopic owner() {
        return owner;
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
        checkNoMirror();
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
        checkProducer(producerId);
        return open(producerId, producers.epoch(producerId));
    }

    /**
     * Opens the appender of an epoch of a producer, and begins the epoch when it is newer than the current one: the appender
     * that is open then, if any, is fenced. Waits until what that one had claimed is finished, or revoked. An epoch
     * survives whatever the records behind its beginning survive.
     *
     * @param producerId from {@link LogStore#producerId(String)}, greater than 0.
     * @param epoch      0 or more; 0 is the first.
     * @return the appender, for one thread; close it so that the epoch can be opened again.
     * @throws MillraceException     FENCED when a newer epoch has begun; STORAGE_FULL or STORAGE_FAILED.
     * @throws IllegalStateException when this epoch is open on this partition already, or a claim in front was not finished
     *                               within 10 s, or the store was opened for reading only or is closed.
     */
    public ProducerAppender producer(final int producerId, final int epoch) {
        checkProducer(producerId);
        if (epoch < 0) {
            throw new IllegalArgumentException("epoch must not be negative: " + epoch);
        }
        new EpochBeginning(this, producers).begin(producerId, epoch);
        return open(producerId, epoch);
    }

    /**
     * Opens the appenders of a producer that is run as several replicas: all of them append the same records under the same
     * sequences, at their own pace, and the partition holds the first copy of each. A replica may end at any time. They
     * belong to the current epoch, and a newer one fences them all.
     *
     * @param producerId from {@link LogStore#producerId(String)}, greater than 0.
     * @param replicas   number of appenders, 1 or more.
     * @return the appenders, each for one thread; when all are closed, the producer can be opened again.
     * @throws IllegalArgumentException when there is to be none.
     * @throws IllegalStateException    when the producer is open on this partition already, or the store was opened for
     *                                  reading only or is closed.
     */
    public List<ProducerAppender> sharedProducer(final int producerId, final int replicas) {
        checkProducer(producerId);
        if (replicas < 1) {
            throw new IllegalArgumentException("replicas of a producer are 1 or more, not " + replicas);
        }
        return producers.openShared(this, producerId, replicas);
    }

    /**
     * Opens the appender of a partition that is the copy of one in another store.
     *
     * @return the appender, for one thread; close it so that another can be opened.
     * @throws IllegalStateException when the topic is no mirror, an appender is open already, or the store was opened for
     *                               reading only or is closed.
     */
    public MirrorAppender mirror() {
        checkWritable();
        if (!isMirror()) {
            throw new IllegalStateException(
                    "the topic is no copy of another: " + id + "; use appender() or producer(…)");
        }
        openIfUnused();
        if (!isMirrored.compareAndSet(false, true)) {
            throw new IllegalStateException("the mirror is appended to already: " + id);
        }
        return new MirrorAppender(this, new RecordWriter(this, 0, -1));
    }

    void closeMirror() {
        isMirrored.set(false);
    }

    /**
     * Tells whether the partition is the copy of one in another store.
     *
     * @return true when only {@link #mirror()} appends to it.
     */
    public boolean isMirror() {
        return owner.spec().isMirror();
    }

    /** What a mirror holds at a position must be what the other store holds there. */
    private void checkNoMirror() {
        if (isMirror()) {
            throw new IllegalStateException("the topic is a copy of one in another store and takes no other records: "
                    + id + "; append to that one");
        }
    }

    private void checkProducer(final int producerId) {
        checkWritable();
        checkNoMirror();
        if (producerId <= 0) {
            throw new IllegalArgumentException("producer id must be greater than 0: " + producerId);
        }
        openIfUnused();
    }

    private ProducerAppender open(final int producerId, final int epoch) {
        return new ProducerAppender(this, producers.open(this, producerId, epoch), epoch, null);
    }

    OriginalPositions originalPositions(final int producerId) {
        return new OriginalPositions(this, files.producerSnapshots(), producerId);
    }

    void closeProducer(final RecordWriter writer) {
        producers.close(writer);
    }

    /**
     * Opens a reader at the first record.
     *
     * @return a new reader, for one thread; to be closed.
     * @throws IllegalStateException when the store is closed.
     */
    public LogReader reader() {
        checkNotDeleted();
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
        return beginBase() + SegmentDescriptor.HEADER_LENGTH;
    }

    /**
     * Tells whether records at the beginning were removed, by retention or by {@link #truncateBefore}.
     *
     * @return false while all that was ever appended can be read.
     */
    public boolean isTruncated() {
        return beginBase() > 0;
    }

    /**
     * Tells how far the log goes.
     *
     * @return end of the last claim, whether committed or not; in a store opened for reading only, the end of what is
     *         committed, found by walking what was appended since the last call.
     */
    public long tailPosition() {
        if (readOnly) {
            return readOnlyTail.position();
        }
        final Segment segment = active.get();
        return segment == null ? closedTail : segment.basePosition() + segment.tailOffset();
    }

    /**
     * Tells what survives a loss of power. It moves on soon after each commit in a topic with
     * {@link Durability#POWER}, else with each durable cut; see {@link LogStore#derives(String, String)} too.
     *
     * @return byte position: every record before it survives. In a store opened for reading only that of the first record,
     *         since only the owner knows.
     */
    public long durablePosition() {
        return readOnly ? beginPosition() : forcing.durablePosition();
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
        checkNotDeleted();
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
        checkNotDeleted();
        return new SegmentInspector(files, visitor, verifiesChecksums).inspect(basePosition);
    }

    LogClock clock() {
        return clock;
    }

    long recoveredLogTimeNs() {
        return recoveredLogTimeNs;
    }

    boolean isClosed() {
        return isClosed;
    }

    /** Whether another process may append. */
    boolean isReadOnly() {
        return readOnly;
    }

    /** Whether appends are refused, for a reason that {@link #refusal()} tells. */
    boolean isRefusing() {
        return isRefusing;
    }

    /** Refuses whatever the topic is asked for once it was deleted. */
    void checkNotDeleted() {
        final MillraceException reason = deletion;
        if (reason != null) {
            throw new MillraceException(reason.code(), reason.getMessage(), reason);
        }
    }

    /**
     * Tells before which position everything was committed, as far as this process knows: what is not a record there is
     * damaged. Any thread.
     *
     * @return byte position of a record, or of the place where one will be; 0 where nobody knows, as in a store opened for
     *         reading only.
     */
    long committedPosition() {
        if (isUnused) {
            final long position = closedTail;
            // Once more: a close stores another tail, with claims before it that may be open, and says so before.
            if (isUnused) {
                return position;
            }
        }
        final TailFollower current = follower;
        return current == null ? 0 : current.position();
    }

    /** Refuses to wait for more in a topic that the process which owns it has deleted. */
    void checkPresent() {
        if (readOnly) {
            readOnlyTail.checkPresent();
        }
    }

    /** The outcome of an append that is refused, or the exception when the disk has failed or the topic is gone. */
    long refusal() {
        checkNotDeleted();
        final MillraceException reason = refusal;
        if (reason != null && !isClosed) {
            throw new MillraceException(reason.code(), reason.getMessage(), reason);
        }
        return Outcome.CLOSED;
    }

    /** Refuses all further appends. Any thread. */
    void refuse(final MillraceException reason) {
        refusal = reason;
        isRefusing = true;
    }

    /** Whether the forcer is told of each commit, and fills the checksums itself. */
    boolean isPower() {
        return owner.spec().durability() == Durability.POWER;
    }

    /** Tells the forcer of a commit that has just been made. */
    void onCommitted() {
        // Pairs with the fence in PartitionSignal.lower().
        VarHandle.fullFence();
        forcer.onCommitted(forcerSignal);
    }

    /** Tells the conductor that an appender has entered a segment. */
    void onEntered() {
        conductor.onEntered(conductorSignal);
    }

    PartitionId id() {
        return id;
    }

    /** True when the store has stopped waiting for open claims: their bytes may belong to another owner now. */
    boolean isReleased() {
        return isReleased;
    }

    Segment active() {
        final Segment current = active.get();
        if (current == null && isUnused) {
            openIfUnused();
            return active.get();
        }
        return current;
    }

    /** Maps the tail of a partition that was left in order, when somebody needs it for the first time. */
    private void openIfUnused() {
        if (!isUnused) {
            return;
        }
        synchronized (active) {
            if (isUnused) {
                final PartitionOpening opening = new PartitionOpening(files, producers);
                try {
                    opening.resume(removal.beginBase(), closedTail, recoveredLogTimeNs, isSuspect);
                } catch (final IOException ex) {
                    throw LogStore.storageFailure(
                            "cannot open a partition: " + id, files.path(closedTail & -segmentLength), ex);
                }
                opening.report().damages().forEach(LOGGER::error);
                start(opening);
                isUnused = false;
            }
        }
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

    /**
     * Tells whether the segment behind the one that is appended to is yet to be prepared, which takes as long as appenders give it: it is
     * done in steps, at their pace. May be called from any thread.
     *
     * @return true while the store's conductor is to prepare it; false when it is there, not needed yet, or cannot be had, in which
     *         case the outcome of an append tells why.
     */
    public boolean isPreparing() {
        return preparation.isUnderWay();
    }

    /**
     * Tells whether appenders fill the segment faster than the next one is prepared. Whoever has much to append and time for it waits
     * meanwhile, and leaves the room that is ready to those who cannot wait. May be called from any thread.
     *
     * @return true while the store's conductor has to catch up; false when it keeps pace, has nothing to prepare, or cannot, in which case
     *         the outcome of an append tells why.
     */
    public boolean isPreparationLate() {
        return preparation.isLate();
    }

    /** Why there is no next segment: the outcome for an append that needs it. */
    long preparationOutcome() {
        return preparation.outcome();
    }

    /** Says that a record's header cannot be true. */
    MillraceException damaged(final long position, final String field, final long value) {
        final long base = position & -segmentLength;
        return new MillraceException(
                ErrorCode.CORRUPT,
                "a record header is damaged: " + id + " position=" + position + " file=" + files.path(base) + " offset="
                        + (position - base) + ' ' + field + '=' + value + "; run `millrace log verify`");
    }

    /** Finds the segment that starts at a base position, with a reference for the caller; null if not there yet. */
    Segment acquire(final long base) {
        if (!readOnly) {
            // A file prepared ahead may exist before the conductor has published it.
            final Segment last = isUnused ? openForReading(base) : active.get();
            final boolean isBehind =
                    last == null ? !isUnused || base >= (closedTail & -segmentLength) : base > last.basePosition();
            if (isBehind || base < removal.beginBase()) {
                return null;
            }
        }
        final Segment segment = readOnly ? readOnlyTail.acquire(base) : cache.acquire(base);
        if (segment == null && !readOnly && !isClosed && base >= removal.beginBase()) {
            throw new MillraceException(
                    ErrorCode.CORRUPT,
                    "a segment is missing: " + id + " position=" + base + " file=" + files.path(base)
                            + "; seek to another position, or restore the file from a copy");
        }
        return segment;
    }

    /** Opens the tail when a reader comes to it and finds something there; the segments before it can be read as they are. */
    private Segment openForReading(final long base) {
        final boolean isTail = base == (closedTail & -segmentLength);
        return isTail && (closedTail & (segmentLength - 1)) > SegmentDescriptor.HEADER_LENGTH ? active() : active.get();
    }

    /** Opens the partition for reading in a process that does not own it. */
    void openReadOnly() {
        readOnlyTail.open();
    }

    /** Makes the files of a new partition whose first segment starts at a base position. */
    void create(final long base) throws IOException {
        PartitionOpening.create(files, base);
        resume(base, base + SegmentDescriptor.HEADER_LENGTH, SegmentIndex.NO_CLOCK, false);
    }

    /**
     * Takes the partition as it was closed. Nothing is looked at before somebody uses it.
     *
     * @param begin        base position of the first segment.
     * @param tailPosition where the log ends, and what is on disk.
     * @param clockAtTail  ns since the epoch.
     * @param isOtherBoot  whether the machine has stopped since.
     */
    void resume(final long begin, final long tailPosition, final long clockAtTail, final boolean isOtherBoot) {
        removal.start(begin);
        closedTail = tailPosition;
        recoveredLogTimeNs = clockAtTail;
        isSuspect = isOtherBoot;
        forcing.start(tailPosition, clockAtTail);
        isUnused = true;
    }

    /** Whether anybody may have appended behind a position, in this run of the machine. */
    boolean wasUsed(final long position) throws IOException {
        // In any segment from there on: the one of the position may have been full, or damaged and passed.
        for (final long base : files.bases()) {
            if (base + segmentLength > position && files.isStamped(base)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Finds the tail after the end of a process, repairs it, and opens the partition for appending. After a force that
     * failed, what is not known to be on disk is written to new files first.
     */
    PartitionRecovery recover(final long forcedPosition, final long clockThere, final boolean hasFailure)
            throws IOException {
        final PartitionOpening opening = new PartitionOpening(files, producers);
        opening.cutsUnfinished(isMirror());
        opening.recover(forcedPosition, hasFailure);
        return start(opening, forcedPosition, clockThere);
    }

    /** Finds the tail after a stop of the machine, removes what lies behind it, and opens the partition for appending. */
    PartitionRecovery cut(
            final long namedPosition,
            final long namedBegin,
            final long clockThere,
            final boolean keepsProven,
            final boolean hasFailure)
            throws IOException {
        final PartitionOpening opening = new PartitionOpening(files, producers);
        opening.cut(namedPosition, namedBegin, clockThere, keepsProven, hasFailure);
        return start(opening, Math.min(namedPosition, opening.tailPosition()), clockThere);
    }

    private PartitionRecovery start(final PartitionOpening opening, final long forcedPosition, final long clockThere) {
        removal.start(opening.beginBase());
        forcing.start(Math.max(forcedPosition, beginPosition()), clockThere);
        start(opening);
        recoveredLogTimeNs = Math.max(recoveredLogTimeNs, clockThere);
        return opening.report();
    }

    private void start(final PartitionOpening opening) {
        final Segment tail = opening.tail();
        recoveredLogTimeNs = opening.logTimeNs();
        follower = new TailFollower(cache, segmentLength, producers);
        follower.splitsBatches(isMirror());
        opening.start(follower);
        cache.adopt(tail);
        active.set(tail);
    }

    /** Takes back what {@link #create(long)} made, as far as the disk lets it. */
    void destroy() {
        close();
        try {
            files.deleteAll();
        } catch (final IOException ex) {
            LOGGER.warn("cannot remove the files of a topic that was not created: {} cause={}", id, ex.toString());
        }
    }

    /**
     * Goes on with the next segment if the active one has begun to fill. By the conductor's thread only.
     *
     * @param aheadLength bytes to do though nobody will need them soon.
     * @return 1 when more is to be done at once, else 0.
     */
    int prepareNext(final long nowNs, final int aheadLength) {
        return isRefusing ? 0 : preparation.prepareNext(nowNs, aheadLength, forcing.markCount());
    }

    /**
     * Fills checksums of what was committed since the last call. By the conductor's thread only.
     *
     * @param isPreparationUrgent whether there is something else to do that appenders wait for.
     * @return 1 when there may be more to do at once, else 0: appenders are left alone with their cache lines for a while.
     */
    int followTail(final boolean isPreparationUrgent) {
        final Segment last = active.get();
        if (last == null || isPower() || !isFollowing.compareAndSet(false, true)) {
            return 0;
        }
        try {
            final int length = isPreparationUrgent ? URGENT_FOLLOW_LENGTH : FOLLOW_LENGTH;
            return follower.follow(last.basePosition(), length) ? 1 : 0;
        } finally {
            isFollowing.set(false);
        }
    }

    /** Lets the follower go on to the end of what is committed, unless somebody moves it already. Any thread. */
    void followOnce() {
        final Segment last = active.get();
        if (last != null && isFollowing.compareAndSet(false, true)) {
            try {
                follower.follow(last.basePosition(), FOLLOW_LENGTH);
            } finally {
                isFollowing.set(false);
            }
        }
    }

    /**
     * Makes padding of a claim that is open for too long. By the conductor's thread only.
     *
     * @return 1 when there was one, else 0.
     */
    int revokeLateClaim(final long nowNs, final long timeoutNs) {
        if (active.get() == null || revocation.revokeLate(nowNs, follower.position(), tailPosition(), timeoutNs) == 0) {
            return 0;
        }
        if (isPower()) {
            onCommitted();
        }
        return 1;
    }

    /** Walks to the end of what is committed now and marks it to be forced. By the forcer's thread only. */
    void markCommitted() {
        final Segment last = active.get();
        if (last == null) {
            if (sealed != null) {
                forcing.mark(follower.position(), follower.clock());
            }
            return;
        }
        // The tail as of now is enough: what was committed before this call lies before it.
        final long tail = last.basePosition() + last.tailOffset();
        if (tail == forcing.markedPosition()) {
            return;
        }
        while (!isFollowing.compareAndSet(false, true)) {
            Thread.onSpinWait();
        }
        try {
            followTo(last, tail);
            forcing.mark(follower.position(), follower.clock());
        } finally {
            isFollowing.set(false);
        }
    }

    /** As far as there is no damage: that must not keep the other partitions from being forced. */
    private void followTo(final Segment last, final long tail) {
        try {
            follower.follow(last.basePosition(), tail - follower.position());
        } catch (final MillraceException ex) {
            if (ex.code() != ErrorCode.CORRUPT) {
                throw ex;
            }
            if (!ex.getMessage().equals(damage)) {
                damage = ex.getMessage();
                LOGGER.error("what follows is not forced: {} cause={}", id, damage);
            }
        }
    }

    /** Has the forcer look at what an earlier run committed, in a topic that it is told of each commit of. */
    void signalIfNotForced() {
        if (isPower() && active.get() != null && forcing.forcedPosition() < tailPosition()) {
            onCommitted();
        }
    }

    PartitionForcing forcing() {
        return forcing;
    }

    /** The position before which nothing is walked again, whatever happens. */
    long settledPosition() {
        return forcing.settledPosition();
    }

    PartitionCompaction compaction() {
        return new PartitionCompaction(this, files);
    }

    /** Puts a segment that was written anew in the place of the old one, unless that was removed meanwhile. */
    boolean replace(final long base) throws IOException {
        return removal.replace(base);
    }

    /** Base position of the first segment. */
    long beginBase() {
        return readOnly ? readOnlyTail.beginBase() : removal.beginBase();
    }

    /** Refuses a position whose segment was not found, if that is because it was removed. */
    void checkNotGone(final long position, final long base) {
        if (isGone(base)) {
            throw new PositionGoneException(id.toString(), position, beginPosition());
        }
    }

    /** Whether a segment was removed, as opposed to one that is not there yet. */
    boolean isGone(final long base) {
        // The begin is moved before a file is touched, so a file that is missing is missing for one reason only.
        return base < beginBase();
    }

    /**
     * Removes what lies before a position, as far as whole segments do and as a durable cut names a position behind them;
     * so it may remove nothing now and more the next time. Takes a while: the directory is forced once per segment. Any
     * thread.
     *
     * @param position first byte to keep.
     * @throws MillraceException     STORAGE_FAILED when the disk refuses.
     * @throws IllegalStateException when the store was opened for reading only or is closed.
     */
    public void truncateBefore(final long position) {
        checkWritable();
        final Segment last = active();
        // After a failed force nothing more is taken away.
        if (last == null || isRefusing && refusal() < 0) {
            return;
        }
        try {
            removal.removeBefore(position, last.basePosition());
        } catch (final IOException ex) {
            throw LogStore.storageFailure("cannot remove segments of " + id, files.path(beginBase()), ex);
        }
    }

    /** Has removed what the topic need not keep. By the conductor's thread only. */
    void scheduleRetention() {
        retention.schedule();
    }

    /** Whether nothing is to be done but to wait for appenders. */
    boolean isQuiet() {
        final Segment last = active.get();
        return last == null
                || follower.position() >= tailPosition() && !preparation.isNeeded() && !preparation.isLastToHold();
    }

    /** Counts the cycles in which the partition has been quiet, up to this one. */
    int countQuietCycle() {
        quietCycles = isQuiet() ? quietCycles + 1 : 0;
        return quietCycles;
    }

    /** Whether anything was appended since the last call. By the conductor's thread only. */
    boolean hasGrown() {
        final long tail = tailPosition();
        final boolean hasGrown = tail != seenTail;
        seenTail = tail;
        return hasGrown;
    }

    boolean isAwake() {
        return isAwake;
    }

    /** Remembers what the conductor could not do, null for nothing; tells whether it is something else than before. */
    boolean isNewProblem(final String newProblem) {
        final boolean isNew = newProblem != null && !newProblem.equals(problem);
        problem = newProblem;
        return isNew;
    }

    void isAwake(final boolean newAwake) {
        isAwake = newAwake;
        quietCycles = 0;
    }

    /**
     * Refuses further appends, waits a moment for the claims that are open, and fills the checksums. After the agents have
     * ended.
     *
     * @return false when a claim was left open.
     */
    boolean seal() {
        if (!isClosed) {
            isClosed = true;
            isRefusing = true;
            removal.end();
            synchronized (active) {
                isUnused = false;
                sealed = active.getAndSet(null);
            }
            if (sealed != null) {
                // Somebody who begins an epoch may be in the follower still; from here on nobody else gets in.
                while (!isFollowing.compareAndSet(false, true)) {
                    Thread.onSpinWait();
                }
                final int tail = sealed.seal();
                closedTail = sealed.basePosition() + tail;
                isComplete = new PartitionClosing(files, follower, revocation, sealed, tail).awaitCommitted();
                producers.writeAtTail(follower);
            }
            isReleased = true;
        }
        return isComplete;
    }

    /** Refuses further appends and gives the mappings back. After the agents have ended. */
    void close() {
        seal();
        final Segment last = sealed;
        sealed = null;
        if (last != null) {
            if (last.next() != null) {
                last.next().release();
            }
            last.release();
        }
        preparation.close();
        cache.close();
    }

    /**
     * Gives up what the topic is deleted with: whoever appends or reads is told at the next call, and keeps the mapping that it
     * is in until then. Files are left alone. With the agents held back.
     */
    void discard(final MillraceException reason) {
        // Before the flags: who sees one of those asks why.
        deletion = reason;
        isClosed = true;
        isRefusing = true;
        removal.end();
        final Segment last;
        synchronized (active) {
            isUnused = false;
            last = active.getAndSet(null);
        }
        if (last != null) {
            // Somebody who begins an epoch may be in the follower still; from here on nobody else gets in.
            while (!isFollowing.compareAndSet(false, true)) {
                Thread.onSpinWait();
            }
            closedTail = last.basePosition() + last.seal();
            follower.close();
            if (last.next() != null) {
                last.next().release();
            }
            last.release();
        }
        isReleased = true;
        preparation.close();
        cache.close();
    }

    private void checkWritable() {
        checkNotDeleted();
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
}
