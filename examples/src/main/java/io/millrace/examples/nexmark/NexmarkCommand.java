package io.millrace.examples.nexmark;

import io.millrace.examples.data.DataFile;
import io.millrace.examples.run.CommandErrors;
import io.millrace.examples.run.TemporaryDirectory;
import io.millrace.node.cli.StandardOutput;
import io.millrace.node.demo.Terminal;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program behind {@code ./millrace nexmark}. */
@Command(
        name = "millrace nexmark",
        header = "Answer a query of NEXMark about a file of persons, auctions and bids.",
        description =
                "The events go into a log, a job reads them there, and its rows come out of the log. docs/nexmark.md has the"
                        + " queries and the format of the file.",
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:ok",
            "1:the run failed, or its output was lost",
            "2:bad input or wrong use of the command line"
        },
        usageHelpAutoWidth = true)
public final class NexmarkCommand implements Callable<Integer> {
    static final int OK = 0;
    static final int BAD_INPUT = CommandErrors.BAD_INPUT;

    private static final String ALL = "all";
    private static final int MOST_PARTITIONS = 64;
    private static final long MOST_DISORDER_S = TimeUnit.DAYS.toSeconds(365);
    private static final long MIB = 1024L * 1024;

    @Spec
    private CommandSpec spec;

    @Option(names = "--events", paramLabel = "FILE", description = "The events, CSV or CSV in gzip.")
    private Path eventFile;

    @Option(
            names = "--query",
            paramLabel = "N",
            description = "The query: a number such as 5, a name such as q5b, or all.")
    private String queryName;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write the rows there, in gzip if it ends in .gz; of all queries, into this directory."
                    + " Standard output otherwise.")
    private Path out;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "Partitions of the events, 1 to 64; default ${DEFAULT-VALUE}.")
    private int partitions = 1;

    @Option(
            names = "--disorder",
            paramLabel = "SECONDS",
            description =
                    "Refuse a file in which an event is earlier than one before it by more than that. As much as there is"
                            + " otherwise.")
    private Long disorderS;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Keep the log in this directory, and go on with what is there. Temporary otherwise.")
    private Path directory;

    @Option(names = "--list", description = "List the queries and exit.")
    private boolean isList;

    @Option(
            names = {"-q", "--quiet"},
            description = "Show no progress and no counts.")
    private boolean isQuiet;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean isHelp;

    private NexmarkCommand() {}

    /**
     * Runs a query and ends the process with its exit code.
     *
     * @param args command line.
     */
    public static void main(final String[] args) {
        // A file that rows are sent to has the bytes that --out has, whatever the locale.
        final PrintWriter rows =
                new PrintWriter(new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8)));
        final int exitCode = create().setOut(rows).execute(args);
        rows.flush();
        System.exit(StandardOutput.check("millrace nexmark", exitCode));
    }

    static CommandLine create() {
        return CommandErrors.commandLine(new NexmarkCommand(), "millrace nexmark");
    }

    @Override
    public Integer call() throws Exception {
        if (isList) {
            list();
            return OK;
        }
        final List<Query> queries = queries();
        checkOptions();
        if (directory != null) {
            run(directory, queries);
            return OK;
        }
        try (TemporaryDirectory temporary = TemporaryDirectory.create()) {
            run(temporary.path().resolve("store"), queries);
        }
        return OK;
    }

    private void list() {
        final PrintWriter lines = spec.commandLine().getOut();
        Queries.ALL.forEach(query -> lines.printf("%-5s %-64s %s%n", query.name(), query.summary(), query.columns()));
        lines.flush();
    }

    private List<Query> queries() {
        if (queryName == null) {
            throw wrong("--query is missing; there are " + Queries.names() + " and " + ALL);
        }
        if (queryName.equalsIgnoreCase(ALL)) {
            return Queries.ALL;
        }
        final Query query = Queries.named(queryName);
        if (query == null) {
            throw wrong("unknown query '" + queryName + "'; there are " + Queries.names() + " and " + ALL);
        }
        return List.of(query);
    }

    private void checkOptions() {
        if (eventFile == null) {
            throw wrong("--events is missing; give a file of events, plain or .gz");
        }
        if (!Files.exists(eventFile)) {
            throw DataFile.cannotRead(eventFile.toString(), new NoSuchFileException(eventFile.toString()));
        }
        if (Files.isDirectory(eventFile)) {
            throw DataFile.cannotRead(
                    eventFile.toString(), new IOException("it is a directory; give a file of events"));
        }
        if (partitions < 1 || partitions > MOST_PARTITIONS) {
            throw wrong("--partitions is 1 to " + MOST_PARTITIONS + ", not " + partitions);
        }
        if (disorderS != null && (disorderS < 0 || disorderS > MOST_DISORDER_S)) {
            throw wrong("--disorder is 0 to " + MOST_DISORDER_S + " s, not " + disorderS);
        }
        if (isAll() && out == null) {
            throw wrong("--query all needs --out with a directory");
        }
        final String mistake = target() == null ? null : target().mistake();
        if (mistake != null) {
            throw wrong(mistake);
        }
    }

    private RowFiles target() {
        return out == null ? null : new RowFiles(out, isAll());
    }

    private boolean isAll() {
        return queryName.equalsIgnoreCase(ALL);
    }

    private void run(final Path store, final List<Query> queries) throws IOException, InterruptedException {
        final long startNs = System.nanoTime();
        final Duration disorder = disorderS == null ? null : Duration.ofSeconds(disorderS);
        try (NexmarkRun run = new NexmarkRun(store, NexmarkRun.SEGMENT_LENGTH, partitions, disorder);
                Progress progress = new Progress(!isQuiet && Terminal.isTerminal())) {
            final long events = feed(run, progress);
            final long readNs = System.nanoTime();
            run.run(queries, progress);
            progress.end();
            final long doneNs = System.nanoTime();
            for (final Query query : queries) {
                final long rows = write(run, queries, query);
                say("%s: %,d rows%s", query.name(), rows, out == null ? "" : " to " + target().of(query));
            }
            say(
                    "%,d events, read into the log in %.1f s, answered in %.1f s",
                    events, seconds(readNs - startNs), seconds(doneNs - readNs));
        }
    }

    private long feed(final NexmarkRun run, final Progress progress) throws IOException {
        progress.begin("read", Files.size(eventFile), " MiB", MIB);
        final EventFile.Counted[] counted = new EventFile.Counted[1];
        final EventFile file = new EventFile(eventFile.toString(), () -> {
            counted[0] = new EventFile.Counted(Files.newInputStream(eventFile));
            return DataFile.unpacked(counted[0]);
        });
        return run.feed(file, () -> progress.at(counted[0].count()));
    }

    private long write(final NexmarkRun run, final List<Query> queries, final Query query) throws IOException {
        if (out == null) {
            final PrintWriter rows = spec.commandLine().getOut();
            final long count = run.write(queries, query, rows);
            rows.flush();
            return count;
        }
        return target().write(query, rows -> run.write(queries, query, rows));
    }

    private void say(final String format, final Object... arguments) {
        if (!isQuiet) {
            final PrintWriter err = spec.commandLine().getErr();
            err.println(String.format(Locale.ROOT, format, arguments));
            err.flush();
        }
    }

    private static double seconds(final long ns) {
        return ns / 1e9;
    }

    private ParameterException wrong(final String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
