package io.millrace.node.cli;

import io.millrace.log.LogContext;
import io.millrace.log.LogStore;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.streams.TopicDiff;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace job diff}. */
@Command(
        name = "diff",
        description =
                "Compare two topics record by record: kind, event time, key and value. Exit code 1 if they differ.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class JobDiffCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DIR", description = "Directory of the store.")
    private Path directory;

    @Parameters(index = "1", paramLabel = "LEFT", description = "One topic.")
    private String left;

    @Parameters(index = "2", paramLabel = "RIGHT", description = "The other topic, with as many partitions.")
    private String right;

    @Option(
            names = "--right-dir",
            paramLabel = "DIR",
            description = "Directory of the store that holds the other topic. Default: the same.")
    private Path rightDirectory;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "10",
            description = "Most differences to print; all are counted. Default: ${DEFAULT-VALUE}.")
    private long limit;

    @Mixin
    private RecordFormat format;

    private long printed;

    @Override
    public Integer call() {
        if (limit < 0) {
            throw new ParameterException(
                    spec.commandLine(), "invalid value for option '--limit': '" + limit + "' is below 0");
        }
        try (LogStore leftStore = LogStore.openReadOnly(new LogContext().directory(directory));
                LogStore rightStore = LogStore.openReadOnly(
                        new LogContext().directory(rightDirectory == null ? directory : rightDirectory))) {
            final TopicDiff diff = TopicDiff.of(leftStore, left, rightStore, right);
            final PrintWriter out = spec.commandLine().getOut();
            final long differences = diff.run((partition, index, one, other) -> {
                if (printed++ < limit) {
                    out.println("partition " + partition + " record " + index);
                    out.println("  - " + line(left, partition, one));
                    out.println("  + " + line(right, partition, other));
                }
            });
            out.println("compared=" + diff.comparedRecords() + " different=" + differences);
            out.flush();
            return differences == 0 ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    private String line(final String topic, final int partition, final RecordFlyweight record) {
        return record == null ? topic + '/' + partition + " has ended" : format.line(topic + '/' + partition, record);
    }
}
