package io.millrace.streams;

import io.millrace.log.LogStore;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.task.Task;
import io.millrace.operators.task.TaskId;
import io.millrace.streams.effect.CallAgent;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.plan.Stage;
import io.millrace.streams.plan.TaskFactory;
import io.millrace.streams.plan.TaskOptions;
import io.millrace.streams.query.JobQueries;
import io.millrace.streams.query.StateInbox;
import io.millrace.streams.query.StateInboxes;
import io.millrace.streams.query.StateQuery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.agrona.CloseHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tasks of a job without threads: whoever opens them runs their duty cycles. {@link Job} does so with threads of its
 * own; tests and benchmarks do it by hand.
 */
public final class JobTasks implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Job.class);
    private static final long CALL_PARK_NS = 100_000;

    private final Plan plan;
    private final List<Task> tasks;
    private final List<TaskReplicas> groups;
    private final LogStore store;
    private final JobContext context;
    private final MemoryBudget stateBudget;
    private final OrderedStop stop;
    private final RangeKeeper ranges;
    private final CallAgent calls;
    private final CallGate gate;
    private final FirstTables firstTables;
    private final Share all;

    private JobTasks(
            final LogStore store,
            final Plan plan,
            final JobContext context,
            final List<Task> tasks,
            final MemoryBudget stateBudget,
            final RangeKeeper ranges,
            final CallAgent calls,
            final Map<String, long[]> first,
            final Set<String> sideTopics) {
        this.store = store;
        this.context = context;
        this.plan = plan;
        this.tasks = List.copyOf(tasks);
        this.groups = groups(tasks, context.replicas());
        this.stateBudget = stateBudget;
        this.ranges = ranges;
        this.stop = new OrderedStop(ranges, plan, this.tasks);
        this.calls = calls;
        this.gate = new CallGate(store, plan, groups);
        this.firstTables = FirstTables.of(store, plan, groups, first, sideTopics);
        this.all = share(0, 1);
    }

    private static List<TaskReplicas> groups(final List<Task> tasks, final int replicas) {
        return IntStream.range(0, tasks.size() / replicas)
                .mapToObj(i -> new TaskReplicas(tasks.subList(i * replicas, (i + 1) * replicas)))
                .toList();
    }

    /**
     * Plans a topology, creates the topics that it writes, and makes its tasks.
     *
     * @param store    that holds the topics that it reads.
     * @param topology to run.
     * @param context  settings of the job.
     * @return tasks that stand where their input begins for them, or at their newest checkpoint.
     * @throws io.millrace.log.error.MillraceException CONFIGURATION when the topology has mistakes, or does not fit the
     *                                                 checkpoints that are there; UNKNOWN_TOPIC when a source does not exist; TOPIC_EXISTS
     *                                                 when an exchange does with another number of partitions; POSITION_GONE when neither
     *                                                 a checkpoint nor the beginning of the input is left.
     */
    public static JobTasks open(final LogStore store, final Topology topology, final JobContext context) {
        return open(store, topology, context, Runnable::run);
    }

    /**
     * Plans a topology, creates the topics that it writes, and makes its tasks, whose slow work is done by others.
     *
     * @param store        that holds the topics that it reads.
     * @param topology     to run.
     * @param context      settings of the job.
     * @param housekeeping runs what takes a while and no record waits for, such as the removal of old checkpoints; to be ended
     *                     after these tasks are closed and before the store is.
     * @return tasks that stand at the beginning of their input, or at their newest checkpoint.
     * @throws io.millrace.log.error.MillraceException as {@link #open(LogStore, Topology, JobContext)} does.
     */
    public static JobTasks open(
            final LogStore store, final Topology topology, final JobContext context, final Executor housekeeping) {
        final Map<String, long[]> first = FirstTables.update(store, topology);
        final Plan plan =
                topology.plan(topic -> store.topic(topic).partitionCount(), context.jobName(), context.outputs());
        new KeptStages(store, plan, context.resets()).check();
        checkReplicas(plan, context);
        final RangeKeeper ranges = RangeKeeper.open(store, plan, context);
        new JobTopics(store, plan, context.hasCheckpoints()).create();
        final MemoryBudget budget = new MemoryBudget(plan.graph().name(), context.stateBudget());
        final TaskOptions options = new TaskOptions(
                context.idleStrategy(),
                context.onSkipped(),
                budget,
                context.isTestMode(),
                context.isAudit(),
                context.parts(),
                context.resets(),
                housekeeping,
                context.replicas());
        final TaskFactory factory = new TaskFactory(plan, store, options).within(ranges::of);
        final List<Task> tasks = factory.create();
        final CallAgent calls =
                new CallAgent("millrace-job-" + plan.graph().name() + "-calls", factory.desks(), System::nanoTime);
        return new JobTasks(
                store,
                plan,
                context,
                tasks,
                budget,
                ranges,
                calls,
                first,
                topology.sideFiles().keySet());
    }

    // What stops in order is a position that all have reached; a run up to there is not worth a standby.
    private static void checkReplicas(final Plan plan, final JobContext context) {
        if (context.stopAt() != null && context.replicas() > 1) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "job " + plan.graph().name() + " has " + context.replicas()
                            + " replicas and is to stop in order: a run that stops has 1");
        }
    }

    /**
     * How the topology runs.
     *
     * @return its plan.
     */
    public Plan plan() {
        return plan;
    }

    /**
     * The tasks.
     *
     * @return stage by stage and partition by partition, the replicas of each side by side.
     */
    public List<Task> tasks() {
        return tasks;
    }

    /**
     * The memory of keyed state.
     *
     * @return budget of the job.
     */
    public MemoryBudget stateBudget() {
        return stateBudget;
    }

    /**
     * Parts the tasks among threads, so that no thread has two replicas of a task, and none has all that are first of
     * their task.
     *
     * @param index of the share, from 0.
     * @param of    number of shares, at least as many as a task has replicas if they are for different threads.
     * @return every {@code of}-th replica.
     */
    Share share(final int index, final int of) {
        final int replicas = context.replicas();
        return new Share(IntStream.range(0, tasks.size())
                .filter(i -> i % of == index)
                .mapToObj(i -> groups.get(i / replicas).replica((i + i / replicas) % replicas))
                .toList());
    }

    /**
     * Runs the duty cycle of each task once, appends ticks where they are due, and calls the outside. By one thread at a time,
     * and not beside a {@link Job}.
     *
     * @return amount of work done; 0 when there was none. Calls that are under way count as work, for which this waits a
     *         moment.
     */
    public int doWork() {
        final int work = all.doWork() + calls.doWork();
        if (work == 0 && calls.isBusy()) {
            // A call that is under way is work for those who go on until there is none; they give it a moment.
            LockSupport.parkNanos(CALL_PARK_NS);
            return 1;
        }
        return work;
    }

    /** Makes the calls of the job, if it has any to make; for a thread of its own. */
    CallAgent calls() {
        return calls;
    }

    /**
     * Finds when the next tick is due if nothing is appended before. By the thread that runs the duty cycles.
     *
     * @return log time in ns since the epoch; {@link Long#MAX_VALUE} for never.
     */
    public long nextTickNs() {
        return all.ticker.nextNs();
    }

    /**
     * Tells whether the input has ended, or was stopped by {@link JobContext#stopAt}, and all results are appended.
     *
     * @return true when no task has anything left to do.
     */
    public boolean isComplete() {
        for (final TaskReplicas task : groups) {
            if (!task.isComplete()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Tells whether the job has stopped by {@link JobContext#stopAt}: in order, while some of its input may go on.
     *
     * @return true when no task has anything left to do in this run, and some would have in another.
     */
    public boolean isStopped() {
        return isComplete() && tasks.stream().anyMatch(Task::isStopped);
    }

    /**
     * Where the job stops by {@link JobContext#stopAt}, as found when it was opened: for another job that stops there, or goes on.
     *
     * @return a position for each partition of each source; null when it does not stop.
     */
    public SourcePositions stopPositions() {
        return ranges.isStopping() ? SourcePositions.of(ranges.stops()) : null;
    }

    /**
     * Adds up what the tasks have done. May be called from any thread.
     *
     * @return sums over all tasks.
     */
    public JobCounters counters() {
        long recordsIn = 0;
        long recordsOut = 0;
        long late = 0;
        long skipped = 0;
        long replayed = 0;
        long audited = 0;
        long repeated = 0;
        for (final TaskReplicas task : groups) {
            recordsIn += isSource(task) ? task.most(TaskCounters::recordsIn) : 0;
            recordsOut += task.sum(TaskCounters::recordsOut);
            late += task.most(TaskCounters::lateRecords);
            skipped += task.most(TaskCounters::skippedRecords);
            replayed += task.sum(TaskCounters::replayedOutputs);
            audited += task.sum(TaskCounters::auditedOutputs);
            repeated += task.most(TaskCounters::repeatedRecords);
        }
        return new JobCounters(recordsIn, recordsOut, late, skipped, replayed, audited, repeated);
    }

    /**
     * How far the tasks have read the sources. May be called from any thread.
     *
     * @return a position in bytes for each partition of each source topic, by the name of the topic; copies.
     */
    public Map<String, long[]> readPositions() {
        final Map<String, long[]> positions = new TreeMap<>();
        for (final TaskReplicas task : groups) {
            if (isSource(task)) {
                final TaskId id = task.replica(0).task().id();
                final long[] known = positions.getOrDefault(id.topic(), new long[0]);
                final long[] all = Arrays.copyOf(known, Math.max(known.length, id.partition() + 1));
                Arrays.fill(all, known.length, all.length, Long.MAX_VALUE);
                // Where several stages read a topic, the one that is furthest behind counts.
                all[id.partition()] =
                        Math.min(all[id.partition()], task.furthest().readPosition());
                positions.put(id.topic(), all);
            }
        }
        return positions;
    }

    private boolean isSource(final TaskReplicas task) {
        final String topic = task.replica(0).task().id().topic();
        return plan.stages().stream()
                .filter(Stage::isSource)
                .anyMatch(stage -> stage.inputTopic().equals(topic));
    }

    /**
     * Takes a checkpoint of each task, and returns when all are complete. By the thread that runs the duty cycles; a job that
     * takes none does nothing.
     *
     * @throws io.millrace.log.error.MillraceException STORAGE_FULL when some found no space on the disk: it names their
     *                                                 tasks, and all others have theirs.
     */
    public void checkpoint() {
        final List<TaskId> givenUp = new ArrayList<>();
        for (final TaskReplicas task : groups) {
            if (!task.takeCheckpoint()) {
                givenUp.add(task.id());
            }
        }
        if (!givenUp.isEmpty()) {
            throw CheckpointRequest.noSpace(givenUp);
        }
    }

    /**
     * Prepares queries of a step's keyed state, which {@link #doWork()} answers: see {@link Job#state}.
     *
     * @param step     name of a step that keeps state.
     * @param keyCodec that writes its keys.
     * @param type     of its values.
     * @param <K>      type of the keys.
     * @param <V>      type of the values.
     * @return queries, for one thread at a time; only the one that runs the duty cycles asks for a fresh snapshot.
     * @throws IllegalArgumentException if there is no such step, or its keys are written in another way.
     */
    public <K, V> StateQuery<K, V> state(final String step, final Codec<K> keyCodec, final Class<? super V> type) {
        return queries(List.of(all), this::checkpointNow).state(step, keyCodec, type);
    }

    private CompletableFuture<Void> checkpointNow() {
        checkpoint();
        return CompletableFuture.completedFuture(null);
    }

    /** The door for queries where the tasks are run in shares. */
    JobQueries queries(final List<Share> shares, final Supplier<CompletableFuture<Void>> checkpoint) {
        final StateInboxes inboxes = new StateInboxes();
        for (final Share share : shares) {
            for (final Replica replica : share.mine) {
                inboxes.add(replica.task(), share.queries);
            }
        }
        return new JobQueries(plan, store, tasks, context.stateBudget(), inboxes, checkpoint);
    }

    /** Takes a last checkpoint of each task, if the job takes any, and releases what they hold of the store. */
    @Override
    public void close() {
        try {
            all.close();
        } finally {
            calls.onClose();
        }
    }

    // A task that cannot take it goes on from the one before when it starts again.
    private static void takeLastCheckpoint(final TaskReplicas task) {
        try {
            task.takeLastCheckpoint();
        } catch (final RuntimeException e) {
            LOGGER.warn("no last checkpoint of {}: {}", task, e.getMessage());
        }
    }

    /** Some of the tasks, for one thread. */
    final class Share {
        private final Replica[] mine;
        private final Ticker ticker;
        private final CheckpointSchedule checkpoints;
        private final StateInbox queries = new StateInbox();
        private boolean isClosed;

        private Share(final List<Replica> mine) {
            this.mine = mine.toArray(Replica[]::new);
            this.ticker = new Ticker(store, plan, groups, mine, context.sourceTicks());
            this.checkpoints = new CheckpointSchedule(this.mine, context);
        }

        List<Task> tasks() {
            return Arrays.stream(mine).map(Replica::task).toList();
        }

        int doWork() {
            int work = 0;
            ticker.beginRound();
            for (final Replica replica : mine) {
                if (!replica.isGivenUp()) {
                    work += doWork(replica);
                }
            }
            if (ranges.isStopping() && isComplete()) {
                stop.onDone();
            }
            return work + doControlWork(work);
        }

        /** What is done between records, or when there are none any more: checkpoints, and answers to queries. */
        int doControlWork(final int work) {
            return (checkpoints.doWork(work) ? 1 : 0) + queries.doWork();
        }

        /** Takes nothing on any more but to stop. */
        void refuse(final String why) {
            checkpoints.refuse(why);
            queries.refuse(why);
        }

        private int workWithoutInput(final Replica replica) {
            return !CallGate.isWaiting(replica.task()) && stop.stopIfDrained(replica.task()) ? 1 : ticker.tick(replica);
        }

        private int doWork(final Replica replica) {
            try {
                final int limit = gate.limit(replica);
                if (limit == 0 || firstTables.holds(replica)) {
                    return 0;
                }
                final int records = replica.task().doWork(limit);
                if (replica.task().beginCalling()) {
                    return records + 1;
                }
                return records == 0 && !replica.task().isDone() ? workWithoutInput(replica) : records;
            } catch (final RuntimeException | Error e) {
                if (isOfTheJob(e) || !replica.all().giveUp(replica)) {
                    throw e;
                }
                checkpoints.giveUp(replica);
                LOGGER.warn("{} is given up, and others go on: {}", replica, e.toString());
                LOGGER.debug("{} failed", replica, e);
                return 1;
            }
        }

        CheckpointSchedule checkpoints() {
            return checkpoints;
        }

        boolean isComplete() {
            for (final Replica replica : mine) {
                if (!replica.all().isComplete()) {
                    return false;
                }
            }
            return true;
        }

        // Whoever stops the last replica of a task sees all that the others have done.
        void close() {
            refuse("the job is closed");
            if (isClosed) {
                return;
            }
            isClosed = true;
            final List<TaskReplicas> ended = new ArrayList<>();
            for (final Replica replica : mine) {
                if (replica.all().endOne()) {
                    ended.add(replica.all());
                }
            }
            if (context.hasCheckpoints()) {
                ended.forEach(JobTasks::takeLastCheckpoint);
            }
            CloseHelper.closeAll(ended);
        }
    }

    // Replicas that differ are what an audit is asked to find.
    private static boolean isOfTheJob(final Throwable cause) {
        return cause instanceof MillraceException e && e.code() == ErrorCode.NOT_DETERMINISTIC;
    }
}
