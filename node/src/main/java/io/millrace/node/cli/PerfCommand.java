package io.millrace.node.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code millrace perf}: done by the script, declared here so that the help lists it. */
@Command(
        name = "perf",
        description = "Measure Millrace, its limits and its peers (by the script).",
        customSynopsis = "millrace perf log [OPTIONS]",
        descriptionHeading = "%n",
        usageHelpAutoWidth = true)
final class PerfCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Unmatched
    private List<String> arguments;

    @Override
    public Integer call() {
        spec.commandLine()
                .getErr()
                .println("millrace perf: the script does this; run ./millrace perf in the source tree");
        spec.commandLine().getErr().flush();
        return ExitCode.BAD_INPUT;
    }
}
