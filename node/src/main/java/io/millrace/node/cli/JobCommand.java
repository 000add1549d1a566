package io.millrace.node.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

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
final class JobCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    /** Without a subcommand there is nothing to do but to say what there is. */
    @Override
    public void run() {
        final PrintWriter out = spec.commandLine().getOut();
        spec.commandLine().usage(out);
        out.flush();
    }
}
