package io.millrace.node.cli;

import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.record.RecordFlyweight;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code millrace log tail}. */
@Command(
        name = "tail",
        description = "Print records as they are appended, until interrupted.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class LogTailCommand implements Callable<Integer> {
    private static final int POLL_LIMIT = 100;
    private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(10);

    @Spec
    private CommandSpec spec;

    @Mixin
    private LogSelection selection;

    @Mixin
    private RecordFormat format;

    @Option(names = "--from-begin", description = "Print what is there already, too.")
    private boolean isFromBegin;

    @Option(names = "--limit", paramLabel = "N", description = "Stop after N records. Default: never.")
    private long limit = Long.MAX_VALUE;

    private long count;

    @Override
    public Integer call() {
        final PrintWriter out = spec.commandLine().getOut();
        final List<LogReader> readers = new ArrayList<>();
        try (LogStore store = selection.open()) {
            for (final LogPartition partition : selection.partitions(store)) {
                final LogReader reader = partition.reader();
                readers.add(reader);
                if (!isFromBegin) {
                    reader.seekToEnd();
                }
            }
            follow(readers, out);
        } finally {
            readers.forEach(LogReader::close);
        }
        return ExitCode.OK;
    }

    private void follow(final List<LogReader> readers, final PrintWriter out) {
        while (count < limit && !Thread.currentThread().isInterrupted()) {
            final long before = count;
            for (final LogReader reader : readers) {
                reader.poll(record -> print(out, reader, record), (int) Math.min(POLL_LIMIT, limit - count));
            }
            out.flush();
            if (count == before) {
                LockSupport.parkNanos(IDLE_NS);
            }
        }
    }

    private void print(final PrintWriter out, final LogReader reader, final RecordFlyweight record) {
        out.println(format.line(reader.topic() + '/' + reader.partition(), record));
        count++;
    }
}
