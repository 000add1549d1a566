package io.millrace.node.cli;

import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.segment.SegmentInspection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the commands on a log have in common: the directory, and which partitions are meant. */
final class LogSelection {
    private static final int ALL = -1;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DIR", description = "Directory of the store; a node may be using it.")
    private Path directory;

    @Option(names = "--topic", paramLabel = "T", description = "Only this topic.")
    private String topic;

    @Option(names = "--partition", paramLabel = "P", description = "Only this partition of each topic.")
    private int partition = ALL;

    LogStore open() {
        return LogStore.openReadOnly(new LogContext().directory(directory));
    }

    List<LogTopic> topics(final LogStore store) {
        return topic == null ? store.topics() : List.of(store.topic(topic));
    }

    List<LogPartition> partitions(final LogTopic from) {
        final List<LogPartition> partitions = new ArrayList<>();
        for (int i = 0; i < from.partitionCount(); i++) {
            if (partition == ALL || partition == i) {
                partitions.add(from.partition(i));
            }
        }
        return partitions;
    }

    List<LogPartition> partitions(final LogStore store) {
        final List<LogPartition> partitions = new ArrayList<>();
        topics(store).forEach(each -> partitions.addAll(partitions(each)));
        if (partitions.isEmpty() && partition != ALL) {
            throw new ParameterException(spec.commandLine(), "no topic has a partition " + partition);
        }
        return partitions;
    }

    /**
     * Tells whether a segment cannot be read since its owner has removed it after it was listed. Segments go in order, so
     * it lies before all that are left.
     */
    static boolean isRemoved(final LogPartition partition, final SegmentInspection segment) {
        return !segment.isIntact()
                && segment.basePosition() < partition.segmentPositions().get(0);
    }

    static String name(final LogPartition partition) {
        return partition.topic() + '/' + partition.index();
    }
}
