package io.millrace.streams;

import io.millrace.log.LogAppender;
import io.millrace.log.LogStore;
import io.millrace.log.RecordClaim;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.core.TaskStoppedException;
import io.millrace.operators.output.WatermarkGrid;
import io.millrace.operators.task.Task;
import io.millrace.operators.task.TaskId;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.plan.Stage;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Appends ticks: records that carry nothing but their log time, to partitions in which something is due and nothing comes.
 *
 * <p>When a tick is appended depends on the clock and on how far other tasks are; what it means depends on the log alone. A
 * replay finds the ticks where they are, so no task ever sees the clock itself. None is appended to a partition in which
 * nothing waits, however long it is silent.
 */
final class Ticker {
    private static final int NOBODY = -1;

    private final LogStore store;
    private final List<Wants> wants = new ArrayList<>();
    private final Map<Replica, Partition> partitions = new IdentityHashMap<>();
    private final RecordClaim claim = new RecordClaim();
    private final SourceTicks sourceTicks;

    /**
     * Creates a ticker for some tasks of a job.
     *
     * @param store that holds their partitions.
     * @param plan  of the job.
     * @param all   tasks of the job, stage by stage as the plan has them.
     * @param mine  replicas of tasks that this ticker is asked for, by one thread.
     * @param sourceTicks appends ticks to sources that the store has mirrors of; null where there are none.
     */
    Ticker(
            final LogStore store,
            final Plan plan,
            final List<TaskReplicas> all,
            final List<Replica> mine,
            final SourceTicks sourceTicks) {
        this.store = store;
        this.sourceTicks = sourceTicks;
        final Map<Stage, Wants> wantsOf = new IdentityHashMap<>();
        final Map<TaskReplicas, Wants> wantsOfTask = new IdentityHashMap<>();
        int next = 0;
        for (final Stage stage : plan.stages()) {
            final List<TaskReplicas> tasks = all.subList(next, next + stage.tasks());
            final Wants ofStage = new Wants(stage.grid(), tasks.toArray(TaskReplicas[]::new));
            next += stage.tasks();
            wantsOf.put(stage, ofStage);
            wants.add(ofStage);
            for (final Stage upstream : stage.upstreams()) {
                ofStage.upstreams.add(wantsOf.get(upstream));
                wantsOf.get(upstream).behind.add(ofStage);
            }
            tasks.forEach(task -> wantsOfTask.put(task, ofStage));
        }
        for (final Replica replica : mine) {
            final Wants ofStage = wantsOfTask.get(replica.all());
            // Whoever writes no exchange is nobody's producer.
            final int producerId =
                    ofStage.hasLater() ? store.producerId(replica.task().id().producerName()) : NOBODY;
            final TaskId id = replica.task().id();
            final boolean isMirror =
                    store.topic(id.topic()).partition(id.partition()).isMirror();
            partitions.put(replica, new Partition(ofStage, producerId, isMirror && sourceTicks != null));
        }
    }

    /** Begins a round: what later stages wait for is found anew, once for all tasks of a stage. */
    void beginRound() {
        for (final Wants each : wants) {
            each.isWakeKnown = false;
            each.isWantKnown = false;
            each.isSilenceKnown = false;
        }
    }

    /**
     * Appends a tick to a task's partition if one is due, and no replica of the task has appended it.
     *
     * @param replica that found nothing to read.
     * @return 1 when a tick was appended or has to be, otherwise 0.
     * @throws TaskStoppedException when the store has failed or is full.
     */
    int tick(final Replica replica) {
        final Task task = replica.task();
        final Partition partition = partitions.get(replica);
        final long dueNs = dueNs(task, partition);
        if (dueNs == Long.MAX_VALUE || dueNs > store.logTimeNs()) {
            return 0;
        }
        if (partition.isMirror) {
            // It comes back through the mirror, so there is nothing to do until then.
            sourceTicks.request(task.id().topic(), task.id().partition());
            return 0;
        }
        final TickTurn turn = replica.all().ticks();
        if (!turn.tryTake(task.position())) {
            return 0;
        }
        long outcome = Outcome.BACK_PRESSURED;
        try {
            outcome = append(task.id(), partition);
        } finally {
            turn.giveBack(outcome);
        }
        if (outcome > 0 || outcome == Outcome.BACK_PRESSURED) {
            // Under back-pressure the next round tries again; there is something to do until it has succeeded.
            return 1;
        }
        throw new TaskStoppedException(
                outcome == Outcome.STORAGE_FULL ? ErrorCode.STORAGE_FULL : ErrorCode.STORAGE_FAILED,
                "cannot append a tick: topic=" + task.id().topic() + " partition="
                        + task.id().partition() + " outcome=" + Outcome.name(outcome),
                null);
    }

