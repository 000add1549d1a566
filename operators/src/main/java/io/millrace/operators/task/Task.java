package io.millrace.operators.task;

import io.millrace.log.LogReader;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordHandler;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.effect.TaskCalls;
import io.millrace.operators.output.OutputAppender;
import io.millrace.operators.state.StateView;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;

/**
 * Runs a chain of operators over one partition of the log.
 *
 * <p>The partition is all that reaches a task: values, watermarks, ticks of the clock and the end of input are records in it,
 * and its outputs go out under sequences of its own. So what it does is a function of the partition, and a task that starts
 * again, from the beginning or from a checkpoint, does the same again; {@link OutputAppender} says why nothing is doubled by
 * that.
 *
 * <p>A task is an agent without a thread of its own: whoever runs it calls {@link #doWork()} from one thread at a time.
 */
public final class Task implements Agent, AutoCloseable {
    private static final int POLL_LIMIT = 256;

    // Records between two looks at how long outputs have been held back.
    private static final int PART_LENGTH = 32;

    // From then on they are held back no longer than for a part; the log's conductor ticks each ms.
    private static final long MAX_HELD_BACK_NS = 2_000_000;

    // As many cache misses as a core has under way at once, a few times over.
    private static final int LOOK_AHEAD = 64;

    private final TaskId id;
    private final Supplier<LogReader> readers;
    private final LogReader reader;
    private final TaskDriver driver;
    private final RecordHandler lookAhead;
    private final List<OutputAppender> outputs;
    private final OutputAppender[] flushed;
    private final AutoCloseable state;
    private final Map<String, StateView> views;
    private final TaskCounters counters;
    private final TaskCheckpoints checkpoints;
    private final Restored restored;
    private final AtomicLong readPosition;

    private LogReader ahead;
    private TaskRange range = TaskRange.ALL;
    private List<OutputAppender> mutable = List.of();
    private long readLimit = TaskRange.UNBOUNDED;
    private boolean isInRecord;
    private TaskCalls calls;
    private long livePosition;
    private volatile boolean isComplete;
    private volatile boolean isClosed;
    private volatile boolean isStopped;
    private volatile long eventWakeNs = Long.MAX_VALUE;

    /**
     * Creates a task, and restores it from its newest checkpoint if it has any.
     *
     * @param id          names it.
     * @param readers     opens readers that stand at the beginning of its partition; each is closed with the task.
     * @param driver      that takes the records.
     * @param outputs     doors to its output topics; closed with the task.
     * @param state       memory of its operators; closed with the task.
     * @param views       on the state of its steps, by their names.
     * @param counters    of the task.
     * @param checkpoints of the task; null for a task that takes none and begins at the beginning.
     * @throws UnusableCheckpointException             when a checkpoint that is whole cannot be restored: the task is to be made
     *                                                 anew without it.
     * @throws io.millrace.log.error.MillraceException when a checkpoint does not fit, see {@link TaskCheckpoints}.
     */
    public Task(
            final TaskId id,
            final Supplier<LogReader> readers,
            final TaskDriver driver,
            final List<OutputAppender> outputs,
            final AutoCloseable state,
            final Map<String, StateView> views,
            final TaskCounters counters,
            final TaskCheckpoints checkpoints) {
        this.id = id;
        this.readers = readers;
        this.reader = readers.get();
        this.checkpoints = checkpoints;
        this.driver = driver;
        this.lookAhead = driver::prefetch;
        this.outputs = List.copyOf(outputs);
        this.flushed = this.outputs.toArray(OutputAppender[]::new);
        this.state = state;
        this.views = Collections.unmodifiableMap(new LinkedHashMap<>(views));
        this.counters = counters;
        this.restored = restore();
        this.readPosition = new AtomicLong(reader.position());
    }

    private Restored restore() {
        if (checkpoints == null) {
            return new Restored(0, reader.position(), "");
        }
        try {
            final Restored from = checkpoints.restore();
            if (from.checkpoint() > 0) {
                reader.seek(from.position());
                eventWakeNs = driver.eventWakeNs();
                isComplete = driver.isComplete();
            }
            return from;
        } catch (final RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    /**
     * Bounds what the task reads and what of its outputs is heard. Called once, before the first record.
     *
     * @param newRange of the partition. Its start counts where the task was given readers and checkpoints that begin there.
     * @param sinks    those of its outputs that are mute as long as the range says.
     * @return this task.
     * @throws MillraceException CONFIGURATION when the task has read beyond the end before.
     */
    public Task within(final TaskRange newRange, final List<OutputAppender> sinks) {
        final long position = reader.position();
        if (position - newRange.end() >= RecordDescriptor.HEADER_LENGTH) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "task " + id + " cannot stop at position " + newRange.end() + " of topic " + id.topic()
                            + " partition "
                            + id.partition() + ": it has read up to " + position
                            + " before; allowed are positions from there on");
        }
        range = newRange;
        mutable = List.copyOf(sinks);
        mute(range.isMutedAt(position));
        return this;
    }

