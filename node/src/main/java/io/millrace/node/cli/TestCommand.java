package io.millrace.node.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** {@code millrace test}: done by the script, declared here so that the help lists it. */
@Command(
        name = "test",
        description = "Build Millrace and run all its tests (by the script).",
        customSynopsis = "millrace test [MAVEN-ARGS]",
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        parameterListHeading = "%n",
        usageHelpAutoWidth = true)
final class TestCommand extends ScriptCommand {
    @Unmatched
    private List<String> arguments;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean isHelp;
}
