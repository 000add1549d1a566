package io.millrace.node.cli;

import picocli.CommandLine.Command;

/** {@code millrace job}: jobs in processes of their own, and what jobs have made. */
@Command(
        name = "job",
        description = "Run, list and stop jobs against a node; compare results.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            JobRunCommand.class,
            JobListCommand.class,
            JobStopCommand.class,
            JobDiffCommand.class,
        },
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        versionProvider = VersionCommand.Provider.class)
final class JobCommand extends GroupCommand {}