    /**
     * Has the inputs called for that wait for their replies, once the task has read what earlier runs have left. Called once,
     * before the first record.
     *
     * @param newCalls        that its chain waits for; null for a task that waits for none.
     * @param newLivePosition where the partition ended before anybody was called in this run.
     * @return this task.
     */
    public Task calling(final TaskCalls newCalls, final long newLivePosition) {
        calls = newCalls;
        livePosition = newLivePosition;
        return this;
    }

    /**
     * The calls that its chain waits for.
     *
     * @return inputs without a reply; null for a task that waits for none.
     */
    public TaskCalls calls() {
        return calls;
    }

    /**
     * Has what waits called for, if the task has read what earlier runs have left. By the task's thread, between two calls of
     * {@link #doWork()}.
     *
     * @return true when it began with that now.
     */
    public boolean beginCalling() {
        if (calls == null || calls.isLive() || reader.position() < livePosition && !reader.isAtEnd()) {
            return false;
        }
        calls.goLive();
        return calls.isLive();
    }

    private void mute(final boolean isMuted) {
        mutable.forEach(output -> output.mute(isMuted));
        readLimit = isMuted ? Math.min(range.liveFrom(), range.end()) : range.end();
    }

    @Override
    public int doWork() {
        return doWork(POLL_LIMIT);
    }

    /**
     * Processes the next records of the partition.
     *
     * @param limit at most so many records, greater than 0.
     * @return number of records, 0 when there is none or the task has nothing left to do.
     */
    public int doWork(final int limit) {
        if (isComplete || isStopped) {
            return 0;
        }
        isInRecord = true;
        int records = poll(limit);
        final boolean isAtLimit = records >= 0 && TaskRange.isReached(readLimit, reader.position());
        if (isAtLimit) {
            records += pass();
        }
        if (records > 0) {
            driver.endOfPoll();
            flush();
            if (eventWakeNs != driver.eventWakeNs()) {
                eventWakeNs = driver.eventWakeNs();
            }
            if (driver.isComplete()) {
                isComplete = true;
            }
            // After what is told of it: whoever sees the position sees at least as much of the rest.
            readPosition.lazySet(reader.position());
        } else if (readPosition.get() != reader.position()) {
            // Nothing but what is hidden lay behind it.
            readPosition.lazySet(reader.position());
        }
        // Whoever throws in between leaves a task that stands in the middle of a record, of which no checkpoint can be
        // taken.
        isInRecord = false;
        if (isAtLimit && !isComplete && range.isEndReached(reader.position())) {
            stop();
        }
        return records;
    }

    private int poll(final int limit) {
        try {
            return driver.wantsLookAhead() ? pollLookingAhead(Math.min(limit, LOOK_AHEAD)) : pollInParts(limit);
        } catch (final RuntimeException e) {
            flushBehind(e);
            throw e;
        }
    }

    // As many records as in one go, whatever time it takes: in which order tasks append to what they share must not
    // hang on that.
    private int pollInParts(final int limit) {
        final long tickNs = tickNs();
        int records = 0;
        while (records < limit) {
            final int part = Math.min(PART_LENGTH, limit - records);
            final int read = reader.poll(driver, part, readLimit);
            records += read;
            if (read < part) {
                break;
            }
            if (tickNs() - tickNs > MAX_HELD_BACK_NS) {
                flush();
            }
        }
        return records;
    }

