package io.millrace.node.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code millrace nexmark}: done by the script, declared here so that the help lists it. */
@Command(
        name = "nexmark",
        description = "Answer the queries of NEXMark about a file (by the script).",
        customSynopsis = "millrace nexmark [OPTIONS]",
        descriptionHeading = "%n",
        usageHelpAutoWidth = true)
final class NexmarkCommand extends ScriptCommand {
    @Unmatched
    private List<String> arguments;
}
