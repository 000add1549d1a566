package io.millrace.node.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code millrace torture}: done by the script, declared here so that the help lists it. */
@Command(
        name = "torture",
        description = "Kill jobs and check what they wrote (by the script).",
        customSynopsis = "millrace torture [OPTIONS]",
        descriptionHeading = "%n",
        usageHelpAutoWidth = true)
final class TortureCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Unmatched
    private List<String> arguments;

    @Override
    public Integer call() {
        spec.commandLine()
                .getErr()
                .println("millrace torture: the script does this; run ./millrace torture in the source tree");
        spec.commandLine().getErr().flush();
        return ExitCode.BAD_INPUT;
    }
}