    // What records in front of the one that failed have made is right, and may be what somebody needs to find the
    // reason.
    private void flushBehind(final RuntimeException failure) {
        try {
            flush();
        } catch (final RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private void flush() {
        for (int i = 0; i < flushed.length; i++) {
            flushed[i].flush();
        }
    }

    private long tickNs() {
        return flushed.length == 0 ? 0 : flushed[0].tickNs();
    }

    // The position from which on the task is heard, or its end, or both.
    private int pass() {
        final long position = reader.position();
        if (!range.isMutedAt(position)) {
            mute(false);
        }
        if (range.isEndFinal() && range.isEndReached(position)) {
            driver.onRecord(EndOfInput.at(position));
        }
        return 1;
    }

    /**
     * Stops the task, unless something is left to read in its partition. By the task's thread, once nobody appends to the
     * partition any more.
     *
     * @return true if it has stopped now.
     * @throws MillraceException CONFIGURATION when outputs are there that belong to later input.
     */
    public boolean stopIfDrained() {
        if (isComplete || isStopped || !reader.isAtEnd()) {
            return false;
        }
        stop();
        return true;
    }

    private void stop() {
        for (final OutputAppender output : outputs) {
            for (int i = 0; i < output.partitionCount(); i++) {
                checkNothingBehind(output, i);
            }
        }
        takeCheckpoint();
        isStopped = true;
    }

    // A task that was further before, and goes on from a checkpoint in front of the stop, would leave outputs of later
    // input in exchanges.
    private void checkNothingBehind(final OutputAppender output, final int partition) {
        if (output.nextSequence(partition) < output.sequenceEnd(partition)) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "task " + id + " cannot stop at position " + reader.position() + " of topic " + id.topic()
                            + " partition " + id.partition() + ": it was further before, topic " + output.topic()
                            + " partition " + partition + " holds " + output.sequenceEnd(partition)
                            + " of its records and up to the position it makes " + output.nextSequence(partition)
                            + "; stop it at a later position");
        }
    }

    private int pollLookingAhead(final int limit) {
        if (ahead == null) {
            ahead = readers.get();
        }
        if (ahead.position() < reader.position()) {
            ahead.seek(reader.position());
        }
        ahead.poll(lookAhead, limit, readLimit);
        return reader.poll(driver, limit, Math.min(ahead.position(), readLimit));
    }

    /**
     * Begins a checkpoint, unless the task takes none, has not moved since the last one, or is taking one. By the task's thread,
     * between two calls of {@link #doWork()}.
     *
     * @return true if one has begun; {@link #checkpointWork} goes on with it.
     */
    public boolean beginCheckpoint() {
        return checkpoints != null && !isInRecord && checkpoints.beginIfNew(reader.position());
    }

    /**
     * Goes on with a checkpoint that has begun, and cleans up behind those that are complete. By the task's thread, between
     * two calls of {@link #doWork()}.
     *
     * @param limit at most so many blocks of state are copied, greater than 0.
     * @return true while the checkpoint is not complete.
     * @throws io.millrace.operators.core.TaskStoppedException when the store has failed or is closed, or the thread was
     *                                                         interrupted while it waited for space.
     */
    public boolean checkpointWork(final int limit) {
        return checkpoints != null && !isInRecord && checkpoints.work(limit);
    }

    /**
     * Takes a checkpoint of where the task stands now, and returns when it is complete. Does nothing for a task that takes
     * none, or that has failed in the middle of a record. By the task's thread.
     *
     * @return false when it was given up, because the disk is full: the one before counts.
     * @throws io.millrace.operators.core.TaskStoppedException as {@link #checkpointWork} does.
     */
    public boolean takeCheckpoint() {
        if (checkpoints == null || isInRecord) {
            return true;
        }
        checkpoints.complete();
        final boolean hasBegun = beginCheckpoint();
        checkpoints.complete();
        return !hasBegun || checkpoints.position() == reader.position();
    }

    /**
     * Tells whether a checkpoint has begun and is not complete. By the task's thread.
     *
     * @return true between the two.
     */
    public boolean isTakingCheckpoint() {
        return checkpoints != null && checkpoints.isRunning();
    }

    /**
     * Where the newest complete checkpoint was taken. May be called from any thread.
     *
     * @return position in the task's partition; -1 when there is none.
     */
    public long checkpointPosition() {
        return checkpoints == null ? -1 : checkpoints.position();
    }

    /**
     * How much the task has read since its newest checkpoint began. By the task's thread.
     *
     * @return bytes of its partition.
     */
    public long bytesSinceCheckpoint() {
        return checkpoints == null ? 0 : reader.position() - Math.max(0, checkpoints.triedPosition());
    }

    /**
     * How the task has begun.
     *
     * @return from which checkpoint, and why not from the newest.
     */
    public Restored restored() {
        return restored;
    }

    /**
     * Says whether the input has ended and all results are appended. May be called from any thread.
     *
     * @return true when nothing is left to do.
     */
    public boolean isComplete() {
        return isComplete;
    }

