package io.millrace.node.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code millrace torture}: done by the script, declared here so that the help lists it. */
@Command(
        name = "torture",
        description = "Kill jobs and check what they wrote (by the script).",
        customSynopsis = "millrace torture [OPTIONS]",
        descriptionHeading = "%n",
        usageHelpAutoWidth = true)
final class TortureCommand extends ScriptCommand {
    @Unmatched
    private List<String> arguments;
}
