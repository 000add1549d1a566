package io.millrace.node.cli;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.node.counters.CountersMapping;
import io.millrace.node.counters.CountersView;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace stat}: what a node counts, read from its counters file. */
@Command(
        name = "stat",
        description = "Show what a node counts, live; the node is not asked.",
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"2:no node has ever served the directory", "4:the node is gone, or serves nobody any more"},
        footerHeading = "%nExamples:%n",
        footer = {"  millrace stat --node data", "  millrace stat --node data --once | grep records"},
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        versionProvider = VersionCommand.Provider.class)
final class StatCommand implements Callable<Integer> {
    private static final long STALE_MS = 5_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private NodeOption node;

    @Option(names = "--once", description = "Print once and exit.")
    private boolean isOnce;

    @Option(
            names = "--interval",
            paramLabel = "S",
            defaultValue = "1",
            description = "Seconds between two looks. Default: ${DEFAULT-VALUE}.")
    private double intervalS;

    @Override
    public Integer call() {
        if (!(intervalS >= 0.1 && intervalS <= 3600)) {
            throw new ParameterException(spec.commandLine(), "--interval must be from 0.1 to 3600 seconds");
        }
        final Path directory = node.directory();
        if (directory == null) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "counters are read from the node's directory on its own machine: give --node DIR, not "
                            + node.hostAndPort());
        }
        final PrintWriter out = spec.commandLine().getOut();
        final StatScreen screen = new StatScreen(!isOnce && System.console() != null);
        try (CountersMapping mapping = CountersMapping.open(directory)) {
            // The writer knows nothing of a failure that the stream behind it kept to itself.
            while (!out.checkError() && !System.out.checkError()) {
                checkAlive(directory, mapping.view());
                out.print(screen.show(directory, mapping.view()));
                out.flush();
                if (isOnce || Thread.currentThread().isInterrupted()) {
                    break;
                }
                LockSupport.parkNanos((long) (intervalS * TimeUnit.SECONDS.toNanos(1)));
            }
        }
        return ExitCode.OK;
    }

    private static void checkAlive(final Path directory, final CountersView view) {
        final String why;
        if (view.isClosed()) {
            why = "was closed in order";
        } else if (!ProcessHandle.of(view.pid()).map(ProcessHandle::isAlive).orElse(false)) {
            why = "ended without closing it";
        } else if (System.currentTimeMillis() - view.sampleMs() > STALE_MS) {
            why = "has not counted for " + TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis() - view.sampleMs())
                    + " s, it hangs or is suspended";
        } else {
            return;
        }
        throw new MillraceException(
                ErrorCode.TRANSPORT, "the node of " + directory + " is gone: process " + view.pid() + ' ' + why);
    }
}
