package io.millrace.node.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code millrace example}: done by the script, declared here so that the help lists it. */
@Command(
        name = "example",
        description = "List and run examples on recorded data (by the script).",
        customSynopsis = "millrace example [NAME] [OPTIONS]",
        descriptionHeading = "%n",
        usageHelpAutoWidth = true)
final class ExampleCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Unmatched
    private List<String> arguments;

    @Override
    public Integer call() {
        spec.commandLine()
                .getErr()
                .println("millrace example: the script does this; run ./millrace example in the source tree");
        spec.commandLine().getErr().flush();
        return ExitCode.BAD_INPUT;
    }
}
