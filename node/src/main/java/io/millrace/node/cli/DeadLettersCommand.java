package io.millrace.node.cli;

import picocli.CommandLine.Command;

/** {@code millrace dead-letters}: looks at records that a job set aside, and sends them back. */
@Command(
        name = "dead-letters",
        description = "List what a job set aside, and re-drive it.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DeadLettersListCommand.class,
            DeadLettersRedriveCommand.class,
        },
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        versionProvider = VersionCommand.Provider.class)
final class DeadLettersCommand extends GroupCommand {}
