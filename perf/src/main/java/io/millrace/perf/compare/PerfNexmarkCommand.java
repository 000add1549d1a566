package io.millrace.perf.compare;

import io.millrace.examples.nexmark.NexmarkTrial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace perf nexmark}. */
@Command(
        name = "nexmark",
        header = "Measure the queries of NEXMark on one core and on two, beside Hazelcast Jet and Flink.",
        description = {
            "Each in a JVM of its own. The events are in the log before anything is timed, or in the memory of a peer. A job reads "
                    + "them there and puts its rows into the log, or adds them up: once to warm up, and once to be timed. Its rows are "
                    + "compared with those of one partition. The peers have some of the queries, see docs/nexmark.md.",
            "Takes about 30 minutes (--quick: 7) and 3 GB of memory and of disk meanwhile; leave the machine alone."
        },
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:measured", "1:a process failed, or rows were wrong", "2:wrong use"},
        usageHelpAutoWidth = true)
final class PerfNexmarkCommand extends MeasuringCommand {
    private static final int MAX_CORES = 64;
    private static final int MIN_COUNT = 1_000;
    private static final int MAX_COUNT = 100_000_000;
    private static final int FULL_COUNT = 1_000_000;
    private static final int QUICK_COUNT = 200_000;
    private static final int FULL_RUNS = 3;

    @Option(names = "--quick", description = "One run of each, 200,000 events: about 7 minutes.")
    private boolean isQuick;

    @Option(
            names = "--query",
            paramLabel = "N",
            split = ",",
            description =
                    "Measure only this one: a number such as 5, or a name such as q5b. May be given several times.")
    private List<String> names;

    @Option(
            names = "--events",
            paramLabel = "FILE",
            description = "Events of yours, CSV or CSV in gzip, as `millrace nexmark` takes them. Made up otherwise.")
    private Path events;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "How many events to make up, 1,000 to 100,000,000; default 1,000,000.")
    private Integer count;

    @Option(
            names = "--cores",
            paramLabel = "N",
            split = ",",
            description = "Partitions of the events and threads of the job, 1 to 64; default ${DEFAULT-VALUE}.")
    private List<Integer> cores = List.of(1, 2);

    @Option(
            names = "--contender",
            paramLabel = "NAME",
            split = ",",
            description = "Measure only this one: millrace, jet or flink. May be given several times.")
    private List<String> contenders;

    @Option(names = "--runs", paramLabel = "N", description = "Processes of each, 1 to 100; default 3.")
    private Integer runs;

    PerfNexmarkCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        final NexmarkCampaign campaign = new NexmarkCampaign(
                queries(), columns(), runs(), events, count(), Path.of(System.getProperty("java.home")));
        final Map<String, String> machine = Machine.facts(directory());
        final String date = now();
        final long startNs = System.nanoTime();
        final NexmarkFigures figures = new NexmarkFigures();
        underWay(campaign.stepCount(), progress -> campaign.run(directory(), figures, progress));
        final NexmarkReport report = new NexmarkReport(campaign, figures, machine, date, System.nanoTime() - startNs);
        report.print(out());
        writeJson(report.toMap());
        if (!figures.failures().isEmpty()) {
            throw new PerfException(figures.failures().get(0));
        }
        return PerfCommand.OK;
    }

    private List<String> queries() {
        if (names == null) {
            return NexmarkTrial.queries();
        }
        final Set<String> chosen = new LinkedHashSet<>();
        for (final String name : names) {
            final String query = NexmarkTrial.queryNamed(name);
            if (query == null) {
                throw wrong("unknown query '" + name + "'; there are " + String.join(", ", NexmarkTrial.queries()));
            }
            chosen.add(query);
        }
        return new ArrayList<>(chosen);
    }

    private List<NexmarkColumn> columns() {
        final List<NexmarkColumn> columns = new ArrayList<>();
        for (final int number : new TreeSet<>(cores)) {
            if (number < 1 || number > MAX_CORES) {
                throw wrong("--cores must be from 1 to " + MAX_CORES + ": " + number);
            }
        }
        for (final StreamKind kind : kinds()) {
            new TreeSet<>(cores).forEach(number -> columns.add(NexmarkColumn.of(kind, number)));
        }
        return columns;
    }

    private List<StreamKind> kinds() {
        if (contenders == null) {
            return NexmarkColumn.KINDS;
        }
        final Set<StreamKind> chosen = new LinkedHashSet<>();
        for (final String name : contenders) {
            chosen.add(NexmarkColumn.KINDS.stream()
                    .filter(kind -> kind.id().equals(name))
                    .findFirst()
                    .orElseThrow(
                            () -> wrong("unknown name '" + name + "' in --contender; there are millrace, jet, flink")));
        }
        return new ArrayList<>(chosen);
    }

    private int runs() {
        return inRange("--runs", runs, isQuick ? 1 : FULL_RUNS, 1, MAX_RUNS);
    }

    private int count() {
        return inRange("--count", count, isQuick ? QUICK_COUNT : FULL_COUNT, MIN_COUNT, MAX_COUNT);
    }

    /** Before all the measuring, not behind it. */
    private void check() {
        if (events != null && count != null) {
            throw wrong("--events and --count do not go together: a file has as many events as it has");
        }
        if (events != null && !Files.isRegularFile(events)) {
            throw wrong("--events must be a file of events: " + events);
        }
        checkOutputs();
    }
}