    private static long dueNs(final Task task, final Partition partition) {
        return task.tickDueNs(partition.wants.wantNs(), partition.wants.silenceNs(partition.producerId));
    }

    private long append(final TaskId id, final Partition partition) {
        if (partition.appender == null) {
            partition.appender =
                    store.topic(id.topic()).partition(id.partition()).appender();
        }
        final long outcome = partition.appender.claim(claim, RecordKind.TICK, 0, 0, 0);
        if (outcome > 0) {
            claim.commit();
        }
        return outcome;
    }

    /**
     * Finds when the first tick is due.
     *
     * @return log time in ns since the epoch; {@link Long#MAX_VALUE} for never.
     */
    long nextNs() {
        beginRound();
        long next = Long.MAX_VALUE;
        for (final Map.Entry<Replica, Partition> each : partitions.entrySet()) {
            next = Math.min(next, dueNs(each.getKey().task(), each.getValue()));
        }
        return next;
    }

    private static final class Partition {
        private final Wants wants;
        private final int producerId;
        private final boolean isMirror;
        private LogAppender appender;

        Partition(final Wants wants, final int producerId, final boolean isMirror) {
            this.wants = wants;
            this.producerId = producerId;
            this.isMirror = isMirror;
        }
    }

    // What others wait for, of which each task of a stage has to do its part.
    private static final class Wants {
        private final WatermarkGrid grid;
        private final TaskReplicas[] tasks;
        private final List<Wants> upstreams = new ArrayList<>();
        private final List<Wants> behind = new ArrayList<>();
        private long wakeNs;
        private long wantNs;
        private boolean isWakeKnown;
        private boolean isWantKnown;
        private boolean isSilenceWanted;
        private boolean isSilenceKnown;

        Wants(final WatermarkGrid grid, final TaskReplicas[] tasks) {
            this.grid = grid;
            this.tasks = tasks;
        }

        // The event time that the stage has to reach for the stages behind it, and for those beside it, whose results
        // need it on their way. It is a point of the grid: the exchange is told of no other, so that to be beyond what
        // is waited for may not be enough.
        long wantNs() {
            if (!isWantKnown) {
                isWantKnown = true;
                long earliest = Long.MAX_VALUE;
                for (final Wants later : behind) {
                    earliest = Math.min(earliest, Math.min(later.wakeNs(), later.wantNs()));
                    for (final Wants beside : later.upstreams) {
                        earliest = Math.min(earliest, beside.wakeNs());
                    }
                }
                wantNs = grid.firstFrom(earliest);
            }
            return wantNs;
        }

        private boolean hasLater() {
            return !behind.isEmpty();
        }

        // Up to when the stages behind have to know that a task of this stage is silent.
        long silenceNs(final int producerId) {
            long wanted = Long.MIN_VALUE;
            if (isSilenceWanted()) {
                for (final Wants later : behind) {
                    for (final TaskReplicas task : later.tasks) {
                        wanted = Math.max(wanted, task.silenceWantedNs(producerId));
                    }
                }
            }
            return wanted;
        }

        // Found once for all tasks of the stage, since it is seldom so.
        private boolean isSilenceWanted() {
            if (!isSilenceKnown) {
                isSilenceKnown = true;
                isSilenceWanted = false;
                for (final Wants later : behind) {
                    for (final TaskReplicas task : later.tasks) {
                        isSilenceWanted |= task.silenceWantedNs() != Long.MIN_VALUE;
                    }
                }
            }
            return isSilenceWanted;
        }

        // The earliest event time that a task of the stage waits for.
        private long wakeNs() {
            if (!isWakeKnown) {
                isWakeKnown = true;
                long earliest = Long.MAX_VALUE;
                for (final TaskReplicas task : tasks) {
                    earliest = Math.min(earliest, task.eventWakeNs());
                }
                wakeNs = earliest;
            }
            return wakeNs;
        }
    }
}
