package io.millrace.examples;

import io.millrace.examples.run.CommandErrors;
import io.millrace.examples.run.ExampleRun;
import io.millrace.node.cli.StandardOutput;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The program behind {@code ./millrace example}. */
@Command(
        name = "millrace example",
        header = "List the examples, or run one of them on recorded data.",
        description = "Without a name: lists them. docs/examples.md shows what each prints.",
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:ok",
            "1:the run failed, or its output was lost",
            "2:bad input or wrong use of the command line"
        },
        usageHelpAutoWidth = true)
public final class ExampleCommand implements Callable<Integer> {
    static final int OK = 0;
    static final int BAD_INPUT = CommandErrors.BAD_INPUT;

    private static final int MOST_PARTITIONS = 64;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "The example to run.")
    private String name;

    @Option(
            names = "--data",
            paramLabel = "FILE|DIR",
            description =
                    "Read this file, or the .log, .csv and .jsonl files of this directory, plain or .gz, not what is bundled.")
    private Path data;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "Partitions of the topics that are fed, 1 to 64; default ${DEFAULT-VALUE}.")
    private int partitions = 1;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean isHelp;

    private ExampleCommand() {}

    /**
     * Runs one example and ends the process with its exit code.
     *
     * @param args command line.
     */
    public static void main(final String[] args) {
        System.exit(StandardOutput.check("millrace example", create().execute(args)));
    }

    static CommandLine create() {
        return CommandErrors.commandLine(new ExampleCommand(), "millrace example");
    }

    @Override
    public Integer call() throws Exception {
        if (name == null) {
            if (data != null) {
                throw wrong("--data needs the name of an example");
            }
            list();
            return OK;
        }
        final Examples.Entry entry = Examples.named(name);
        if (entry == null) {
            throw wrong("unknown example '" + name + "'; there are "
                    + Examples.ALL.stream().map(Examples.Entry::name).collect(Collectors.joining(", ")));
        }
        if (partitions < 1 || partitions > MOST_PARTITIONS) {
            throw wrong("--partitions is 1 to " + MOST_PARTITIONS + ", not " + partitions);
        }
        if (data != null && data.toString().isBlank()) {
            throw wrong("--data is empty; give a file or a directory");
        }
        try (ExampleRun run =
                new ExampleRun(data, partitions, spec.commandLine().getOut())) {
            entry.example().run(run);
        }
        return OK;
    }

    private void list() {
        final PrintWriter out = spec.commandLine().getOut();
        Examples.ALL.forEach(entry -> out.printf("%-20s %s%n", entry.name(), entry.summary()));
        out.println();
        out.println("Run one with ./millrace example NAME; --data FILE|DIR reads your own data.");
        out.flush();
    }

    private ParameterException wrong(final String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
