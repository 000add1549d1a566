package io.millrace.node.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code millrace example}: done by the script, declared here so that the help lists it. */
@Command(
        name = "example",
        description = "List and run examples on recorded data (by the script).",
        customSynopsis = "millrace example [NAME] [OPTIONS]",
        descriptionHeading = "%n",
        usageHelpAutoWidth = true)
final class ExampleCommand extends ScriptCommand {
    @Unmatched
    private List<String> arguments;
}
