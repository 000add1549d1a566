package io.millrace.node.cli;

import io.millrace.log.JdkAccess;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program {@code millrace}: finds the subcommand, and turns every failure into one line and an exit code. */
@Command(
        name = "millrace",
        header = "A stream processor on its own log.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            ExampleCommand.class,
            NexmarkCommand.class,
            NodeCommand.class,
            TopicCommand.class,
            ProduceCommand.class,
            ConsumeCommand.class,
            ConsumerGroupCommand.class,
            QueueCommand.class,
            StatCommand.class,
            LogCommand.class,
            DeadLettersCommand.class,
            KeysCommand.class,
            JobCommand.class,
            TestCommand.class,
            PerfCommand.class,
            TortureCommand.class,
            CompletionCommand.class,
            VersionCommand.class,
            HelpCommand.class,
        },
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:ok",
            "1:the run failed, its result differs, or its output was lost",
            "2:bad input, a wrong setting, or wrong use of the command line",
            "3:the node said no: no such topic, it exists, not allowed",
            "4:no node answers, or its port is in use",
            "5:another process owns the store"
        },
        usageHelpAutoWidth = true)
public final class MillraceCommand implements Runnable {
    static {
        // A command may hold a buffer, and all of them are made before any door of the log is touched.
        JdkAccess.open();
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Show stack traces, and what is logged below a warning.")
    private boolean isVerbose;

    private MillraceCommand() {}

    /**
     * Runs one command and ends the process with its exit code, see {@code --help}.
     *
     * @param args command line.
     */
    public static void main(final String[] args) {
        System.exit(StandardOutput.check("millrace", create().execute(args)));
    }

    /**
     * The command line with its error handling, writing to the standard streams unless told otherwise.
     *
     * @return the command line.
     */
    static CommandLine create() {
        final CommandLine commandLine = new CommandLine(new MillraceCommand());
        final OneLineErrors errors = new OneLineErrors();
        commandLine.setExpandAtFiles(false);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setParameterExceptionHandler(errors);
        commandLine.setExecutionExceptionHandler(errors);
        // What follows the class is the job's.
        commandLine.getSubcommands().get("job").getSubcommands().get("run").setStopAtPositional(true);
        commandLine.setExecutionStrategy(parsed -> {
            final MillraceCommand command =
                    parsed.commandSpec().root().commandLine().getCommand();
            LogOutput.configure(command.isVerbose, isService(parsed));
            return new CommandLine.RunLast().execute(parsed);
        });
        return commandLine;
    }

    /** A command that runs for long has to show its warnings somewhere. */
    private static boolean isService(final CommandLine.ParseResult parsed) {
        CommandLine.ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        final Object command = last.commandSpec().userObject();
        return command instanceof NodeCommand || command instanceof JobRunCommand;
    }

    /** Without a subcommand there is nothing to do but to say what there is. */
    @Override
    public void run() {
        final PrintWriter out = spec.commandLine().getOut();
        spec.commandLine().usage(out);
        out.flush();
    }

    /** Whether the command line asked for stack traces, wherever the option stood. */
    static boolean isVerbose(final CommandLine commandLine) {
        final MillraceCommand command =
                commandLine.getCommandSpec().root().commandLine().getCommand();
        return command.isVerbose;
    }
}
