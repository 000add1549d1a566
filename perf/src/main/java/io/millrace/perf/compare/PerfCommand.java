package io.millrace.perf.compare;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program behind {@code ./millrace perf}. */
@Command(
        name = "millrace perf",
        header = "Measure Millrace beside its limits and its peers, in one run.",
        synopsisSubcommandLabel = "WHAT",
        commandListHeading = "%nWhat:%n",
        optionListHeading = "%nOptions:%n",
        usageHelpAutoWidth = true)
public final class PerfCommand implements Runnable {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int WRONG_USE = 2;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean isHelp;

    private PerfCommand() {}

    /**
     * Measures what the command line says and ends the process: 0 measured, 1 failed, 2 wrong use.
     *
     * @param args command line.
     */
    public static void main(final String[] args) {
        System.exit(create(
                        new PerfLogCommand(),
                        new PerfTransportCommand(),
                        new PerfCompareCommand(),
                        new PerfGuardCommand(),
                        new PerfNexmarkCommand(),
                        new PerfScaleCommand(),
                        new PerfProfileCommand())
                .execute(args));
    }

    static CommandLine create(final Object... commands) {
        final CommandLine commandLine = new CommandLine(new PerfCommand());
        for (final Object command : commands) {
            commandLine.addSubcommand(command);
        }
        commandLine.setExpandAtFiles(false);
        commandLine.setParameterExceptionHandler((ex, args) -> {
            print(ex.getCommandLine(), message(ex) + " (see --help)");
            return WRONG_USE;
        });
        commandLine.setExecutionExceptionHandler((ex, failed, parsed) -> {
            print(failed, ex instanceof PerfException ? ex.getMessage() : "unexpected failure: " + ex);
            return FAILED;
        });
        return commandLine;
    }

    private static String message(final ParameterException ex) {
        return String.valueOf(ex.getMessage()).replaceAll("\\s*\\R\\s*", " ");
    }

    private static void print(final CommandLine commandLine, final String message) {
        final PrintWriter err = commandLine.getErr();
        err.println(commandLine.getCommandSpec().qualifiedName() + ": " + message);
        err.flush();
    }

    /** Without a subcommand there is nothing to do but to say what there is. */
    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
