package io.millrace.streams;

import io.millrace.log.LogStore;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.task.Task;
import io.millrace.operators.task.TaskRange;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.plan.Stage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what each task of a job reads and from where on it is heard: by what is written down where the job has begun
 * before, otherwise by its settings, which are written down then. Before the first task is made.
 */
final class RangeKeeper {
    private static final Logger LOGGER = LoggerFactory.getLogger(Job.class);

    private final LogStore store;
    private final Plan plan;
    private final String job;
    private final RangeTopic topic;
    private final JobRange range;
    private final Map<String, long[]> stops;

    private RangeKeeper(
            final LogStore store,
            final Plan plan,
            final RangeTopic topic,
            final JobRange range,
            final Map<String, long[]> stops) {
        this.store = store;
        this.plan = plan;
        this.job = plan.graph().name();
        this.topic = topic;
        this.range = range;
        this.stops = stops;
    }

    /**
     * Finds what was written down, or writes down what the settings say.
     *
     * @throws MillraceException CONFIGURATION when the settings are none that the job can have, or not any more.
     */
    static RangeKeeper open(final LogStore store, final Plan plan, final JobContext context) {
        final String job = plan.graph().name();
        if ((context.isMuted() || context.stopAt() != null) && !context.hasCheckpoints()) {
            throw refusal(
                    job,
                    "stopAt(…) and muted(true) need checkpoints, from which the job goes on; set checkpointInterval or"
                            + " checkpointBytes");
        }
        final RangeTopic topic = new RangeTopic(store, job);
        final PositionFinder finder = new PositionFinder(store, plan);
        final JobRange written = topic.read();
        final boolean hasBegun = hasBegun(store, job);
        final JobRange range;
        if (hasBegun) {
            range = goOn(job, written, context);
        } else {
            final boolean isDefault = context.from() == null && context.to() == null && !context.isMuted();
            range = isDefault && written == null ? null : begin(job, context, finder);
        }
        if (range != null && (written == null || !range.format().equals(written.format()))) {
            topic.write(range);
        }
        final Map<String, long[]> stops =
                context.stopAt() == null ? Map.of() : finder.find("stopAt", context.stopAt(), false);
        return new RangeKeeper(store, plan, topic, range, stops);
    }

    // A task is known to the store from the moment in which it is first made.
    private static boolean hasBegun(final LogStore store, final String job) {
        return store.producerNames().stream().anyMatch(name -> name.startsWith(job + "/"));
    }

    private static JobRange begin(final String job, final JobContext context, final PositionFinder finder) {
        final SourcePositions from = context.from() == null ? SourcePositions.beginning() : context.from();
        final Map<String, long[]> starts = finder.find("from", from, true);
        final Map<String, long[]> ends = context.to() == null ? Map.of() : finder.find("to", context.to(), false);
        ends.forEach((topic, positions) -> {
            for (int i = 0; i < positions.length; i++) {
                if (positions[i] < starts.get(topic)[i]) {
                    throw refusal(
                            job,
                            "it would end at position " + positions[i] + " of topic " + topic + " partition " + i
                                    + ", before it begins; allowed are positions from " + starts.get(topic)[i] + " on");
                }
            }
        });
        return JobRange.of(
                starts, ends, context.to() == null ? "" : context.to().toString(), context.isMuted());
    }

    private static JobRange goOn(final String job, final JobRange written, final JobContext context) {
        if (written == null) {
            if (context.to() != null || context.isMuted()) {
                throw refusal(
                        job,
                        "it has begun without an end and is heard, so " + (context.isMuted() ? "muted(true)" : "to(…)")
                                + " comes too late; give the job another name, or stop it in order with stopAt(…)");
            }
            if (context.from() != null) {
                LOGGER.info("job {} has begun at the beginning and goes on; from({}) is not used", job, context.from());
            }
            return null;
        }
        checkEnd(job, written, context);
        return switch (written.phase()) {
            case HANDED_OVER ->
                throw refusal(
                        job,
                        "job " + written.successor() + " has taken over its outputs; run that one, or give this job"
                                + " another name and other outputs");
            case MUTED -> {
                if (!context.isMuted()) {
                    throw refusal(
                            job,
                            "it is muted and has not come to its stop; run it with muted(true) and stopAt(…) until it"
                                    + " has, then it is heard from there on");
                }
                yield written;
            }
            case STOPPED -> context.isMuted() ? written.muted() : written.live();
            case LIVE -> {
                if (context.isMuted()) {
                    throw refusal(
                            job,
                            "it is heard since it was started without muted(true), and cannot be muted any more; give the"
                                    + " job another name");
                }
                yield written;
            }
        };
    }

    // The end is a part of what the job makes, so it stays where it was fixed. What was set is compared, and not where
    // it would be now: the log may have grown since, or lost its beginning.
    private static void checkEnd(final String job, final JobRange written, final JobContext context) {
        if (context.to() != null && !context.to().toString().equals(written.endSetting())) {
            throw refusal(
                    job,
                    "to(" + context.to() + ") is set, and it has begun with "
                            + (written.endSetting().isEmpty() ? "no end" : "to(" + written.endSetting() + ")")
                            + "; leave it, or give the job another name");
        }
    }

    private static MillraceException refusal(final String job, final String what) {
        return new MillraceException(ErrorCode.CONFIGURATION, "job " + job + ": " + what);
    }

    /** What one task reads and from where on it is heard. */
    TaskRange of(final Stage stage, final int partition) {
        final long liveFrom = liveFrom(stage, partition);
        if (!stage.isSource()) {
            return new TaskRange(TaskRange.BEGINNING, TaskRange.UNBOUNDED, false, liveFrom);
        }
        final String source = stage.inputTopic();
        final long start = at(range == null ? Map.of() : range.starts(), source, partition, TaskRange.BEGINNING);
        final long end = at(range == null ? Map.of() : range.ends(), source, partition, TaskRange.UNBOUNDED);
        final long stop = at(stops, source, partition, TaskRange.UNBOUNDED);
        return stop < end
                ? new TaskRange(start, stop, false, liveFrom)
                : new TaskRange(start, end, end != TaskRange.UNBOUNDED, liveFrom);
    }

    private long liveFrom(final Stage stage, final int partition) {
        if (range == null || range.phase() == JobRange.Phase.LIVE) {
            return range == null ? 0 : at(range.liveFrom(), stage.name(), partition, 0);
        }
        return TaskRange.UNBOUNDED;
    }

    private static long at(
            final Map<String, long[]> positions, final String name, final int partition, final long otherwise) {
        final long[] values = positions.get(name);
        return values == null || partition >= values.length ? otherwise : values[partition];
    }

    /** Tells whether this run is to stop somewhere, with its input open. */
    boolean isStopping() {
        return !stops.isEmpty();
    }

    /** Where the sources are to stop; empty when they are not. */
    Map<String, long[]> stops() {
        return stops;
    }

    /** Writes down where a muted job has stopped. By the thread that has stopped the last of its tasks. */
    void onAllStopped(final List<Task> tasks) {
        if (range == null || range.phase() != JobRange.Phase.MUTED) {
            return;
        }
        final Map<String, long[]> positions = new TreeMap<>();
        int next = 0;
        for (final Stage stage : plan.stages()) {
            final List<Task> ofStage = tasks.subList(next, next + stage.tasks());
            next += stage.tasks();
            positions.put(
                    stage.name(), ofStage.stream().mapToLong(Task::position).toArray());
        }
        // What lies before these positions in the exchanges must not be made again in another order.
        store.forceNow();
        topic.write(range.stopped(positions));
        LOGGER.info("job {} has stopped in order, muted so far", job);
    }
}