    /**
     * Says whether the task has stopped at the end of its range, or behind tasks that have, although its input may go on. May be
     * called from any thread.
     *
     * @return true when it does nothing more in this run.
     */
    public boolean isStopped() {
        return isStopped;
    }

    /**
     * Says whether the task is complete or stopped. May be called from any thread.
     *
     * @return true when nothing is left to do in this run.
     */
    public boolean isDone() {
        return isComplete || isStopped;
    }

    /**
     * The earliest event time at which an operator of this task waits to emit. May be called from any thread.
     *
     * @return ns since the epoch, {@link Long#MAX_VALUE} for none.
     */
    public long eventWakeNs() {
        return eventWakeNs;
    }

    /**
     * Finds when a tick in the task's partition would help something along, if nothing else is appended before. By the
     * task's thread.
     *
     * @param laterStagesWantNs the earliest event time at which a later stage waits to emit; {@link Long#MAX_VALUE} for none.
     * @param silenceNs         log time up to which a later stage has to know that the input is silent;
     *                          {@link Long#MIN_VALUE} if none has to.
     * @return log time in ns since the epoch; {@link Long#MAX_VALUE} for never.
     */
    public long tickDueNs(final long laterStagesWantNs, final long silenceNs) {
        return isComplete || isStopped ? Long.MAX_VALUE : driver.tickDueNs(laterStagesWantNs, silenceNs);
    }

    /**
     * Tells whether the watermark is held back by a task of a stage before whose silence is not known for long enough. May be
     * called from any thread.
     *
     * @return log time in ns since the epoch up to which it has to be known; {@link Long#MIN_VALUE} if none holds it back.
     */
    public long silenceWantedNs() {
        return isDone() ? Long.MIN_VALUE : driver.silenceWantedNs();
    }

    /**
     * Tells whether one task of a stage before holds the watermark back since its silence is not known for long enough. May
     * be called from any thread.
     *
     * @param producerId of the outputs of that task.
     * @return log time in ns since the epoch up to which it has to be known; {@link Long#MIN_VALUE} if it does not.
     */
    public long silenceWantedNs(final int producerId) {
        return isDone() ? Long.MIN_VALUE : driver.silenceWantedNs(producerId);
    }

    /**
     * Where the task will read next. By the task's thread.
     *
     * @return position in its partition.
     */
    public long position() {
        return reader.position();
    }

    /**
     * How far the task has processed its partition, as of the last duty cycle that is over. May be called from any thread.
     *
     * @return position in its partition, not beyond {@link #position()}.
     */
    public long readPosition() {
        return readPosition.get();
    }

    /**
     * Keeps what lies behind a position of an exchange from being truncated, whatever the checkpoints of this task would allow. Before
     * the first record.
     *
     * @param limit asked by any thread; what lies before it may go.
     */
    public void limitTruncation(final LongSupplier limit) {
        if (checkpoints != null) {
            checkpoints.limitTruncation(limit);
        }
    }

    /**
     * Goes on with the checkpoints of another replica of this task, which takes none any more; the next one is full. By the
     * task's thread, between two calls of {@link #doWork()}.
     *
     * @param other replica, restored from the same checkpoint, at rest.
     */
    public void takeOverCheckpoints(final Task other) {
        if (checkpoints != null && other != this) {
            checkpoints.takeOver(other.checkpoints);
        }
    }

    /**
     * The state of its steps. Read by the task's thread between two duty cycles, it is true at {@link #position()}; after
     * {@link #close()} there is nothing to read.
     *
     * @return a view for each step that keeps state, by the step's name, in an order that is the same for each task of a stage.
     */
    public Map<String, StateView> views() {
        return views;
    }

    /**
     * What the task has done so far. May be called from any thread.
     *
     * @return its counters.
     */
    public TaskCounters counters() {
        return counters;
    }

    /**
     * Names the task.
     *
     * @return its id.
     */
    public TaskId id() {
        return id;
    }

    @Override
    public String roleName() {
        return id.toString();
    }

    @Override
    public void onClose() {
        close();
    }

    /**
     * Tells whether the task was closed, so that there is nothing to read of its state. May be called from any thread.
     *
     * @return true from the beginning of {@link #close()}.
     */
    public boolean isClosed() {
        return isClosed;
    }

    @Override
    public void close() {
        isClosed = true;
        reader.close();
        CloseHelper.close(ahead);
        outputs.forEach(OutputAppender::close);
        CloseHelper.close(state);
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
