package io.millrace.examples.run;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine;

/** How the commands of this module end when something is wrong: one line on standard error, and an exit code. */
public final class CommandErrors {
    /** Exit code: the run failed. */
    public static final int FAILED = 1;

    /** Exit code: the input or the command line is wrong. */
    public static final int BAD_INPUT = 2;

    private CommandErrors() {}

    /**
     * A command line for a command that ends so.
     *
     * @param command with picocli's annotations.
     * @param name    that each line begins with, and that is called for help.
     * @return the command line; an argument that begins with {@code @} is no file of arguments.
     */
    public static CommandLine commandLine(final Object command, final String name) {
        final CommandLine commandLine = new CommandLine(command);
        commandLine.setExpandAtFiles(false);
        commandLine.setParameterExceptionHandler((ex, rest) -> {
            complain(ex.getCommandLine(), name, lowerFirst(ex.getMessage()) + " (see '" + name + " --help')");
            return BAD_INPUT;
        });
        commandLine.setExecutionExceptionHandler((ex, failed, parsed) -> {
            complain(failed, name, ex instanceof MillraceException ? ex.getMessage() : "unexpected failure: " + ex);
            return ex instanceof MillraceException known && known.code() == ErrorCode.CONFIGURATION
                    ? BAD_INPUT
                    : FAILED;
        });
        return commandLine;
    }

    private static void complain(final CommandLine commandLine, final String name, final String message) {
        final PrintWriter err = commandLine.getErr();
        err.println(name + ": " + message.replaceAll("\\s*\\R\\s*", " ").strip());
        err.flush();
    }

    private static String lowerFirst(final String text) {
        return text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }
}
