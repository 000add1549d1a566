package io.millrace.node.cli;

import io.millrace.log.LogStore;
import io.millrace.operators.output.DeadLetter;
import io.millrace.streams.DeadLetterTopic;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.agrona.concurrent.UnsafeBuffer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code millrace dead-letters list}. */
@Command(
        name = "list",
        description = "Print dead letters: where from, which operator, why, key and value.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class DeadLettersListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private LetterOptions letters;

    @Mixin
    private RecordFormat format;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "Most letters to print. Default: ${DEFAULT-VALUE}.")
    private long limit;

    @Override
    public Integer call() {
        final PrintWriter out = spec.commandLine().getOut();
        final long count;
        try (LogStore store = LogStore.openReadOnly(letters.context())) {
            count = DeadLetterTopic.open(store, letters.topic())
                    .forEach(
                            letters.selection(limit),
                            (partition, position, letter) -> out.println(line(partition, position, letter)));
        }
        out.println(count == 1 ? "1 dead letter" : count + " dead letters");
        out.flush();
        return ExitCode.OK;
    }

    private String line(final int partition, final long position, final DeadLetter letter) {
        final StringBuilder line = new StringBuilder(200)
                .append(letters.topic())
                .append('/')
                .append(partition)
                .append(" position=")
                .append(position)
                .append(" from=")
                .append(letter.topic())
                .append('/')
                .append(letter.partition())
                .append('@')
                .append(letter.position());
        line.append(" event=").append(RecordFormat.time(letter.eventTimeNs()));
        line.append(" job=").append(letter.job()).append(" operator=").append(letter.operator());
        line.append(" reason=").append(RecordFormat.quoted(letter.reason()));
        format.append(line, " key=", new UnsafeBuffer(letter.key()), 0, letter.key().length);
        if (letter.hasRecord()) {
            format.append(line, " value=", new UnsafeBuffer(letter.value()), 0, letter.value().length);
        } else {
            line.append(" no record");
        }
        return line.toString();
    }
}
