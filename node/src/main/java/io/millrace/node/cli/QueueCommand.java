package io.millrace.node.cli;

import picocli.CommandLine.Command;

/** {@code millrace queue}: the queues of a node. */
@Command(
        name = "queue",
        description = "Create, list, describe and delete queues of a node.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            QueueCreateCommand.class,
            QueueListCommand.class,
            QueueDescribeCommand.class,
            QueueDeleteCommand.class,
        },
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace queue create mails --topic orders --node data",
            "  millrace queue describe mails --node data",
        },
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        versionProvider = VersionCommand.Provider.class)
final class QueueCommand extends GroupCommand {}
