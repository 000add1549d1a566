package io.millrace.perf.compare;

import io.millrace.examples.nexmark.NexmarkTrial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.jr.ob.JSON;

/** {@code millrace perf nexmark}. */
@Command(
        name = "nexmark",
        header = "Measure the queries of NEXMark on one core and on two, each in a JVM of its own.",
        description = {
            "The events are in the log before anything is timed. A job reads them there and puts its rows into the log: once to "
                    + "warm up, and once from its start to its end. Its rows are compared with those of one partition.",
            "Takes about 20 minutes (--quick: 3) and 3 GB of memory and of disk meanwhile; leave the machine alone."
        },
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:measured", "1:a process failed, or rows were wrong", "2:wrong use"},
        usageHelpAutoWidth = true)
final class PerfNexmarkCommand implements Callable<Integer> {
    private static final int MAX_RUNS = 100;
    private static final int MAX_CORES = 64;
    private static final int MIN_COUNT = 1_000;
    private static final int MAX_COUNT = 100_000_000;
    private static final int FULL_COUNT = 1_000_000;
    private static final int QUICK_COUNT = 200_000;
    private static final int FULL_RUNS = 3;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean isHelp;

    @Option(names = "--quick", description = "One run of each, 200,000 events: about 3 minutes.")
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

    @Option(names = "--runs", paramLabel = "N", description = "Processes of each, 1 to 100; default 3.")
    private Integer runs;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where to put the files while it runs; default: the system's directory for temporary files.")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(names = "--json", paramLabel = "FILE", description = "Write all figures to a file, too.")
    private Path json;

    PerfNexmarkCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        final NexmarkCampaign campaign = new NexmarkCampaign(
                queries(), columns(), runs(), events, count(), Path.of(System.getProperty("java.home")));
        final Map<String, String> machine = Machine.facts(directory);
        final String date = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        final long startNs = System.nanoTime();
        final NexmarkFigures figures = new NexmarkFigures();
        try (ProgressBar bar = SuiteCommand.newBar(campaign.stepCount())) {
            measure(campaign, figures, bar);
        }
        final NexmarkReport report = new NexmarkReport(campaign, figures, machine, date, System.nanoTime() - startNs);
        report.print(spec.commandLine().getOut());
        if (json != null) {
            Files.writeString(
                    json,
                    JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(report.toMap()) + System.lineSeparator());
        }
        if (!figures.failures().isEmpty()) {
            throw new PerfException(figures.failures().get(0));
        }
        return PerfCommand.OK;
    }

    private void measure(final NexmarkCampaign campaign, final NexmarkFigures figures, final ProgressBar bar)
            throws IOException, InterruptedException {
        final boolean[] hasBegun = {false};
        campaign.run(directory, figures, what -> {
            if (hasBegun[0]) {
                bar.step();
            }
            hasBegun[0] = true;
            bar.setExtraMessage(what);
        });
        bar.step();
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
            columns.add(NexmarkColumn.millrace(number));
        }
        return columns;
    }

    private int runs() {
        return runs != null ? runs : isQuick ? 1 : FULL_RUNS;
    }

    private int count() {
        return count != null ? count : isQuick ? QUICK_COUNT : FULL_COUNT;
    }

    /** Before all the measuring, not behind it. */
    private void check() {
        if (events != null && count != null) {
            throw wrong("--events and --count do not go together: a file has as many events as it has");
        }
        if (events != null && !Files.isRegularFile(events)) {
            throw wrong("--events must be a file of events: " + events);
        }
        if (runs() < 1 || runs() > MAX_RUNS) {
            throw wrong("--runs must be from 1 to " + MAX_RUNS + ": " + runs());
        }
        if (count() < MIN_COUNT || count() > MAX_COUNT) {
            throw wrong("--count must be from " + MIN_COUNT + " to " + MAX_COUNT + ": " + count());
        }
        if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
            throw wrong("--dir must be a directory that can be written to: " + directory);
        }
        checkJson();
    }

    private void checkJson() {
        if (json == null) {
            return;
        }
        final Path parent = json.toAbsolutePath().getParent();
        if (Files.isDirectory(json) || !Files.isWritable(parent) || (Files.exists(json) && !Files.isWritable(json))) {
            throw wrong("--json must name a file that can be written: " + json);
        }
    }

    private ParameterException wrong(final String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
