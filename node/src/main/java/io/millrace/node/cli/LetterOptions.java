package io.millrace.node.cli;

import io.millrace.log.LogContext;
import io.millrace.streams.LetterSelection;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the commands on dead letters have in common: the directory, the topic, and which letters are meant. */
final class LetterOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DIR", description = "Directory of the store.")
    private Path directory;

    @Parameters(index = "1", paramLabel = "TOPIC", description = "Topic of dead letters.")
    private String topic;

    @Option(names = "--partition", paramLabel = "P", description = "Only this partition of the topic.")
    private Integer partition;

    @Option(
            names = "--from",
            paramLabel = "POSITION",
            defaultValue = "0",
            description = "First position in each partition. Default: ${DEFAULT-VALUE}.")
    private long fromPosition;

    LogContext context() {
        return new LogContext().directory(directory);
    }

    String topic() {
        return topic;
    }

    LetterSelection selection(final long limit) {
        return new LetterSelection(
                partition == null ? LetterSelection.ALL_PARTITIONS : (int) notNegative("--partition", partition),
                notNegative("--from", fromPosition),
                notNegative("--limit", limit));
    }

    private long notNegative(final String option, final long number) {
        if (number < 0) {
            throw new ParameterException(
                    spec.commandLine(), "invalid value for option '" + option + "': '" + number + "' is below 0");
        }
        return number;
    }
}
