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
            "Measure stream jobs beside the same written as a plain loop, in Hazelcast Jet, in Flink and in Kafka Streams, each "
                    + "in a JVM of its own, and check that all give the same results.",
            "Takes about half an hour (--quick: 10 minutes), 5 GB of memory and 3 GB of disk meanwhile; leave the machine "
                    + "alone. The log and the wire are measured by `perf log` and `perf transport`."
        },
        descriptionHeading = "%n",
        parameterListHeading = "%nWorkloads:%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:measured", "1:a process failed, or results were wrong", "2:wrong use"},
        usageHelpAutoWidth = true)
final class PerfCompareCommand extends MeasuringCommand {
    @Parameters(
            paramLabel = "WORKLOAD",
            arity = "0..*",
            description = {
                "All of them unless some are named:",
                "s1     filter and map",
                "s2     count, sum and VWAP of each key in windows of 1 s, 1,000 keys",
                "s2-1m  the same with 1,000,000 keys",
                "s3     the same in windows of 10 s by 100 ms, 1,000 keys",
                "s4     interval join of trades and quotes within 500 ms, 1,000 keys"
            })
    private List<String> workloads;

    @Option(names = "--quick", description = "Less of everything: about 10 minutes.")
    private boolean isQuick;

    @Option(
            names = "--contender",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Measure only this one: loop, millrace, jet, flink or kafka-streams. May be given several times.")
    private List<String> names;

    @Option(names = "--runs", paramLabel = "N", description = "Processes of each, 1 to 100; default 3.")
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
        final StreamCampaign campaign = new StreamCampaign(workloads(), contenders(), scale, runs(scale), peerJava);
        if (campaign.stepCount() == 0) {
            throw wrong("--contender " + String.join(",", names) + " takes no part in what is measured");
        }
        check();
        final Map<String, String> machine = Machine.facts(directory());
        final String date = now();
        final long startNs = System.nanoTime();
        final StreamFigures figures = new StreamFigures();
        underWay(campaign.stepCount(), progress -> campaign.run(directory(), figures, progress));
        final StreamReport report = new StreamReport(campaign, figures, machine, date, System.nanoTime() - startNs);
        report.print(out());
        write(report.toMap());
        if (!figures.failures().isEmpty()) {
            throw new PerfException(figures.failures().get(0));
        }
        return PerfCommand.OK;
    }

    private void write(final Map<String, Object> report) throws IOException {
        writeJson(report);
        if (html != null) {
            Files.writeString(html, HtmlReport.of(report));
        }
    }

    private List<StreamWorkload> workloads() {
        if (workloads == null || workloads.isEmpty()) {
            return List.of(StreamWorkload.values());
        }
        final Set<StreamWorkload> chosen = EnumSet.noneOf(StreamWorkload.class);
        for (final String name : workloads) {
            final StreamWorkload workload = StreamWorkload.of(name);
            if (workload == null) {
                throw wrong("unknown workload '" + name + "'; there are "
                        + Arrays.stream(StreamWorkload.values())
                                .map(StreamWorkload::id)
                                .collect(Collectors.joining(", "))
                        + "; the log is measured by `perf log`");
            }
            chosen.add(workload);
        }
        return new ArrayList<>(chosen);
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
