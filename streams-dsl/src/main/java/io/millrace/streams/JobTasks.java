package io.millrace.streams;

import io.millrace.log.LogStore;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.task.Task;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.plan.Stage;
import io.millrace.streams.plan.TaskFactory;
import io.millrace.streams.plan.TaskOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
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

    private final Plan plan;
    private final List<Task> tasks;
    private final List<TaskReplicas> groups;
    private final LogStore store;
    private final JobContext context;
    private final MemoryBudget stateBudget;
    private final Share all;

    private JobTasks(
            final LogStore store,
            final Plan plan,
            final JobContext context,
            final List<Task> tasks,
            final MemoryBudget stateBudget) {
        this.store = store;
        this.context = context;
        this.plan = plan;
        this.tasks = List.copyOf(tasks);
        this.groups = groups(tasks, context.replicas());
        this.stateBudget = stateBudget;
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
     * @return tasks that stand at the beginning of their input, or at their newest checkpoint.
     * @throws io.millrace.log.error.MillraceException CONFIGURATION when the topology has mistakes, or does not fit the
     *                                                 checkpoints that are there; UNKNOWN_TOPIC when a source does not exist; TOPIC_EXISTS
     *                                                 when an exchange does with another number of partitions; POSITION_GONE when neither
     *                                                 a checkpoint nor the beginning of the input is left.
     */
    public static JobTasks open(final LogStore store, final Topology topology, final JobContext context) {
        return open(store, topology, context, Runnable::run);
    }

    static JobTasks open(
            final LogStore store, final Topology topology, final JobContext context, final Executor housekeeping) {
        final Plan plan = topology.plan(topic -> store.topic(topic).partitionCount());
        new KeptStages(store, plan, context.resets()).check();
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
        return new JobTasks(store, plan, context, new TaskFactory(plan, store, options).create(), budget);
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
     * Runs the duty cycle of each task once, and appends ticks where they are due. By one thread at a time, and not beside a
     * {@link Job}.
     *
     * @return amount of work done; 0 when there was none.
     */
    public int doWork() {
        return all.doWork();
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
     * Tells whether the input has ended and all results are appended.
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

    private boolean isSource(final TaskReplicas task) {
        final String topic = task.replica(0).task().id().topic();
        return plan.stages().stream()
                .filter(Stage::isSource)
                .anyMatch(stage -> stage.inputTopic().equals(topic));
    }

    /**
     * Takes a checkpoint of each task, and returns when all are complete. By the thread that runs the duty cycles; a job that
     * takes none does nothing.
     */
    public void checkpoint() {
        groups.forEach(TaskReplicas::takeCheckpoint);
    }

    /** Takes a last checkpoint of each task, if the job takes any, and releases what they hold of the store. */
    @Override
    public void close() {
        all.close();
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
        private boolean isClosed;

        private Share(final List<Replica> mine) {
            this.mine = mine.toArray(Replica[]::new);
            this.ticker = new Ticker(store, plan, groups, mine);
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
            return checkpoints.doWork(work == 0) ? work + 1 : work;
        }

        private int doWork(final Replica replica) {
            try {
                final int records = replica.task().doWork();
                return records == 0 && !replica.task().isComplete() ? ticker.tick(replica) : records;
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
            checkpoints.refuse("the job is closed");
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
