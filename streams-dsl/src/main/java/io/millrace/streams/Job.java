package io.millrace.streams;

import io.millrace.log.LogStore;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import io.millrace.streams.effect.CallAgent;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.query.JobQueries;
import io.millrace.streams.query.StateQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.CloseHelper;
import org.agrona.concurrent.AgentRunner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A topology that runs over a store. Its tasks read their partitions, from the beginning or from their newest checkpoint, and
 * go on with what is appended, until the last watermark of every source says that the input has ended, or until the job is closed.
 *
 * <p>A job that was stopped, or killed, is started again with the same topology over the same store: it makes the outputs
 * that are missing and no other. The numbers of its outputs are what tells them apart, so a topology that makes other
 * outputs needs another name: under the old one, as many of them as the log already holds would be taken for those.
 *
 * <p>All methods may be called from any thread.
 */
public final class Job implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Job.class);

    private static final long HOUSEKEEPING_TIMEOUT_S = 10;

    private final JobTasks tasks;
    private final ExecutorService housekeeping;
    private final boolean hasCheckpoints;
    private final List<JobTasks.Share> shares = new ArrayList<>();
    private final List<AgentRunner> runners = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    private JobQueries queries;

    private Job(final JobTasks tasks, final ExecutorService housekeeping, final boolean hasCheckpoints) {
        this.tasks = tasks;
        this.housekeeping = housekeeping;
        this.hasCheckpoints = hasCheckpoints;
    }

    /**
     * Starts a job with the default settings.
     *
     * @param store    that holds the source topics and takes the results.
     * @param topology to run.
     * @return the running job.
     * @throws io.millrace.log.error.MillraceException if the topology has mistakes, a source topic does not exist, or a topic to be written
     *                                                 exists with other settings.
     */
    public static Job start(final LogStore store, final Topology topology) {
        return start(store, topology, new JobContext());
    }

    /**
     * Starts a job.
     *
     * @param store    that holds the source topics and takes the results.
     * @param topology to run.
     * @param context  how to run it.
     * @return the running job.
     * @throws io.millrace.log.error.MillraceException if the topology has mistakes, a source topic does not exist, or a topic to be written
     *                                                 exists with other settings, or there are fewer threads than replicas.
     */
    public static Job start(final LogStore store, final Topology topology, final JobContext context) {
        if (context.threads() < context.replicas()) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "a job with " + context.replicas() + " replicas of each task needs as many threads, and has "
                            + context.threads() + "; set JobContext.threads(" + context.replicas() + ") or more");
        }
        // The thread begins with its first piece of work.
        final ExecutorService housekeeping = Executors.newSingleThreadExecutor(task -> {
            final Thread thread = new Thread(task, "millrace-job-housekeeping");
            thread.setDaemon(true);
            return thread;
        });
        final Job job =
                new Job(JobTasks.open(store, topology, context, housekeeping), housekeeping, context.hasCheckpoints());
        job.run(context);
        return job;
    }

    private void run(final JobContext context) {
        final int threads = Math.min(context.threads(), tasks.tasks().size());
        for (int thread = 0; thread < threads; thread++) {
            final JobTasks.Share share = tasks.share(thread, threads);
            shares.add(share);
            final TaskGroup group = new TaskGroup(
                    "millrace-job-" + name() + "-" + thread,
                    share,
                    () -> failure.get() != null,
                    this::fail,
                    this::endIfComplete);
            runners.add(new AgentRunner(context.idleStrategy().get(), this::fail, null, group));
        }
        if (tasks.calls().isNeeded()) {
            final CallAgent calls = tasks.calls().within(() -> failure.get() != null, this::fail);
            runners.add(new AgentRunner(context.idleStrategy().get(), this::fail, null, calls));
        }
        queries = tasks.queries(shares, this::checkpoint);
        runners.forEach(AgentRunner::startOnThread);
    }

    private void fail(final Throwable cause) {
        if (failure.compareAndSet(null, cause)) {
            LOGGER.debug("job {} failed", name(), cause);
            ended.countDown();
        }
    }

    // Asked by each thread whose part is complete, until all are: one that hangs would not tell, while replicas on
    // other threads
    // have done its part.
    private boolean endIfComplete() {
        final boolean isComplete = tasks.isComplete();
        if (isComplete) {
            ended.countDown();
        }
        return isComplete;
    }

    /**
     * The plan that the job runs by.
     *
     * @return the plan, to be printed with {@link Plan#describe()}.
     */
    public Plan plan() {
        return tasks.plan();
    }

    /**
     * What the job has done so far.
     *
     * @return a snapshot, taken task by task while they run.
     */
    public JobCounters counters() {
        return tasks.counters();
    }

    /**
     * How far the job has read its sources: what lies behind these positions it has still to do. Positions are in the log, so what is
     * left in bytes is what they are short of the partitions' tails.
     *
     * @return a position in bytes for each partition of each source topic, by the name of the topic; copies.
     */
    public Map<String, long[]> readPositions() {
        return tasks.readPositions();
    }

    private String name() {
        return tasks.plan().graph().name();
    }

    /**
     * Says whether all input has ended, or was stopped by {@link JobContext#stopAt}, and all results are in the log.
     *
     * @return true once the job has nothing left to do.
     */
    public boolean isComplete() {
        return ended.getCount() == 0 && failure.get() == null;
    }

    /**
     * Says whether the job has stopped by {@link JobContext#stopAt}: in order, while some of its input may go on.
     *
     * @return true once it has nothing left to do in this run, and would have in another.
     */
    public boolean isStopped() {
        return isComplete() && tasks.isStopped();
    }

    /**
     * Where the job stops by {@link JobContext#stopAt}, as found when it was started: for another job that stops there, or goes
     * on.
     *
     * @return a position for each partition of each source; null when it does not stop.
     */
    public SourcePositions stopPositions() {
        return tasks.stopPositions();
    }

    /**
     * What stopped the job.
     *
     * @return the error, null while there is none.
     */
    public Throwable failure() {
        return failure.get();
    }

    /**
     * Waits until the input has ended and all results are in the log.
     *
     * @param timeout how long to wait.
     * @return true if the job is complete, false if the time was over before.
     * @throws InterruptedException if the thread is interrupted while it waits.
     * @throws io.millrace.log.error.MillraceException or another error that stopped the job.
     */
    public boolean awaitCompletion(final Duration timeout) throws InterruptedException {
        final boolean hasEnded = ended.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
        final Throwable cause = failure.get();
        if (cause instanceof RuntimeException e) {
            throw e;
        }
        if (cause instanceof Error e) {
            throw e;
        }
        if (cause != null) {
            throw new MillraceException(ErrorCode.INTERNAL, this + " failed: " + cause, cause);
        }
        return hasEnded;
    }

    /**
     * Takes a checkpoint of each task as soon as its thread comes to it.
     *
     * @return completed when all tasks have one of where they stood after this call, or of where nothing has come since;
     *         exceptionally, with a {@link MillraceException} of code STORAGE_FULL that names them, when some tasks found no
     *         space for theirs (they have the one before, all others the new one, and the job goes on), and with an
     *         IllegalStateException when the job fails or is closed before.
     * @throws IllegalStateException if the job takes no checkpoints.
     */
    public CompletableFuture<Void> checkpoint() {
        if (!hasCheckpoints) {
            throw new IllegalStateException(
                    this + " takes no checkpoints; set JobContext.checkpointInterval or checkpointBytes");
        }
        final CheckpointRequest request = new CheckpointRequest(shares.size());
        shares.forEach(share -> share.checkpoints().request(request));
        return request.future();
    }

    /**
     * Prepares queries of what a step keeps for each key: a table, windows, a topN, a processor's cells, the keys of a dedupe. They
     * are answered while the job runs, and when it is complete, until it fails or is closed.
     *
     * @param step     name of a step that keeps state.
     * @param keyCodec that writes its keys.
     * @param type     of its values; for a type with parameters its class, such as {@code List.class}.
     * @param <K>      type of the keys.
     * @param <V>      type of the values.
     * @return queries, for one thread at a time.
     * @throws IllegalArgumentException if there is no such step, or its keys are written in another way.
     */
    public <K, V> StateQuery<K, V> state(final String step, final Codec<K> keyCodec, final Class<? super V> type) {
        return queries.state(step, keyCodec, type);
    }

    /**
     * Stops the job where it stands, takes a last checkpoint of each task if the job takes any, and releases what it holds of the
     * store. May be called more than once.
     */
    @Override
    public void close() {
        try {
            CloseHelper.closeAll(runners);
        } finally {
            endHousekeeping();
        }
    }

    // What it removes belongs to the store, which the caller may close next.
    private void endHousekeeping() {
        housekeeping.shutdown();
        try {
            housekeeping.awaitTermination(HOUSEKEEPING_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "job " + name();
    }
}
