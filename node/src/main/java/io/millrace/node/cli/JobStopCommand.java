package io.millrace.node.cli;

import io.millrace.node.config.SettingType;
import io.millrace.transport.JobAdmin;
import io.millrace.transport.protocol.JobState;
import io.millrace.transport.protocol.JobSummary;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace job stop}. */
@Command(
        name = "stop",
        description =
                "Have a job stop in order, and wait until it has: it takes a last checkpoint, and the node holds all its output.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the job has ended in order",
            "1:it failed, was lost, or is still at it when the time is over",
            "3:no such job runs, or not allowed",
            "4:no node answers, or it stopped answering"
        },
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class JobStopCommand implements Callable<Integer> {
    private static final SettingType<Long> DURATION = SettingType.duration(0, TimeUnit.DAYS.toNanos(1));
    private static final long LOOK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(50);

    @Spec
    private CommandSpec spec;

    @Mixin
    private NodeClient node;

    @Parameters(index = "0", paramLabel = "NAME", description = "Name of the job.")
    private String name;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "60s",
            description = "How long to wait for it; 0s only tells it. Default: ${DEFAULT-VALUE}.")
    private String timeout;

    @Override
    public Integer call() {
        final long timeoutNs;
        try {
            timeoutNs = DURATION.parse(timeout);
        } catch (final IllegalArgumentException ex) {
            throw new ParameterException(
                    spec.commandLine(),
                    "invalid value for option '--timeout': '" + timeout + "' is not " + DURATION.allowed());
        }
        try (NodeClient.Link link = node.open();
                JobAdmin admin = JobAdmin.connect(link.reach(new JobAdmin.Context()))) {
            final long key = admin.stop(name);
            if (timeoutNs == 0) {
                say("job " + name + " was told to stop");
                return ExitCode.OK;
            }
            final String problem = await(admin, key, timeoutNs);
            say(problem == null ? "job " + name + " has ended in order" : spec.qualifiedName() + ": " + problem);
            return problem == null ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    /** Waits until the job is in the list no more; null, or why it came to another end. */
    private String await(final JobAdmin admin, final long key, final long timeoutNs) {
        final long deadlineNs = System.nanoTime() + timeoutNs;
        JobSummary job = find(admin, key);
        while (job != null) {
            final String where = ": host=" + job.host() + " pid=" + job.pid() + "; ";
            final JobState state = job.report().state();
            if (state == JobState.FAILED) {
                return "job " + name + " failed: " + job.report().problem();
            } else if (state == JobState.LOST) {
                return "job " + name + " was lost before it had stopped" + where
                        + "run it again with the same --job-dir, and what is missing is made up for";
            } else if (System.nanoTime() - deadlineNs >= 0
                    || Thread.currentThread().isInterrupted()) {
                return "job " + name + " has not stopped within " + timeout + where + "it was told, and is still at it";
            }
            LockSupport.parkNanos(LOOK_INTERVAL_NS);
            job = find(admin, key);
        }
        return null;
    }

    private static JobSummary find(final JobAdmin admin, final long key) {
        return admin.jobs().stream()
                .filter(job -> job.jobKey() == key)
                .findFirst()
                .orElse(null);
    }

    private void say(final String line) {
        spec.commandLine().getErr().println(line);
        spec.commandLine().getErr().flush();
    }
}
