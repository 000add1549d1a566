package io.millrace.node.cli;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.OneLine;
import io.millrace.streams.JobContext;
import io.millrace.streams.Topology;
import io.millrace.transport.JobContact;
import io.millrace.transport.JobContactContext;
import io.millrace.transport.protocol.JobReport;
import io.millrace.transport.protocol.JobState;
import io.millrace.worker.JobWorker;
import io.millrace.worker.JobWorkerContext;
import io.millrace.worker.JobWorkerCounters;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * A job from its start to its end. The name is taken before anything else is touched, and given back when all is done, so that whoever
 * waits for the end knows that there is no more to come.
 */
final class JobRun {
    private static final long LOOK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final String name;
    private final Topology topology;
    private final JobContext context;
    private final Path directory;
    private final long leaseNs;
    private final PrintWriter err;
    private volatile JobWorker worker;
    private volatile long lagBytes = JobReport.UNKNOWN_LAG;
    private volatile boolean isStopping;

    JobRun(
            final String name,
            final Topology topology,
            final JobContext context,
            final Path directory,
            final long leaseNs,
            final PrintWriter err) {
        final String usual = context.jobName() == null ? topology.build().name() : context.jobName();
        this.name = name == null ? usual : name;
        this.topology = topology;
        this.context = name == null ? context : context.jobName(name);
        this.directory = directory;
        this.leaseNs = leaseNs;
        this.err = err;
    }

    /** Runs until the input ends, somebody stops it, or it fails, which is thrown. */
    void run(final NodeClient.Link link, final StopRequest stop) {
        final JobContact contact = JobContact.connect(link.reach(
                new JobContactContext().name(name).leaseNs(leaseNs).host(host()).topology(summary())));
        try (JobHeartbeat heartbeat = JobHeartbeat.start(contact, this::report)) {
            try {
                final boolean isStopped = run(link, stop, heartbeat);
                say("job " + name + (isStopped ? " was stopped in order" : " has come to the end of its input"));
            } catch (final RuntimeException | Error ex) {
                heartbeat.last(report().with(JobState.FAILED, String.valueOf(ex.getMessage())));
                throw ex;
            }
        }
    }

    private boolean run(final NodeClient.Link link, final StopRequest stop, final JobHeartbeat heartbeat) {
        final JobWorker started = JobWorker.start(new JobWorkerContext()
                .node(link::reachAny)
                .topology(topology)
                .directory(directory)
                .job(context));
        boolean isStopped = false;
        try (started;
                JobLag lag = new JobLag(link)) {
            worker = started;
            say("job " + name + " runs: pid=" + ProcessHandle.current().pid() + " job-dir=" + directory);
            while (!started.isComplete() && !isStopped) {
                check(started, heartbeat);
                lagBytes = lag.bytes(started.job());
                LockSupport.parkNanos(LOOK_INTERVAL_NS);
                isStopped = stop.isRequested() || heartbeat.isStopRequested();
            }
            isStopping = true;
        }
        check(started, heartbeat);
        checkAcknowledged(started.counters());
        return isStopped;
    }

    private void check(final JobWorker running, final JobHeartbeat heartbeat) {
        if (heartbeat.failure() != null) {
            throw heartbeat.failure();
        }
        final Throwable failure = running.failure();
        if (failure instanceof MillraceException known) {
            throw known;
        } else if (failure != null) {
            throw new MillraceException(
                    ErrorCode.USER_FUNCTION, "job " + name + " failed: " + OneLine.of(failure.toString()), failure);
        }
    }

    private void checkAcknowledged(final JobWorkerCounters counters) {
        final long missing = counters.forwardedRecords() - counters.acknowledgedRecords();
        if (missing > 0) {
            throw new MillraceException(
                    ErrorCode.INTERRUPTED,
                    "job " + name + " has stopped, and the node has not acknowledged " + missing
                            + " records of its output; run it again with the same --job-dir, and they are sent again");
        }
    }

    /** On the heartbeat's thread. */
    private JobReport report() {
        final JobWorker current = worker;
        if (current == null) {
            return JobReport.NOTHING_YET;
        }
        return new JobReport(
                isStopping ? JobState.STOPPING : JobState.RUNNING,
                current.job().counters().recordsIn(),
                current.counters().forwardedRecords(),
                lagBytes,
                "");
    }

    private String summary() {
        return topology.describe()
                .lines()
                .map(line -> line.strip().replaceAll(" +", " "))
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining("; "));
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (final UnknownHostException ex) {
            return "";
        }
    }

    private void say(final String line) {
        err.println(line);
        err.flush();
    }
}
