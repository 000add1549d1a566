package io.millrace.node.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace completion}. */
@Command(
        name = "completion",
        description = "Print a script that completes commands and options by tab.",
        footerHeading = "%nExample:%n",
        footer = "  source <(millrace completion bash)",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        versionProvider = VersionCommand.Provider.class)
final class CompletionCommand implements Callable<Integer> {
    /** Shells that can be completed. */
    enum Shell {
        bash,
        zsh
    }

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "bash|zsh", description = "The shell; the script is the same for both.")
    private Shell shell;

    @Override
    public Integer call() {
        final PrintWriter out = spec.commandLine().getOut();
        out.print(AutoComplete.bash("millrace", spec.root().commandLine()));
        out.flush();
        return ExitCode.OK;
    }
}
