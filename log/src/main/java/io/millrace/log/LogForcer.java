package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.storage.NoSpaceException;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store's second background thread: makes what was appended survive a loss of power.
 *
 * <p><b>Sources</b>, topics that are made from no other, are durable as soon as their bytes are forced. <b>Derived</b>
 * topics are durable when a manifest on disk names them: after a loss of power a source keeps what is there, a derived topic
 * what the last manifest says and not a byte more. So no derived record is ever kept whose source is not.
 *
 * <p><b>A cut</b> marks how far the topics are, those that are derived before those they are made from: a record that has
 * its derived record marked was committed before that, and so is found when its own topic is marked later. Then it forces,
 * sources first, and writes the manifest. Marking a partition walks to the end of what is committed and fills the
 * checksums on the way, so nothing is ever claimed that recovery could not check.
 *
 * <p><b>Group commit.</b> An appender of a topic with {@link Durability#POWER} raises the partition's signal and wakes this
 * thread. What is committed while it forces waits for the next round and is forced together.
 *
 * <p><b>A force that fails</b> ends it all: the system may drop what it could not write and report success the next time.
 * No force is made after that, no durable position moves, and appends fail.
 */
final class LogForcer implements Runnable {
    private static final Logger LOGGER = LoggerFactory.getLogger(LogForcer.class);
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Held in each duty cycle, and by whoever takes topics away; fair, since cycles may follow each other without a pause. */
    private final ReentrantLock cycle = new ReentrantLock(true);

    private final CutFiles files;
    private final byte[] bootId;
    private final long cutIntervalNs;
    private final Thread thread;
    private final CutManifest manifest = new CutManifest();
    private final SignalStack signals = new SignalStack();
    private LogPartition[] signalled = new LogPartition[16];
    private int signalledCount;

    private volatile LogTopic[] topicsToMark = {};
    private volatile LogTopic[] topicsById = {};
    private long generation;
    private long nextCutNs;
    private boolean isTimed;
    private boolean isRetrying;
    private boolean isMarkingIncomplete;
    private volatile boolean isParked;
    private volatile boolean isRunning;

    /** Whether there is a thread, or was one: then nobody else does its work. */
    private volatile boolean isStarted;

    private volatile long requested;
    private volatile MillraceException failure;

    // Guarded by this.
    private long completed;
    private MillraceException requestProblem;

    LogForcer(final CutFiles files, final byte[] bootId, final long cutIntervalNs, final String threadName) {
        this.files = files;
        this.bootId = bootId;
        this.cutIntervalNs = cutIntervalNs;
        thread = new Thread(this, threadName);
        thread.setDaemon(true);
    }

    /**
     * Writes the first manifest of this run: it takes back that the store is closed in order and names the run of the
     * machine. Before anybody appends.
     */
    void begin(final long lastGeneration) throws IOException {
        files.confirm(lastGeneration);
        generation = lastGeneration;
        write(false);
    }

    void start() {
        isStarted = true;
        isRunning = true;
        thread.start();
    }

    /** Takes the topics as they are now, with what each is made from. */
    void topics(final LogTopic[] topics) {
        final LogTopic[] byId = topics.clone();
        Arrays.sort(byId, (a, b) -> Integer.compare(a.id(), b.id()));
        final LogTopic[] toMark = topics.clone();
        // The most derived first; among equals the newer, since who declares nothing mostly reads what is older.
        Arrays.sort(toMark, (a, b) -> {
            final int order = Integer.compare(b.rank(), a.rank());
            return order == 0 ? Integer.compare(b.id(), a.id()) : order;
        });
        topicsById = byId;
        topicsToMark = toMark;
    }

    /** Says that something was committed to a topic that is to survive a loss of power. Any thread. */
    void onCommitted(final PartitionSignal signal) {
        if (signals.push(signal) && isParked) {
            LockSupport.unpark(thread);
        }
    }

    /** Why nothing is forced any more, null while all is well. */
    MillraceException failure() {
        return failure;
    }

    @Override
    public void run() {
        while (isRunning) {
            if (doWork(System.nanoTime()) == 0) {
                park();
            }
        }
    }

    private void park() {
        // Pairs with the push in onCommitted: either the signal is seen here, or its thread sees that this one is
        // parked.
        isParked = true;
        if (signals.isEmpty() && isRunning && requested == completed()) {
            LockSupport.parkNanos(this, Math.max(1, Math.min(nextCutNs - System.nanoTime(), cutIntervalNs)));
        }
        isParked = false;
    }

    /** One duty cycle; returns 0 when there was nothing to do. */
    int doWork(final long nowNs) {
        cycle.lock();
        try {
            return workCycle(nowNs);
        } finally {
            cycle.unlock();
        }
    }

    /** Does something that no cut must be in the way of. */
    void hold(final Runnable action) {
        cycle.lock();
        try {
            action.run();
        } finally {
            cycle.unlock();
        }
    }

    private int workCycle(final long nowNs) {
        final long request = requested;
        if (failure != null) {
            complete(request, failure);
            return 0;
        }
        if (!isTimed) {
            isTimed = true;
            nextCutNs = nowNs + cutIntervalNs;
        }
        MillraceException problem = null;
        int workCount = 0;
        try {
            final boolean hasDerivedNews = forceSources();
            workCount = signalledCount;
            if (request != completed() || nowNs - nextCutNs >= 0) {
                nextCutNs = nowNs + cutIntervalNs;
                cut(true);
                workCount++;
            } else if (hasDerivedNews) {
                cut(false);
            }
            isRetrying = false;
        } catch (final NoSpaceException ex) {
            problem = onProblem(nowNs, ErrorCode.STORAGE_FULL, "the disk is full, free space", ex);
        } catch (final IOException ex) {
            problem = fail(ex);
        } catch (final RuntimeException ex) {
            problem = onProblem(nowNs, ErrorCode.STORAGE_FAILED, "it is tried again", ex);
        } catch (final Error ex) {
            // Nobody knows what was done: as bad as a force that failed.
            problem = fail(new IOException(ex));
        }
        complete(request, problem);
        return workCount;
    }

    /** Something that is no failed force, such as a file that cannot be opened now: nothing is claimed, and tried again. */
    private MillraceException onProblem(
            final long nowNs, final ErrorCode code, final String advice, final Exception cause) {
        final MillraceException problem =
                new MillraceException(code, "cannot take a durable cut: cause=" + cause + "; " + advice, cause);
        if (!isRetrying) {
            LOGGER.warn("cannot take a durable cut, trying again every 100 ms: cause={}", cause.toString(), cause);
        }
        isRetrying = true;
        nextCutNs = nowNs + RETRY_NS;
        return problem;
    }

    private MillraceException fail(final IOException cause) {
        final MillraceException reason = new MillraceException(
                ErrorCode.STORAGE_FAILED,
                "the disk refused to keep what was written: " + cause.getMessage()
                        + "; the store takes no more records, check the disk and open the store again",
                cause);
        failure = reason;
        files.leaveFailure();
        for (final LogTopic topic : topicsById) {
            for (int i = 0; i < topic.partitionCount(); i++) {
                topic.partition(i).refuse(reason);
            }
        }
        LOGGER.error(reason.getMessage());
        return reason;
    }

    /** Forces the sources that have signalled; returns whether a derived topic has. */
    private boolean forceSources() throws IOException {
        boolean hasDerivedNews = false;
        takeSignalled();
        for (int i = 0; i < signalledCount; i++) {
            final LogPartition partition = signalled[i];
            final LogTopic topic = partition.owner();
            if (topic.isDerived()) {
                topic.need();
                hasDerivedNews = true;
            } else {
                partition.markCommitted();
                final PartitionForcing forcing = partition.forcing();
                while (!forcing.isMarkForced()) {
                    forcing.forceNext();
                }
                forcing.publish(false);
            }
            signalled[i] = null;
        }
        return hasDerivedNews;
    }

    private void takeSignalled() {
        signalledCount = 0;
        PartitionSignal signal = signals.takeAll();
        while (signal != null) {
            if (signalledCount == signalled.length) {
                signalled = Arrays.copyOf(signalled, 2 * signalledCount);
            }
            signalled[signalledCount++] = signal.partition();
            signal = signal.lower();
        }
    }

    /** Takes a cut of all topics, or of those that are needed and what they are made from. */
    private void cut(final boolean isOfAll) throws IOException {
        final LogTopic[] topics = topicsToMark;
        // Marks of a round that broke off may not fit each other: the next manifest is written after all were made
        // anew.
        final boolean marksAll = isOfAll || isMarkingIncomplete;
        isMarkingIncomplete = true;
        for (final LogTopic topic : topics) {
            if (marksAll || topic.isNeeded()) {
                topic.clearNeed();
                topic.markCommitted();
            }
        }
        isMarkingIncomplete = false;
        boolean hasDerivedNews = false;
        boolean hasNews = false;
        for (int i = topics.length - 1; i >= 0; i--) {
            final LogTopic topic = topics[i];
            for (int p = 0; p < topic.partitionCount(); p++) {
                final PartitionForcing forcing = topic.partition(p).forcing();
                hasNews |= !forcing.isMarkNamed();
                while (!forcing.isMarkForced()) {
                    forcing.forceNext();
                    // Sources may go on meanwhile: more of them than was marked does no harm.
                    hasDerivedNews |= forceSources();
                }
                forcing.publish(topic.isDerived());
            }
        }
        if (hasNews) {
            write(false);
        }
        if (hasDerivedNews) {
            cut(false);
        }
    }

    /** Writes what is marked, which is forced, as a manifest. */
    private void write(final boolean isClean) throws IOException {
        final LogTopic[] topics = topicsById;
        int count = 0;
        for (final LogTopic topic : topics) {
            count += topic.partitionCount();
        }
        manifest.begin(generation + 1, bootId, count);
        for (final LogTopic topic : topics) {
            for (int i = 0; i < topic.partitionCount(); i++) {
                final LogPartition partition = topic.partition(i);
                final PartitionForcing forcing = partition.forcing();
                manifest.add(topic.id(), i, partition.beginBase(), forcing.markedPosition(), forcing.markedClock());
            }
        }
        files.write(generation + 1, manifest.finish(isClean));
        generation++;
        for (final LogTopic topic : topics) {
            for (int i = 0; i < topic.partitionCount(); i++) {
                final PartitionForcing forcing = topic.partition(i).forcing();
                forcing.onNamed();
                forcing.publish(topic.isDerived());
            }
        }
    }

    /**
     * Takes a cut of everything that is committed now; returns when it is on disk.
     *
     * @throws MillraceException STORAGE_FAILED or STORAGE_FULL when it cannot be taken.
     */
    void forceNow() {
        final long ticket;
        synchronized (this) {
            requested = requested + 1;
            ticket = requested;
        }
        if (isStarted) {
            LockSupport.unpark(thread);
            if (!await(ticket)) {
                throw new IllegalStateException("the store was closed before the cut was taken");
            }
        } else {
            doWork(nextCutNs - cutIntervalNs);
        }
        synchronized (this) {
            if (requestProblem != null) {
                throw new MillraceException(requestProblem.code(), requestProblem.getMessage(), requestProblem);
            }
        }
    }

    /** Waits for a request to be done; false when it will not be, since the thread has ended. */
    private synchronized boolean await(final long ticket) {
        boolean isInterrupted = false;
        while (completed < ticket && isRunning) {
            try {
                wait();
            } catch (final InterruptedException ex) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        return completed >= ticket;
    }

    private synchronized long completed() {
        return completed;
    }

    private synchronized void complete(final long request, final MillraceException problem) {
        if (request != completed) {
            completed = request;
            requestProblem = problem;
            notifyAll();
        }
    }

    /** Ends the thread and waits for the step that it is in. */
    void stop() {
        if (!isRunning) {
            return;
        }
        isRunning = false;
        LockSupport.unpark(thread);
        LogConductor.join(thread);
        synchronized (this) {
            notifyAll();
        }
    }

    /**
     * Takes the last cut, of partitions that nobody appends to any more.
     *
     * @param isClean whether all that was claimed is committed, so that nothing has to be looked at when the store is opened
     *                again.
     * @return why that was not possible, or null.
     */
    MillraceException finish(final boolean isClean) {
        // A thread that is interrupted finds its files closed under it.
        final boolean isInterrupted = Thread.interrupted();
        try (files) {
            if (failure == null) {
                cut(true);
                write(isClean);
            }
        } catch (final NoSpaceException ex) {
            LOGGER.warn(
                    "the disk is full: the store is looked through when it is opened next: cause={}", ex.toString());
        } catch (final IOException ex) {
            return fail(ex);
        } catch (final RuntimeException ex) {
            return new MillraceException(
                    ErrorCode.STORAGE_FAILED, "cannot force what was appended: cause=" + ex + "; check the disk", ex);
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return failure;
    }

    @Override
    public String toString() {
        return "LogForcer{generation=" + generation + ", failure=" + failure + '}';
    }
}
