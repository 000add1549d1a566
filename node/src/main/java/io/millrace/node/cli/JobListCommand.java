package io.millrace.node.cli;

import io.millrace.transport.JobAdmin;
import io.millrace.transport.protocol.JobReport;
import io.millrace.transport.protocol.JobState;
import io.millrace.transport.protocol.JobSummary;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** {@code millrace job list}. */
@Command(
        name = "list",
        description = "List the jobs that work with the node: state, process, records, lag.",
        footerHeading = "%nStates:%n",
        footer = {
            "  running    it is at work",
            "  stopping   it was told to stop, and finishes what it is at",
            "  failed     it ended with an error; the name is free",
            "  lost       nothing is heard of its process; the name is free"
        },
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class JobListCommand implements Callable<Integer> {
    /** How the list is written. */
    enum Format {
        text,
        json
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private NodeClient node;

    @Option(
            names = "--format",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "text: a table; json: an object in a line for each job. Default: ${DEFAULT-VALUE}.")
    private Format format;

    private final JsonFactory json = new JsonFactory();

    @Override
    public Integer call() {
        final List<JobSummary> jobs;
        try (NodeClient.Link link = node.open();
                JobAdmin admin = JobAdmin.connect(link.reach(new JobAdmin.Context()))) {
            jobs = admin.jobs();
        }
        final PrintWriter out = spec.commandLine().getOut();
        if (format == Format.json) {
            jobs.forEach(job -> out.println(json(job)));
        } else if (!jobs.isEmpty()) {
            final StringBuilder lines = new StringBuilder("JOB\tSTATE\tHOST\tPID\tSINCE\tIN\tOUT\tLAG\tRESTARTS\n");
            jobs.forEach(job -> lines.append(line(job)).append('\n'));
            TabbedLines.print(lines.toString(), out);
        }
        out.flush();
        return ExitCode.OK;
    }

    private static String line(final JobSummary job) {
        final JobReport report = job.report();
        return String.join(
                "\t",
                job.name(),
                state(job),
                job.host(),
                Long.toString(job.pid()),
                since(job),
                Long.toString(report.recordsIn()),
                Long.toString(report.recordsOut()),
                report.lagBytes() == JobReport.UNKNOWN_LAG ? "-" : StatScreen.bytes(report.lagBytes()),
                Integer.toString(job.restarts()),
                report.state() == JobState.FAILED ? report.problem() : "");
    }

    private String json(final JobSummary job) {
        final JobReport report = job.report();
        final StringWriter text = new StringWriter();
        try (JsonGenerator generator = json.createGenerator(ObjectWriteContext.empty(), text)) {
            generator.writeStartObject();
            generator.writeStringProperty("job", job.name());
            generator.writeStringProperty("state", state(job));
            generator.writeStringProperty("host", job.host());
            generator.writeNumberProperty("pid", job.pid());
            generator.writeStringProperty("since", since(job));
            generator.writeNumberProperty("recordsIn", report.recordsIn());
            generator.writeNumberProperty("recordsOut", report.recordsOut());
            if (report.lagBytes() == JobReport.UNKNOWN_LAG) {
                generator.writeNullProperty("lagBytes");
            } else {
                generator.writeNumberProperty("lagBytes", report.lagBytes());
            }
            generator.writeNumberProperty("restarts", job.restarts());
            generator.writeStringProperty("topology", job.topology());
            if (report.state() == JobState.FAILED) {
                generator.writeStringProperty("problem", report.problem());
            }
            generator.writeEndObject();
        }
        return text.toString();
    }

    private static String state(final JobSummary job) {
        return job.report().state().name().toLowerCase(Locale.ROOT);
    }

    private static String since(final JobSummary job) {
        return Instant.ofEpochMilli(job.startedMs())
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
    }
}
