package io.millrace.node.cli;

import picocli.CommandLine.Command;

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
final class LogCommand extends GroupCommand {}
