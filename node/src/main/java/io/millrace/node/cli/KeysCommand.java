package io.millrace.node.cli;

import picocli.CommandLine.Command;

/** {@code millrace keys}: the keys that clients log in with. */
@Command(
        name = "keys",
        description = "Make the keys that clients of a node log in with.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {KeysAddCommand.class},
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        versionProvider = VersionCommand.Provider.class)
final class KeysCommand extends GroupCommand {}
