package io.millrace.perf.compare;

import io.millrace.perf.compare.stream.StreamWorkload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace perf compare}. */
@Command(
        name = "compare",
        description = {
            "Measure stream jobs beside the same written as a plain loop, in Hazelcast Jet, in Flink and in Kafka"
                    + " Streams, each in a JVM of its own, and check that all give the same results.",
            "Takes about two hours (--quick: 10 minutes), 6 GB of memory and 3 GB of disk meanwhile; leave the machine "
                    + "alone. The log and the wire are measured by `perf log` and `perf transport`."
        },
        descriptionHeading = "%n",
        parameterListHeading = "%nWorkloads:%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:measured", "1:a process failed, or results were wrong", "2:wrong use"},
        usageHelpAutoWidth = true)
final class PerfCompareCommand extends MeasuringCommand {
    private static final String LATENCY = "s6";
    private static final String RECOVERY = "s7";

    @Parameters(
            paramLabel = "WORKLOAD",
            arity = "0..*",
            description = {
                "All of them unless some are named:",
                "s1     filter and map",
                "s2     count, sum and VWAP of each key in windows of 1 s, 1,000 keys",
                "s2-1m  the same with 1,000,000 keys",
                "s3     the same in windows of 10 s by 100 ms, 1,000 keys",
                "s4     interval join of trades and quotes within 500 ms, 1,000 keys",
                "s5     s2 exactly once and with a checkpoint each second",
                "s5-1m  s2-1m exactly once and with a checkpoint each second; left out of a quick run that names none",
                "s6     latency of a running aggregate at 20,000, 100,000 and 500,000/s",
                "s7     from SIGKILL to the first new result, 1,000,000 keys"
            })
    private List<String> workloads;

    @Option(names = "--quick", description = "One run with less of everything: about 10 minutes.")
    private boolean isQuick;

    @Option(
            names = "--contender",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Measure only this one: loop, millrace, jet, flink or kafka-streams. May be given several times.")
    private List<String> names;

    @Option(names = "--runs", paramLabel = "N", description = "Processes of each, 1 to 100; default 3, with --quick 1.")
    private Integer runs;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a report with charts to a file, too.")
    private Path html;

    @Option(
            names = "--peer-java",
            paramLabel = "DIR",
            description = "Home of another JDK for the peers; default: the one that runs this.")
    private Path peerJava = Path.of(System.getProperty("java.home"));

    private final StreamScale ownScale;

    PerfCompareCommand() {
        this(null);
    }

    /** For tests: with a scale of their own. */
    PerfCompareCommand(final StreamScale ownScale) {
        this.ownScale = ownScale;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        final StreamScale scale = ownScale != null ? ownScale : isQuick ? StreamScale.QUICK : StreamScale.FULL;
        checkWorkloads();
        final StreamCampaign campaign =
                new StreamCampaign(streamWorkloads(scale), contenders(), scale, runs(scale), peerJava);
        final LatencyCampaign latencies =
                has(LATENCY) ? new LatencyCampaign(contenders(), scale, runs(scale), peerJava) : null;
        final RecoveryCampaign recoveries =
                has(RECOVERY) ? new RecoveryCampaign(contenders(), scale, runs(scale), peerJava) : null;
        final int steps = campaign.stepCount()
                + (latencies == null ? 0 : latencies.stepCount())
                + (recoveries == null ? 0 : recoveries.stepCount());
        if (steps == 0) {
            throw wrong("--contender " + String.join(",", names) + " takes no part in what is measured");
        }
        check();
        final Map<String, String> machine = Machine.facts(directory());
        final String date = now();
        final long startNs = System.nanoTime();
        final StreamFigures figures = new StreamFigures();
        final LatencyFigures latencyFigures = new LatencyFigures();
        final RecoveryFigures recoveryFigures = new RecoveryFigures();
        underWay(steps, progress -> {
            campaign.run(directory(), figures, progress);
            if (latencies != null) {
                latencies.run(directory(), latencyFigures, progress);
            }
            if (recoveries != null) {
                recoveries.run(directory(), recoveryFigures, progress);
            }
        });
        final List<ReportPart> parts = new ArrayList<>();
        if (latencies != null) {
            parts.add(new LatencyReport(latencies, latencyFigures));
        }
        if (recoveries != null) {
            parts.add(new RecoveryReport(recoveries, recoveryFigures));
        }
        final StreamReport report =
                new StreamReport(campaign, figures, machine, date, System.nanoTime() - startNs, parts);
        report.print(out());
        write(report.toMap());
        if (!report.failures().isEmpty()) {
            throw new PerfException(report.failures().get(0));
        }
        return PerfCommand.OK;
    }

    private void write(final Map<String, Object> report) throws IOException {
        writeJson(report);
        if (html != null) {
            Files.writeString(html, HtmlReport.of(report));
        }
    }

    private void checkWorkloads() {
        for (final String name : workloads == null ? List.<String>of() : workloads) {
            if (StreamWorkload.of(name) == null && !name.equals(LATENCY) && !name.equals(RECOVERY)) {
                throw wrong("unknown workload '" + name + "'; there are "
                        + Arrays.stream(StreamWorkload.values())
                                .map(StreamWorkload::id)
                                .collect(Collectors.joining(", "))
                        + ", " + LATENCY + ", " + RECOVERY + "; the log is measured by `perf log`");
            }
        }
    }

    private boolean has(final String name) {
        return workloads == null || workloads.isEmpty() || workloads.contains(name);
    }

    private List<StreamWorkload> streamWorkloads(final StreamScale scale) {
        final boolean isNamed = workloads != null && !workloads.isEmpty();
        return Arrays.stream(StreamWorkload.values())
                .filter(workload -> has(workload.id()))
                .filter(workload ->
                        isNamed || scale != StreamScale.QUICK || workload != StreamWorkload.CHECKPOINTED_LARGE)
                .toList();
    }

    private Set<StreamKind> contenders() {
        if (names == null) {
            return EnumSet.allOf(StreamKind.class);
        }
        final Set<StreamKind> chosen = EnumSet.noneOf(StreamKind.class);
        for (final String name : names) {
            final StreamKind kind = StreamKind.of(name);
            if (kind == null) {
                throw wrong("unknown name '" + name + "' in --contender; there are "
                        + Arrays.stream(StreamKind.values()).map(StreamKind::id).collect(Collectors.joining(", ")));
            }
            chosen.add(kind);
        }
        return chosen;
    }

    private int runs(final StreamScale scale) {
        return inRange("--runs", runs, scale.runs, 1, MAX_RUNS);
    }

    /** Before all the measuring, not behind it. */
    private void check() {
        checkOutputs();
        if (!Files.isExecutable(peerJava.resolve("bin").resolve("java"))) {
            throw wrong("--peer-java must be the home of a JDK: " + peerJava);
        }
        checkFile("--html", html);
    }
}
