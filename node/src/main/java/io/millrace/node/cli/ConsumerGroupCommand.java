package io.millrace.node.cli;

import picocli.CommandLine.Command;

/** {@code millrace group}: the consumer groups of a node. */
@Command(
        name = "group",
        description = "List, describe, reset and delete consumer groups of a node.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            GroupListCommand.class,
            GroupDescribeCommand.class,
            GroupResetCommand.class,
            GroupDeleteCommand.class,
        },
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace group describe billing --node data",
            "  millrace group reset billing --to begin --node data",
        },
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        versionProvider = VersionCommand.Provider.class)
final class ConsumerGroupCommand extends GroupCommand {}
