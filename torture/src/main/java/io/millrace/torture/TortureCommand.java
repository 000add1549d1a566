package io.millrace.torture;

import io.millrace.node.cli.StandardOutput;
import io.millrace.torture.agent.Mutant;
import io.millrace.torture.job.TopologyName;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program behind {@code ./millrace torture}. */
@Command(
        name = "millrace torture",
        header = "Kill, pause and mislead jobs, and check that their results are those of undisturbed ones.",
        description = {
            "Starts processes that run a job with frequent checkpoints, kills them at random instants and at named steps, "
                    + "pauses them, fills their disk, damages their newest checkpoint and sets their clock forth and back, until the "
                    + "job has come to its end. Then the same job runs undisturbed, and all results are compared with its "
                    + "results and with an independent computation.",
            "As root, disks are made full for real: small file systems in memory are mounted for it."
        },
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing was lost, doubled, out of order or altered",
            "1:something was found, and its directory is kept; or the output was lost",
            "2:wrong use of the command line"
        },
        usageHelpAutoWidth = true)
public final class TortureCommand implements Callable<Integer> {
    static final int OK = 0;
    static final int FOUND = 1;
    static final int WRONG_USE = 2;

    private static final long DEFAULT_SECONDS = 60;
    private static final long MAX_SECONDS = 7 * 86_400;
    private static final int MOST_LIVES = 1000;
    private static final int DEFAULT_TROUBLES = 20;
    private static final List<String> NETWORKS = NetworkKind.names();

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description =
                    "Begin no further round after so many seconds; a round takes up to a minute. Default 60, if --kills is "
                            + "not given.")
    private Long seconds;

    @Option(names = "--kills", paramLabel = "N", description = "Begin no further round after so many kills.")
    private Integer kills;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Decides what happens in which life; default: another one each time.")
    private Long seed;

    @Option(
            names = "--topology",
            paramLabel = "T",
            split = ",",
            description =
                    "Torture only this one: stateless, windows, sessions, timers, joins, stages, trades, tables, enrich, "
                            + "relations, patterns or async. May be given several times.")
    private List<String> topologies;

    @Option(
            names = "--mutant",
            paramLabel = "M",
            description = "Put a fault into the processes, which has to be found. A wrong name lists them all.")
    private String mutant;

    @Option(
            names = "--network",
            paramLabel = "N",
            description = "Torture no jobs, but publishers, subscribers and the node between which a bad network lies: "
                    + "relay, a process in the middle; as root namespaces, two network namespaces with a cable between them "
                    + "and what the kernel does to packets; or namespaces-relay, the same cable with relays beside it.")
    private String network;

    @Option(
            names = "--readers",
            paramLabel = "R",
            split = ",",
            description =
                    "Who reads in network rounds, in turn: subscribers, or members, which are a consumer group and the "
                            + "consumers of a queue; default: both.")
    private List<String> readers;

    @Option(names = "--troubles", paramLabel = "N", description = "Troubles of a network round, 1 to 1000; default 20.")
    private int troubles = DEFAULT_TROUBLES;

    @Option(names = "--lives", paramLabel = "N", description = "Lives of a round at most, 2 to 1000; default 20.")
    private int lives = RoundPlan.MAX_LIVES;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where to put the files while it runs; default: the system's directory for temporary files.")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(names = "--verbose", description = "Tell each event.")
    private boolean isVerbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean isHelp;

    private TortureCommand() {}

    /**
     * Tortures jobs and ends the process: 0 nothing found, 1 something found, 2 wrong use.
     *
     * @param args command line.
     */
    public static void main(final String[] args) {
        System.exit(StandardOutput.check("millrace torture", create().execute(args)));
    }

    static CommandLine create() {
        final CommandLine commandLine = new CommandLine(new TortureCommand());
        commandLine.setExpandAtFiles(false);
        commandLine.setParameterExceptionHandler((ex, rest) -> {
            print(
                    ex.getCommandLine(),
                    String.valueOf(ex.getMessage()).replaceAll("\\s*\\R\\s*", " ") + " (see --help)");
            return WRONG_USE;
        });
        commandLine.setExecutionExceptionHandler((ex, failed, parsed) -> {
            print(failed, ex instanceof IOException ? ex.toString() : "unexpected failure: " + ex);
            return FOUND;
        });
        return commandLine;
    }

    private static void print(final CommandLine commandLine, final String message) {
        final PrintWriter err = commandLine.getErr();
        err.println(commandLine.getCommandSpec().qualifiedName() + ": " + message);
        err.flush();
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        final TortureOptions options = options();
        makeDirectory();
        if (network != null) {
            return runNetwork(options).isClean() ? OK : FOUND;
        }
        final TortureRun run = new TortureRun(options, spec.commandLine().getOut());
        return run.run().isClean() ? OK : FOUND;
    }

    private NetworkCounts runNetwork(final TortureOptions options) throws IOException, InterruptedException {
        final NetworkOptions chosen = new NetworkOptions(
                NetworkKind.named(network),
                chosenReaders(),
                options.seed(),
                options.seconds(),
                options.kills(),
                options.mutant(),
                troubles,
                options.directory(),
                options.isVerbose());
        try {
            return new NetworkRun(chosen, spec.commandLine().getOut()).run();
        } catch (final Namespaces.ImpossibleException e) {
            throw wrong("--network " + network + " is not possible here: " + e.getMessage());
        }
    }

    private TortureOptions options() {
        if (seconds != null && (seconds < 1 || seconds > MAX_SECONDS)) {
            throw wrong("--seconds is 1 to " + MAX_SECONDS + ", not " + seconds);
        }
        if (kills != null && kills < 1) {
            throw wrong("--kills is 1 or more, not " + kills);
        }
        if (lives < 2 || lives > MOST_LIVES) {
            throw wrong("--lives is 2 to " + MOST_LIVES + ", not " + lives);
        }
        if (network != null && !NETWORKS.contains(network)) {
            throw wrong("unknown network: " + network + "; one of " + String.join(", ", NETWORKS));
        }
        if (troubles < 1 || troubles > MOST_LIVES) {
            throw wrong("--troubles is 1 to " + MOST_LIVES + ", not " + troubles);
        }
        final long bound = seconds != null ? seconds : kills != null ? 0 : DEFAULT_SECONDS;
        return new TortureOptions(
                seed != null ? seed : System.nanoTime() & Integer.MAX_VALUE,
                bound,
                kills == null ? 0 : kills,
                chosenTopologies(),
                chosenMutant(),
                lives,
                directory,
                isVerbose);
    }

    private void makeDirectory() {
        if (directory.toString().isBlank()) {
            throw wrong("--dir is empty; give a directory");
        }
        try {
            Files.createDirectories(directory);
        } catch (final IOException ex) {
            throw wrong("--dir " + directory + " is no directory and cannot be made one");
        }
        if (!Files.isWritable(directory)) {
            throw wrong("--dir " + directory + " cannot be written to");
        }
    }

    private List<TopologyName> chosenTopologies() {
        if (topologies == null) {
            return List.of(TopologyName.values());
        }
        final List<TopologyName> chosen = new ArrayList<>();
        for (final String name : topologies) {
            chosen.add(Arrays.stream(TopologyName.values())
                    .filter(topology -> topology.text().equals(name))
                    .findFirst()
                    .orElseThrow(() -> wrong("unknown topology: " + name + "; one of "
                            + Arrays.stream(TopologyName.values())
                                    .map(TopologyName::text)
                                    .collect(Collectors.joining(", ")))));
        }
        return chosen;
    }

    private List<NetworkReaders> chosenReaders() {
        if (readers == null) {
            return List.of(NetworkReaders.values());
        }
        return readers.stream()
                .map(name -> Arrays.stream(NetworkReaders.values())
                        .filter(one -> one.toString().equals(name))
                        .findFirst()
                        .orElseThrow(() -> wrong("unknown readers: " + name + "; subscribers or members")))
                .toList();
    }

    private String chosenMutant() {
        try {
            return mutant == null ? null : Mutant.named(mutant).mutantName();
        } catch (final IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private ParameterException wrong(final String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
