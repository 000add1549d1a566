package io.millrace.node.cli;

import io.millrace.log.error.MillraceException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line on standard error what went wrong, and with {@code --verbose} adds the stack. */
final class OneLineErrors implements IParameterExceptionHandler, IExecutionExceptionHandler {
    @Override
    public int handleParseException(final ParameterException ex, final String[] args) {
        final CommandLine commandLine = ex.getCommandLine();
        final String command = commandLine.getCommandSpec().qualifiedName();
        print(commandLine, command + ": " + describe(ex) + " (see '" + command + " --help')");
        return ExitCode.BAD_INPUT;
    }

    @Override
    public int handleExecutionException(
            final Exception ex, final CommandLine commandLine, final ParseResult parseResult) {
        final boolean isVerbose = MillraceCommand.isVerbose(commandLine);
        final String command = commandLine.getCommandSpec().qualifiedName();
        if (ex instanceof MillraceException known) {
            print(commandLine, command + ": " + oneLine(known.getMessage()));
        } else {
            print(
                    commandLine,
                    command + ": unexpected failure: " + oneLine(ex.toString())
                            + (isVerbose ? "" : "; run it again with --verbose for the stack trace"));
        }
        if (isVerbose) {
            ex.printStackTrace(commandLine.getErr());
            commandLine.getErr().flush();
        }
        return exitCode(ex);
    }

    private static int exitCode(final Exception ex) {
        return ex instanceof MillraceException known ? ExitCode.of(known.code()) : ExitCode.FAILED;
    }

    private static String describe(final ParameterException ex) {
        if (ex instanceof UnmatchedArgumentException unmatched) {
            final String argument = unmatched.getUnmatched().get(0);
            final String kind = unmatched.isUnknownOption()
                    ? "unknown option"
                    : ex.getCommandLine().getSubcommands().isEmpty() ? "unexpected argument" : "unknown command";
            final List<String> suggestions = unmatched.getSuggestions();
            return kind + " '" + oneLine(argument) + "'"
                    + (suggestions.isEmpty() ? "" : "; did you mean '" + suggestions.get(0) + "'?");
        }
        final String message = oneLine(ex.getMessage());
        return message.isEmpty() ? "cannot read the command line" : lowerFirst(message);
    }

    private static String oneLine(final String text) {
        return text == null ? "" : text.replaceAll("\\s*\\R\\s*", " ").strip();
    }

    private static String lowerFirst(final String text) {
        return Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }

    private static void print(final CommandLine commandLine, final String line) {
        final PrintWriter err = commandLine.getErr();
        err.println(line);
        err.flush();
    }
}
