package io.millrace.node;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.OneLine;
import io.millrace.transport.protocol.JobRegistration;
import io.millrace.transport.protocol.JobReport;
import io.millrace.transport.protocol.JobState;
import io.millrace.transport.protocol.JobSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The jobs that have told the node of themselves, and the rules about their names. It knows what this run of the node was told and
 * nothing else: a job holds its own state, and tells a node that was started anew once more. One thread.
 *
 * <p>A name is its job's until the job has ended, has failed, or has been silent for its lease; then another process may take it. A
 * silent one that speaks again before that goes on.
 */
final class JobRegistry {
    static final int MAX_JOBS = 1_000;
    private static final int MAX_TEXT_LENGTH = 500;
    private static final int MAX_HOST_LENGTH = 249;

    private final NavigableMap<String, Entry> byName = new TreeMap<>();

    /** Takes a job, or throws why not. */
    void register(final JobRegistration job, final JobLink link, final long nowNs) {
        BrokerAdmission.checkName("job", job.name());
        BrokerAdmission.checkLease(job.leaseNs());
        BrokerAdmission.check(job.jobKey() != 0, "job key must not be 0");
        final Entry known = byName.get(job.name());
        if (known != null && known.key == job.jobKey()) {
            known.link = link;
            known.heardNs = nowNs;
            if (known.isStopRequested) {
                link.stopRequested(known.key);
            }
            return;
        }
        if (known != null && known.state(nowNs).isAlive()) {
            throw new MillraceException(
                    ErrorCode.IN_USE,
                    "a job of this name runs: job=" + job.name() + " host=" + known.host + " pid=" + known.job.pid()
                            + "; stop it first, with `millrace job stop " + job.name() + '`');
        }
        makeRoom(nowNs);
        if (known != null && known.link.isOpen()) {
            known.link.replaced(known.key);
        }
        byName.put(job.name(), new Entry(job, link, nowNs, known == null ? 0 : known.restarts + 1));
    }

    /** Takes what a job says of itself. */
    void report(final long key, final JobReport report, final JobLink link, final long nowNs) {
        final Entry entry = entryOf(key, link);
        if (entry == null) {
            // It was silent for too long, and its name is another's.
            link.replaced(key);
        } else if (report.state() == JobState.ENDED) {
            byName.remove(entry.job.name());
        } else {
            entry.heardNs = nowNs;
            entry.report = report.with(report.state(), shortened(report.problem(), MAX_TEXT_LENGTH));
        }
    }

    /** Has a job stop; its key, or throws why not. */
    long stop(final String name, final long nowNs) {
        final Entry entry = byName.get(name);
        if (entry == null || !entry.state(nowNs).isAlive()) {
            throw new MillraceException(
                    ErrorCode.NOT_FOUND,
                    "no such job runs: job=" + OneLine.of(name) + "; `millrace job list` shows those that there are");
        }
        entry.isStopRequested = true;
        entry.link.stopRequested(entry.key);
        return entry.key;
    }

    /** Jobs behind a name, in the order of their names, at most as many as the limit. */
    List<JobSummary> list(final String after, final Predicate<String> isVisible, final int limit, final long nowNs) {
        final List<JobSummary> jobs = new ArrayList<>();
        for (final Entry entry : byName.tailMap(after, false).values()) {
            if (jobs.size() == limit) {
                break;
            }
            if (isVisible.test(entry.job.name())) {
                jobs.add(entry.summary(nowNs));
            }
        }
        return jobs;
    }

    private Entry entryOf(final long key, final JobLink link) {
        for (final Entry entry : byName.values()) {
            if (entry.key == key && entry.link.equals(link)) {
                return entry;
            }
        }
        return null;
    }

    /** Forgets jobs that do nothing any more, once there are too many. */
    private void makeRoom(final long nowNs) {
        if (byName.size() >= MAX_JOBS) {
            byName.values().removeIf(entry -> !entry.state(nowNs).isAlive());
        }
        BrokerAdmission.checkRoom("jobs", byName.size(), MAX_JOBS, "max");
    }

    /** A text of any length and in any number of lines, as one that is shown. */
    static String shortened(final String text) {
        return shortened(text, MAX_TEXT_LENGTH);
    }

    private static String shortened(final String text, final int maxLength) {
        return OneLine.of(text.length() <= maxLength ? text : text.substring(0, maxLength));
    }

    /** A job's process, as far as the node reaches it. Two links to the same session are equal. */
    interface JobLink {
        /** Whether its session goes on. */
        boolean isOpen();

        /** Tells it to stop. */
        void stopRequested(long key);

        /** Tells it that its name is another's. */
        void replaced(long key);
    }

    private static final class Entry {
        private final JobRegistration job;
        private final long key;
        private final String host;
        private final String topology;
        private final int restarts;
        private JobLink link;
        private long heardNs;
        private JobReport report = JobReport.NOTHING_YET;
        private boolean isStopRequested;

        private Entry(final JobRegistration job, final JobLink link, final long nowNs, final int restarts) {
            this.job = job;
            this.key = job.jobKey();
            this.host = shortened(job.host(), MAX_HOST_LENGTH);
            this.topology = shortened(job.topology(), MAX_TEXT_LENGTH);
            this.link = link;
            this.heardNs = nowNs;
            this.restarts = restarts;
        }

        private JobState state(final long nowNs) {
            if (report.state() == JobState.FAILED) {
                return JobState.FAILED;
            } else if (!link.isOpen() || nowNs - heardNs > job.leaseNs()) {
                return JobState.LOST;
            }
            return isStopRequested ? JobState.STOPPING : report.state();
        }

        private JobSummary summary(final long nowNs) {
            return new JobSummary(
                    job.name(),
                    key,
                    host,
                    job.pid(),
                    job.startedMs(),
                    restarts,
                    topology,
                    report.with(state(nowNs), report.problem()));
        }
    }
}
