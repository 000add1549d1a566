package io.millrace.node.cli;

import io.millrace.log.LogPartition;
import io.millrace.log.LogStore;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.segment.SegmentInspection;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code millrace log dump}. */
@Command(
        name = "dump",
        description = "Print records: header fields, key and value.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class LogDumpCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private LogSelection selection;

    @Mixin
    private RecordFormat format;

    @Option(names = "--from", paramLabel = "POSITION", description = "First position in each partition. Default: 0.")
    private long fromPosition;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "Most records to print. Default: ${DEFAULT-VALUE}.")
    private long limit;

    private long count;
    private boolean isDamaged;

    @Override
    public Integer call() {
        try (LogStore store = selection.open()) {
            for (final LogPartition partition : selection.partitions(store)) {
                dump(partition);
            }
        }
        spec.commandLine().getOut().flush();
        return isDamaged ? ExitCode.FAILED : ExitCode.OK;
    }

    private void dump(final LogPartition partition) {
        final PrintWriter out = spec.commandLine().getOut();
        final String name = LogSelection.name(partition);
        for (final long base : partition.segmentPositions()) {
            if (count >= limit) {
                return;
            }
            if (base + partition.segmentLength() <= fromPosition) {
                continue;
            }
            final SegmentInspection segment = partition.inspect(base, false, record -> print(out, name, record));
            if (!segment.isIntact() && !LogSelection.isRemoved(partition, segment)) {
                isDamaged = true;
                out.println(LogVerifyCommand.damageLine(name, segment));
            }
        }
    }

    private boolean print(final PrintWriter out, final String name, final RecordFlyweight record) {
        if (record.position() >= fromPosition && count < limit) {
            out.println(format.line(name, record));
            count++;
        }
        return count < limit;
    }
}
