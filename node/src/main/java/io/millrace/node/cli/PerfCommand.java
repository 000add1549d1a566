package io.millrace.node.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code millrace perf}: done by the script, declared here so that the help lists it. */
@Command(
        name = "perf",
        description = "Measure Millrace, its limits and its peers (by the script).",
        customSynopsis = "millrace perf (log|transport|compare|guard) [OPTIONS]",
        descriptionHeading = "%n",
        usageHelpAutoWidth = true)
final class PerfCommand extends ScriptCommand {
    @Unmatched
    private List<String> arguments;
}
