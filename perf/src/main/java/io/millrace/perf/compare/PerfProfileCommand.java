package io.millrace.perf.compare;

import io.millrace.perf.compare.profile.Allocation;
import io.millrace.perf.compare.profile.HotPath;
import io.millrace.perf.compare.profile.Samples;
import io.millrace.perf.streams.ProfiledJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace perf profile}. */
@Command(
        name = "profile",
        header = "Tell what the hot paths allocate, and where their time goes.",
        description = {
            "Bytes an operation come from JMH's benchmarks under its profiler of garbage collection, where time goes from samples "
                    + "that the JVM's flight recorder takes each ms of a job that is warm.",
            "Takes about 5 minutes (--quick: 2), 5 GB of memory and 2 GB of disk meanwhile; leave the machine alone."
        },
        descriptionHeading = "%n",
        parameterListHeading = "%nPaths:%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:measured", "1:a process failed", "2:wrong use"},
        usageHelpAutoWidth = true)
final class PerfProfileCommand extends MeasuringCommand {
    private static final List<HotPath> PATHS = List.of(
            new HotPath(
                    "append",
                    "append to the log, 128 bytes",
                    "log.LogAppenderBenchmark.append",
                    Map.of("length", "128", "clock", "shared")),
            new HotPath("read", "read from the log, 128 bytes", "log.LogReaderBenchmark.poll", Map.of("length", "128")),
            new HotPath("s1", "S1: filter and map", "streams.StatelessChainBenchmark.job", Map.of()),
            new HotPath(
                    "s2",
                    "S2: windows of 1 s, 1,000 keys",
                    "streams.TumblingWindowOperatorBenchmark.job",
                    Map.of("instruments", "1000")),
            new HotPath("s3", "S3: windows of 10 s by 100 ms", "streams.HoppingWindowOperatorBenchmark.job", Map.of()),
            new HotPath("s4", "S4: interval join", "streams.IntervalJoinBenchmark.job", Map.of()),
            new HotPath("as-of", "as-of join", "streams.AsOfJoinBenchmark.job", Map.of()));

    /** Those of which samples are taken, and how many events they take in about four seconds. */
    private static final Map<String, Integer> PROFILES = Map.of("s1", 60_000_000, "s2", 60_000_000, "s6", 400_000);

    private static final List<String> PROFILED = List.of("s1", "s2", "s6");
    private static final int QUICK_SHARE = 4;
    private static final int TINY_EVENTS = 20_000;
    private static final int MOST_METHODS = 12;

    @Parameters(
            paramLabel = "PATH",
            arity = "0..*",
            description = {
                "All of them unless some are named:",
                "append, read, s1, s2, s3, s4, as-of  bytes an operation",
                "s1, s2, s6                           samples, too"
            })
    private List<String> paths;

    @Option(names = "--quick", description = "Fewer rounds and samples: about 2 minutes.")
    private boolean isQuick;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a report for a browser, too.")
    private Path html;

    private final boolean isTiny;

    PerfProfileCommand() {
        this(false);
    }

    /** For tests, which measure little and count no bytes. */
    PerfProfileCommand(final boolean isTiny) {
        this.isTiny = isTiny;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        final List<String> chosen = paths();
        checkOutputs();
        checkFile("--html", html);
        final List<HotPath> counted = PATHS.stream()
                .filter(path -> !isTiny && chosen.contains(path.id()))
                .toList();
        final List<String> sampled = PROFILED.stream().filter(chosen::contains).toList();
        final Map<String, String> machine = Machine.facts(directory());
        final String date = now();
        final ProfileReport report = new ProfileReport();
        underWay(counted.size() + sampled.size(), progress -> run(counted, sampled, report, progress));
        report.print(out(), machine);
        writeJson(report.toMap(machine, date));
        if (html != null) {
            Files.writeString(html, HtmlReport.of("profile.html", report.toMap(machine, date)));
        }
        if (!report.failures().isEmpty()) {
            throw new PerfException(report.failures().get(0));
        }
        return PerfCommand.OK;
    }

    private List<String> paths() {
        final List<String> all = Stream.concat(PATHS.stream().map(HotPath::id), PROFILED.stream())
                .distinct()
                .toList();
        if (paths == null || paths.isEmpty()) {
            return all;
        }
        for (final String name : paths) {
            if (!all.contains(name)) {
                throw wrong(
                        "unknown path '" + name + "'; there are " + all.stream().collect(Collectors.joining(", ")));
            }
        }
        return paths;
    }

    private void run(
            final List<HotPath> counted,
            final List<String> sampled,
            final ProfileReport report,
            final Consumer<String> progress)
            throws IOException, InterruptedException {
        try (Workspace workspace = Workspace.create(directory())) {
            for (final HotPath path : counted) {
                progress.accept("bytes of " + path.id());
                try {
                    report.add(
                            path,
                            Allocation.of(
                                    path, 4, isQuick ? 2 : 5, workspace.root().resolve("jmh")));
                } catch (final RunnerException ex) {
                    report.addFailure(path.id() + ": " + ex.getMessage());
                }
            }
            for (final String workload : sampled) {
                progress.accept("samples of " + workload);
                final Path directory = workspace.newDirectory();
                try {
                    final Path recording = OutcomeProcess.runToFile(
                            workload, directory, output -> command(workload, directory, output));
                    report.add(workload, Samples.of(recording, MOST_METHODS));
                } catch (final PerfException ex) {
                    report.addFailure(ex.getMessage());
                }
            }
        }
    }

    private List<String> command(final String workload, final Path directory, final Path output) {
        final int events = isTiny ? TINY_EVENTS : PROFILES.get(workload) / (isQuick ? QUICK_SHARE : 1);
        final List<String> command = JavaCommand.of(
                List.of(
                        "-Xmx2g",
                        "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                        JavaCommand.JOB_FLAG,
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:+DebugNonSafepoints"),
                ProfiledJob.class);
        command.add(workload);
        command.addAll(List.of(Integer.toString(events), directory.toString(), output.toString()));
        return command;
    }
}
