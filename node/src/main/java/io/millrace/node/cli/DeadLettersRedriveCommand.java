package io.millrace.node.cli;

import io.millrace.log.LogStore;
import io.millrace.streams.DeadLetterTopic;
import io.millrace.streams.LetterSelection;
import io.millrace.streams.RedriveResult;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code millrace dead-letters redrive}. */
@Command(
        name = "redrive",
        description =
                "Append the records of dead letters to where they came from, each once however often this is run. "
                        + "The store must not be in use.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class DeadLettersRedriveCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private LetterOptions letters;

    @Option(names = "--limit", paramLabel = "N", description = "Most records to append. Default: all.")
    private long limit = Long.MAX_VALUE;

    @Option(names = "--dry-run", description = "Count, and write nothing.")
    private boolean isDryRun;

    @Override
    public Integer call() {
        final LetterSelection selection = letters.selection(limit);
        // A directory that is no store, or has no such topic, must not become or get one.
        try (LogStore store = LogStore.openReadOnly(letters.context())) {
            DeadLetterTopic.open(store, letters.topic());
        }
        final RedriveResult result;
        try (LogStore store = LogStore.launch(letters.context())) {
            result = DeadLetterTopic.open(store, letters.topic()).redrive(selection, isDryRun);
        }
        print(result);
        return ExitCode.OK;
    }

    private void print(final RedriveResult result) {
        final PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%s=%d already there=%d skipped=%d%n",
                isDryRun ? "to be re-driven" : "re-driven", result.redriven(), result.alreadyThere(), result.skipped());
        if (result.skipped() > 0) {
            out.printf(
                    "skipped: %d failed because time had passed and have no record, %d have no topic here that takes them%n",
                    result.withoutRecord(), result.withoutTopic());
        }
        out.flush();
    }
}
