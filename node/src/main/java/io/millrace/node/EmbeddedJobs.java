package io.millrace.node;

import io.millrace.log.LogStore;
import io.millrace.streams.Job;
import io.millrace.streams.JobCounters;
import io.millrace.transport.protocol.JobReport;
import io.millrace.transport.protocol.JobState;
import io.millrace.transport.protocol.JobSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Jobs that run in the node's own process, so that a list of jobs shows them among the others. Whoever starts them stops them: the node
 * does not. Any thread.
 */
public final class EmbeddedJobs {
    private static final String HOST = "(node)";

    private final LogStore store;
    private final NavigableMap<String, Entry> byName = new ConcurrentSkipListMap<>();

    EmbeddedJobs(final LogStore store) {
        this.store = store;
    }

    /**
     * Shows a job from now on, until it has come to its end. One of the same name that was shown before is shown no more.
     *
     * @param job over the node's store.
     */
    public void add(final Job job) {
        byName.put(job.plan().graph().name(), new Entry(job, System.currentTimeMillis()));
    }

    /**
     * Shows a job no more.
     *
     * @param job that was added before.
     */
    public void remove(final Job job) {
        byName.values().removeIf(entry -> entry.job == job);
    }

    /** Whether a job of this name is at work here. */
    boolean isAtWork(final String name) {
        final Entry entry = byName.get(name);
        return entry != null && state(entry.job) == JobState.RUNNING;
    }

    /** Jobs behind a name that have not come to their end, in the order of their names. */
    List<JobSummary> list(final String after) {
        final List<JobSummary> jobs = new ArrayList<>();
        byName.tailMap(after, false).forEach((name, entry) -> {
            if (state(entry.job) != JobState.ENDED) {
                jobs.add(summary(name, entry));
            }
        });
        return jobs;
    }

    private JobSummary summary(final String name, final Entry entry) {
        final Job job = entry.job;
        final JobCounters counters = job.counters();
        final Throwable failure = job.failure();
        return new JobSummary(
                name,
                0,
                HOST,
                ProcessHandle.current().pid(),
                entry.startedMs,
                0,
                "",
                new JobReport(
                        state(job),
                        counters.recordsIn(),
                        counters.recordsOut(),
                        lag(job),
                        failure == null ? "" : JobRegistry.shortened(String.valueOf(failure.getMessage()))));
    }

    private long lag(final Job job) {
        long lag = 0;
        for (final Map.Entry<String, long[]> source : job.readPositions().entrySet()) {
            if (!store.hasTopic(source.getKey())) {
                return JobReport.UNKNOWN_LAG;
            }
            for (int i = 0; i < source.getValue().length; i++) {
                final long tail = store.topic(source.getKey()).partition(i).tailPosition();
                lag += Math.max(0, tail - source.getValue()[i]);
            }
        }
        return lag;
    }

    private static JobState state(final Job job) {
        if (job.failure() != null) {
            return JobState.FAILED;
        }
        return job.isComplete() ? JobState.ENDED : JobState.RUNNING;
    }

    private record Entry(Job job, long startedMs) {}
}
