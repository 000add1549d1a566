package io.millrace.streams;

import io.millrace.operators.task.SkippedRecord;
import io.millrace.streams.plan.TaskParts;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a job runs. The defaults suit a laptop. Filled by one thread before the job starts. */
public final class JobContext {
    private static final Logger LOGGER = LoggerFactory.getLogger(Job.class);
    private static final int MAX_THREADS = 1024;
    private static final int MAX_REPLICAS = 8;
    private static final int MAX_SPINS = 100;
    private static final int MAX_YIELDS = 10;
    private static final long MIN_PARK_NS = TimeUnit.MICROSECONDS.toNanos(1);
    private static final long MAX_PARK_NS = TimeUnit.MICROSECONDS.toNanos(100);

    private int threads = 1;
    private int replicas = 1;
    private long stateBudget = Runtime.getRuntime().maxMemory();
    private long checkpointIntervalNs = TimeUnit.SECONDS.toNanos(10);
    private long checkpointBytes;
    private final Set<String> resets = new TreeSet<>();
    private final Map<String, String> outputs = new TreeMap<>();
    private String jobName;
    private SourcePositions from;
    private SourcePositions to;
    private SourcePositions stopAt;
    private boolean isMuted;
    private boolean isTestMode;
    private boolean isAudit;
    private TaskParts parts = TaskParts.STANDARD;
    private SourceTicks sourceTicks;
    private Supplier<IdleStrategy> idleStrategy =
            () -> new BackoffIdleStrategy(MAX_SPINS, MAX_YIELDS, MIN_PARK_NS, MAX_PARK_NS);
    private Consumer<SkippedRecord> onSkipped = record -> LOGGER.warn("{}", record);

    /** Creates a context with the defaults. */
    public JobContext() {}

    /**
     * Sets how many threads share the job's tasks.
     *
     * @param newThreads 1 to 1,024; 1 unless set.
     * @return this context.
     * @throws IllegalArgumentException if it is outside that range.
     */
    public JobContext threads(final int newThreads) {
        if (newThreads < 1 || newThreads > MAX_THREADS) {
            throw new IllegalArgumentException("threads of a job are 1 to " + MAX_THREADS + ", not " + newThreads);
        }
        threads = newThreads;
        return this;
    }

    /**
     * Number of threads that share the job's tasks.
     *
     * @return 1 to 1,024.
     */
    public int threads() {
        return threads;
    }

    /**
     * Sets how often each task is run, side by side on different threads. All replicas read the same input and make the same
     * outputs, of which the log keeps the first copies; so when one fails, or hangs, the outputs go on without a gap. A fault in
     * a function of the topology hits all of them, and stops the job as ever. Each replica takes the memory and the processor
     * time of the whole task, and calls the functions of the topology.
     *
     * @param newReplicas 1 to 8, not more than there are {@link #threads(int)}; 1 unless set, 2 for one standby.
     * @return this context.
     * @throws IllegalArgumentException if it is outside that range.
     */
    public JobContext replicas(final int newReplicas) {
        if (newReplicas < 1 || newReplicas > MAX_REPLICAS) {
            throw new IllegalArgumentException(
                    "replicas of the tasks of a job are 1 to " + MAX_REPLICAS + ", not " + newReplicas);
        }
        replicas = newReplicas;
        return this;
    }

    /**
     * How often each task is run.
     *
     * @return 1 to 8.
     */
    public int replicas() {
        return replicas;
    }

    /**
     * Sets what a thread does while its tasks have no work.
     *
     * @param supplier of a strategy for each thread; by default it spins, yields, then parks for up to 100 µs.
     * @return this context.
     */
    public JobContext idleStrategy(final Supplier<IdleStrategy> supplier) {
        idleStrategy = supplier;
        return this;
    }

    /**
     * What a thread does while its tasks have no work.
     *
     * @return supplier of a strategy for each thread.
     */
    public Supplier<IdleStrategy> idleStrategy() {
        return idleStrategy;
    }

    /**
     * Sets who learns of records that the error policy leaves out.
     *
     * @param consumer called on the task's thread; by default each is logged as a warning.
     * @return this context.
     */
    public JobContext onSkipped(final Consumer<SkippedRecord> consumer) {
        onSkipped = consumer;
        return this;
    }

    /**
     * Who learns of records that the error policy leaves out.
     *
     * @return the consumer.
     */
    public Consumer<SkippedRecord> onSkipped() {
        return onSkipped;
    }

