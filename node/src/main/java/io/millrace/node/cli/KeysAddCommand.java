package io.millrace.node.cli;

import io.millrace.transport.KeyFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace keys add}. */
@Command(
        name = "add",
        description = {
            "Add a principal with a new key to a file that only its owner can read, and print the line that the client's own"
                    + " file is to have.",
            "The node reads the file when it starts: setting `keys`."
        },
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class KeysAddCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "Principal: 1 to 100 letters, digits, '.', '_', '@' or '-'.")
    private String principal;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            defaultValue = "millrace.keys",
            description = "File to add to; made if it is not there. Default: ${DEFAULT-VALUE}.")
    private Path file;

    @Option(
            names = "--client",
            paramLabel = "FILE",
            description =
                    "Write the client's line to this file, which only its owner can read, instead of printing it.")
    private Path clientFile;

    @Override
    public Integer call() {
        final String line = KeyFile.add(file, principal);
        if (clientFile == null) {
            spec.commandLine().getOut().println(line);
            spec.commandLine().getOut().flush();
        } else {
            KeyFile.addLine(clientFile, line);
        }
        return ExitCode.OK;
    }
}
