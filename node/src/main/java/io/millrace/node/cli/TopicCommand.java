package io.millrace.node.cli;

import picocli.CommandLine.Command;

/** {@code millrace topic}: the topics of a node. */
@Command(
        name = "topic",
        description = "Create, list, describe, alter and delete topics of a node.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            TopicCreateCommand.class,
            TopicListCommand.class,
            TopicDescribeCommand.class,
            TopicAlterCommand.class,
            TopicDeleteCommand.class,
        },
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace topic create orders --partitions 4 --node data",
            "  millrace topic alter orders --retention-time 7d --node data",
            "  MILLRACE_NODE=127.0.0.1:7100 millrace topic list",
        },
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        versionProvider = VersionCommand.Provider.class)
final class TopicCommand extends GroupCommand {}
