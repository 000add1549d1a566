package io.millrace.node.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code millrace log}: looks into the directory of a store, also while a node owns it. Nothing here writes. */
@Command(
        name = "log",
        description = "Look into a node's log: describe, dump, verify, tail.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            LogDescribeCommand.class,
            LogDumpCommand.class,
            LogVerifyCommand.class,
            LogTailCommand.class,
        },
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        versionProvider = VersionCommand.Provider.class)
final class LogCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    /** Without a subcommand there is nothing to do but to say what there is. */
    @Override
    public void run() {
        final PrintWriter out = spec.commandLine().getOut();
        spec.commandLine().usage(out);
        out.flush();
    }
}
