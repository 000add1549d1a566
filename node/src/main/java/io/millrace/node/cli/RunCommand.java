package io.millrace.node.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace run}: done by the script, declared here so that the help lists it. */
@Command(
        name = "run",
        description = "Compile and run a job of one source file (by the script).",
        customSynopsis = "millrace run FILE.java [ARGS]",
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        parameterListHeading = "%n",
        usageHelpAutoWidth = true)
final class RunCommand extends ScriptCommand {
    @Parameters(index = "0", paramLabel = "FILE.java", description = "Source file with a main method.")
    private String file;

    @Parameters(index = "1..*", paramLabel = "ARGS", description = "Arguments of its main method.")
    private List<String> arguments;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean isHelp;

    @Override
    String commandLine() {
        return super.commandLine() + " " + file;
    }
}
