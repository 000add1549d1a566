package io.millrace.node.cli;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.OneLine;
import io.millrace.node.config.SettingType;
import io.millrace.streams.JobContext;
import io.millrace.streams.Topology;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace job run}: this process is the job. */
@Command(
        name = "run",
        description = "Run a job in this process against a node, until its input ends or it is stopped.",
        customSynopsis = "millrace job run --job-dir D [OPTIONS] CLASS|FILE.java [ARGS]",
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        parameterListHeading = "%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the job's input has ended, or `job stop` has stopped it; the node holds all its output",
            "1:the job failed, or a part of its output is not acknowledged",
            "2:the class, its topology or an option is wrong",
            "3:a job of the name runs, no such topic, or not allowed",
            "4:no node answers, or it stopped answering",
            "5:another process uses the job's directory",
            "130, 143:stopped in order by Ctrl-C or SIGTERM"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace job run --node data --job-dir jobs/words WordCount.java",
            "  millrace job run --node 10.0.0.5:7100 --job-dir /var/lib/etl --name etl \\",
            "      --class-path etl.jar com.example.Etl --region eu",
            "",
            "The class implements io.millrace.streams.JobDefinition. The directory is a part",
            "of the job: started again with it, the job goes on where it was. All options",
            "stand before CLASS; what follows is the job's."
        },
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        versionProvider = VersionCommand.Provider.class)
final class JobRunCommand implements Callable<Integer> {
    private static final SettingType<Long> LEASE =
            SettingType.duration(TimeUnit.MILLISECONDS.toNanos(100), TimeUnit.HOURS.toNanos(24));

    @Spec
    private CommandSpec spec;

    @Mixin
    private NodeClient node;

    @Option(
            names = "--job-dir",
            paramLabel = "D",
            required = true,
            description = "Directory that keeps the job's state, for it alone; created when missing.")
    private Path directory;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Name of the job; one of a name runs at a time. Default: the topology's.")
    private String name;

    @Option(
            names = "--class-path",
            paramLabel = "JARS",
            split = "[:;]",
            description = "Jars and directories with the job's classes, with ':' between them.")
    private List<Path> classPath = List.of();

    @Option(
            names = "--lease",
            paramLabel = "TIME",
            defaultValue = "5s",
            description = "How long the node may hear nothing of the job before it is lost, and its name free."
                    + " Default: ${DEFAULT-VALUE}.")
    private String lease;

    @Parameters(
            index = "0",
            paramLabel = "CLASS|FILE.java",
            description = "Class that implements JobDefinition, or a source file with one.")
    private String classOrFile;

    @Parameters(index = "1..*", paramLabel = "ARGS", description = "Arguments of the job.")
    private List<String> arguments = List.of();

    @Override
    public Integer call() {
        final String[] args = arguments.toArray(String[]::new);
        final long leaseNs = leaseNs();
        try (StopRequest stop = StopRequest.install();
                JobProgram program = JobProgram.load(classOrFile, classPath)) {
            final ClassLoader before = Thread.currentThread().getContextClassLoader();
            Thread.currentThread()
                    .setContextClassLoader(program.definition().getClass().getClassLoader());
            try {
                final Topology topology = ask(() -> program.definition().topology(args), "topology");
                final JobContext context = ask(() -> program.definition().context(args), "context");
                final JobRun run = new JobRun(
                        name,
                        topology,
                        context,
                        directory,
                        leaseNs,
                        spec.commandLine().getErr());
                try (NodeClient.Link link = node.openLasting()) {
                    run.run(link, stop);
                }
            } finally {
                Thread.currentThread().setContextClassLoader(before);
            }
        }
        return ExitCode.OK;
    }

    private long leaseNs() {
        try {
            return LEASE.parse(lease);
        } catch (final IllegalArgumentException ex) {
            throw new ParameterException(
                    spec.commandLine(),
                    "invalid value for option '--lease': '" + lease + "' is not " + LEASE.allowed());
        }
    }

    private <T> T ask(final Callable<T> part, final String what) {
        final T answer;
        try {
            answer = part.call();
        } catch (final MillraceException ex) {
            throw ex;
        } catch (final Exception | LinkageError ex) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "the " + what + " of " + classOrFile + " cannot be made: " + OneLine.of(ex.toString()),
                    ex);
        }
        if (answer == null) {
            throw new MillraceException(ErrorCode.CONFIGURATION, "the " + what + " of " + classOrFile + " is null");
        }
        return answer;
    }
}
