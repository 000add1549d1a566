package io.millrace.node.cli;

import picocli.CommandLine.Command;

/** {@code millrace job}: looks at what jobs have made. */
@Command(
        name = "job",
        description = "Compare what two runs of a job have made.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            JobDiffCommand.class,
        },
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        versionProvider = VersionCommand.Provider.class)
final class JobCommand extends GroupCommand {}
