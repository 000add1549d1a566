package io.millrace.torture;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program behind {@code ./millrace torture}. */
@Command(
        name = "millrace torture",
        header = "Kill, pause and mislead jobs, and check that their results are those of undisturbed ones.",
        optionListHeading = "%nOptions:%n",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
public final class TortureCommand implements Runnable {
    static final int WRONG_USE = 2;

    @Spec
    private CommandSpec spec;

    private TortureCommand() {}

    /**
     * Tortures jobs and ends the process: 0 nothing found, 1 something found, 2 wrong use.
     *
     * @param args command line.
     */
    public static void main(final String[] args) {
        final CommandLine commandLine = new CommandLine(new TortureCommand());
        commandLine.setParameterExceptionHandler((ex, rest) -> {
            print(ex.getCommandLine(), ex.getMessage() + " (see --help)");
            return WRONG_USE;
        });
        System.exit(commandLine.execute(args));
    }

    private static void print(final CommandLine commandLine, final String message) {
        final PrintWriter err = commandLine.getErr();
        err.println(commandLine.getCommandSpec().qualifiedName() + ": " + message);
        err.flush();
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