    /**
     * Sets how much memory the keyed state of the job may take, over all its tasks. A job that needs more stops with an error that
     * names the operator.
     *
     * @param bytes greater than 0; unless set, as much as the JVM's heap may grow to. Most of it lies outside the heap.
     * @return this context.
     * @throws IllegalArgumentException if it is not greater than 0.
     */
    public JobContext stateBudget(final long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("the budget of a job's state is 1 byte or more, not " + bytes);
        }
        stateBudget = bytes;
        return this;
    }

    /**
     * How much memory the keyed state of the job may take.
     *
     * @return bytes.
     */
    public long stateBudget() {
        return stateBudget;
    }

    /**
     * Sets how often each task takes a checkpoint: what it keeps, and where it stands. A job that starts again goes on from
     * there and repeats what came since, not all of its history. A task that has read nothing new takes none. One more is taken
     * when the job is closed.
     *
     * @param interval between two of them, 10 s unless set; zero to take none by time. With both this and
     *                 {@link #checkpointBytes(long)} zero, the job takes none at all; it still begins with one that is there.
     * @return this context.
     * @throws IllegalArgumentException if it is negative.
     */
    public JobContext checkpointInterval(final Duration interval) {
        if (interval.isNegative()) {
            throw new IllegalArgumentException("the interval of checkpoints is zero or more, not " + interval);
        }
        try {
            checkpointIntervalNs = interval.toNanos();
        } catch (final ArithmeticException e) {
            checkpointIntervalNs = Long.MAX_VALUE;
        }
        return this;
    }

    /**
     * How often each task takes a checkpoint.
     *
     * @return ns between two of them, 0 for none by time.
     */
    public long checkpointIntervalNs() {
        return checkpointIntervalNs;
    }

    /**
     * Sets after how much input a task takes a checkpoint, whatever time has passed: it bounds what a restart repeats.
     *
     * @param bytes of the task's partition, 0 unless set: none by bytes.
     * @return this context.
     * @throws IllegalArgumentException if it is negative.
     */
    public JobContext checkpointBytes(final long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("the input between checkpoints is 0 bytes or more, not " + bytes);
        }
        checkpointBytes = bytes;
        return this;
    }

    /**
     * After how much input a task takes a checkpoint.
     *
     * @return bytes of the task's partition, 0 for none by bytes.
     */
    public long checkpointBytes() {
        return checkpointBytes;
    }

    /**
     * Tells whether the job takes checkpoints.
     *
     * @return true unless interval and bytes are both 0.
     */
    public boolean hasCheckpoints() {
        return checkpointIntervalNs > 0 || checkpointBytes > 0;
    }

    /**
     * Allows a changed topology to drop what an operator has kept: one that it does not have any more, or that keeps another
     * thing now and begins with nothing. Without it the job refuses to start. Where what was kept fits, it is used all the same, so the
     * call does no harm when it stays in the program.
     *
     * @param operator name of the step, or of an exchange or source that the topology has no more.
     * @return this context.
     */
    public JobContext resetState(final String operator) {
        resets.add(operator);
        return this;
    }

    /**
     * The operators whose kept state may be dropped.
     *
     * @return their names.
     */
    public Set<String> resets() {
        return Collections.unmodifiableSet(resets);
    }

    /**
     * Runs the topology under another name: with exchanges and checkpoints of its own, beside a job that runs under the
     * topology's name. What it makes goes to the topics that the topology names all the same, beside what that job makes;
     * {@link #output} names others.
     *
     * @param newJobName as {@link Topology#named} takes it; the topology's name unless set.
     * @return this context.
     */
    public JobContext jobName(final String newJobName) {
        jobName = newJobName;
        return this;
    }

    /**
     * Name under which the topology runs.
     *
     * @return name of the job; null for the topology's.
     */
    public String jobName() {
        return jobName;
    }

    /**
     * Has what the topology writes to one topic written to another one.
     *
     * @param topic    that the topology writes, as a sink or for dead letters.
     * @param instead  topic that is written in its place.
     * @return this context.
     */
    public JobContext output(final String topic, final String instead) {
        outputs.put(
                Objects.requireNonNull(topic, "an output needs the name that it has in the topology"),
                Objects.requireNonNull(instead, () -> "output " + topic + " needs the name of another topic"));
        return this;
    }

    /**
     * The topics that are written in the place of others.
     *
     * @return by the names that they have in the topology.
     */
    public Map<String, String> outputs() {
        return Collections.unmodifiableMap(outputs);
    }

    /**
     * Sets where a job begins that has not begun yet. What was found then is written down: one that starts again goes on from
     * its checkpoints, or begins at the same positions, whatever is set by then. Exchanges are read from the beginning.
     *
     * @param positions in the sources; a topic of which nothing is said is read from the beginning, as all are unless this is set.
     * @return this context.
     */
    public JobContext from(final SourcePositions positions) {
        from = positions;
        return this;
    }

    /**
     * Where a job begins that has not begun yet.
     *
     * @return positions in the sources; null for the beginning.
     */
    public SourcePositions from() {
        return from;
    }

    /**
     * Sets where the input of the job ends: before the records at these positions, as if the last watermark came there. The
     * job is complete then. The positions are written down at the first start, and stay the same for the job's life.
     *
     * @param positions in all sources; none unless set: the job goes on until the sources say that they have ended.
     * @return this context.
     */
    public JobContext to(final SourcePositions positions) {
        to = positions;
        return this;
    }

    /**
     * Lets the input of the job end where the sources end when it starts for the first time.
     *
     * @return this context.
     */
    public JobContext toEnd() {
        return to(SourcePositions.end());
    }

    /**
     * Where the input of the job ends.
     *
     * @return positions in the sources; null for as long as they go on.
     */
    public SourcePositions to() {
        return to;
    }

    /**
     * Stops this run of the job in order: before the records at these positions each source task takes a checkpoint and stops, and
     * each task behind it when it has read what those before it wrote. The input does not end by that: no window closes, and the
     * next run goes on from there.
     *
     * @param positions in all sources, not before those that the job has read already; none unless set.
     * @return this context.
     */
    public JobContext stopAt(final SourcePositions positions) {
        stopAt = positions;
        return this;
    }

    /**
     * Where this run of the job stops in order.
     *
     * @return positions in the sources; null when it does not.
     */
    public SourcePositions stopAt() {
        return stopAt;
    }

    /**
     * Lets the job build its state and write its exchanges, but make no output. It stays so until a run of it has stopped at {@link #stopAt};
     * started without this setting, it is heard from there on. Without {@link #stopAt} it reads on for as long as it runs, and
     * stays muted. A job that was heard once cannot be muted.
     *
     * @param newMuted true to mute the job; false unless set.
     * @return this context.
     */
    public JobContext muted(final boolean newMuted) {
        isMuted = newMuted;
        return this;
    }

    /**
     * Tells whether the job makes no output.
     *
     * @return true when it is muted.
     */
    public boolean isMuted() {
        return isMuted;
    }

    /**
     * Makes the job catch values that are used after the call in which they were valid. It costs time and garbage; for tests.
     *
     * <p>Caught are flyweights of records, which name their record; and what a step lends, which names the step: results of
     * windows, changes of tables, lists of the top values, and views of the state of aggregations and processors. Each use
     * throws an {@link IllegalStateException}. Copies, records and other values on the heap may be kept as ever.
     *
     * @param newTestMode true to catch them; false unless set.
     * @return this context.
     */
    public JobContext testMode(final boolean newTestMode) {
        isTestMode = newTestMode;
        return this;
    }

    /**
     * Tells whether values are caught that are used after their call.
     *
     * @return true in tests.
     */
    public boolean isTestMode() {
        return isTestMode;
    }

    /**
     * Makes the job compare each output that the log holds already, from an earlier run, with the one that it makes again. The
     * first that differs stops the job with an error that names operator, position of the input and both records: a
     * function of the topology depends on something else than the records, such as a clock, unseeded random numbers or
     * the order of an unordered collection. Costs a walk over the output topics.
     *
     * @param newAudit true to compare them; false unless set.
     * @return this context.
     */
    public JobContext audit(final boolean newAudit) {
        isAudit = newAudit;
        return this;
    }

    /**
     * Tells whether repeated outputs are compared with those in the log.
     *
     * @return true in an audit.
     */
    public boolean isAudit() {
        return isAudit;
    }

    /**
     * Sets who appends ticks to sources that the store has mirrors of; for those who run a job over such a store.
     *
     * @param newSourceTicks asked where the job would append a tick by itself.
     * @return this context.
     */
    public JobContext sourceTicks(final SourceTicks newSourceTicks) {
        sourceTicks = newSourceTicks;
        return this;
    }

    /**
     * Who appends ticks to sources that the store has mirrors of.
     *
     * @return asked where the job would append a tick by itself; null when nobody is.
     */
    public SourceTicks sourceTicks() {
        return sourceTicks;
    }

    /**
     * Sets what the tasks are put together from; for tools that test operators.
     *
     * @param newParts makes operators and doors to topics; {@link TaskParts#STANDARD} unless set.
     * @return this context.
     */
    public JobContext parts(final TaskParts newParts) {
        parts = newParts;
        return this;
    }

    /**
     * What the tasks are put together from.
     *
     * @return the parts.
     */
    public TaskParts parts() {
        return parts;
    }
}
