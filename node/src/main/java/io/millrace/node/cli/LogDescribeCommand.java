package io.millrace.node.cli;

import io.millrace.log.LogPartition;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.segment.SegmentInspection;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code millrace log describe}. */
@Command(
        name = "describe",
        description = "Show topics, partitions, segments, positions, times, producers.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class LogDescribeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private LogSelection selection;

    @Override
    public Integer call() {
        final PrintWriter out = spec.commandLine().getOut();
        try (LogStore store = selection.open()) {
            final List<LogTopic> topics = selection.topics(store);
            final List<String> producers = store.producerNames();
            out.printf("%s: topics=%d producers=%d%n", store.directory(), topics.size(), producers.size());
            for (final LogTopic topic : topics) {
                out.printf(
                        "%n%s: id=%d partitions=%d segment=%d bytes%s%n",
                        topic.name(),
                        topic.id(),
                        topic.partitionCount(),
                        topic.spec().segmentLength(),
                        settings(topic.spec()));
                selection.partitions(topic).forEach(partition -> describe(partition, producers, out));
            }
        }
        out.flush();
        return ExitCode.OK;
    }

    /** What is set; what is not has its default. */
    private static String settings(final TopicSpec spec) {
        final StringBuilder settings = new StringBuilder(" durability=")
                .append(spec.durability().name().toLowerCase(Locale.ROOT))
                .append(" keys=")
                .append(spec.keyHash());
        if (spec.retentionBytes() > 0) {
            settings.append(" retention=").append(spec.retentionBytes()).append(" bytes");
        }
        if (spec.retentionTime() != null) {
            settings.append(" retention=").append(spec.retentionTime());
        }
        if (spec.isCompacted()) {
            settings.append(" compacted tombstones=").append(spec.tombstoneRetention());
        }
        return settings.append(spec.isInternal() ? " internal" : "").toString();
    }

    private static void describe(final LogPartition partition, final List<String> producers, final PrintWriter out) {
        final Contents contents = new Contents();
        final List<Long> segments = partition.segmentPositions();
        for (final long base : segments) {
            final SegmentInspection segment = partition.inspect(base, false, contents::onRecord);
            if (!LogSelection.isRemoved(partition, segment)) {
                contents.add(segment);
            }
        }
        out.printf(
                "  %s: segments=%d records=%d begin=%d end=%d%n",
                LogSelection.name(partition),
                segments.size(),
                contents.recordCount,
                partition.beginPosition(),
                Math.max(contents.endPosition, partition.beginPosition()));
        if (contents.recordCount > 0) {
            out.printf(
                    "    log time from %s to %s%n",
                    RecordFormat.time(contents.firstLogTimeNs), RecordFormat.time(contents.lastLogTimeNs));
        }
        contents.lastSequences.forEach((id, sequence) -> out.printf(
                "    producer %d%s: last sequence %d%n",
                id, id <= producers.size() ? " '" + producers.get(id - 1) + "'" : "", sequence));
        if (contents.damage != null) {
            out.printf("    DAMAGED: %s; run millrace log verify%n", contents.damage);
        }
    }

    /** What the records of one partition add up to. */
    private static final class Contents {
        private final Map<Integer, Long> lastSequences = new TreeMap<>();
        private long recordCount;
        private long endPosition;
        private long firstLogTimeNs;
        private long lastLogTimeNs = Long.MIN_VALUE;
        private String damage;

        private boolean onRecord(final RecordFlyweight record) {
            firstLogTimeNs = lastLogTimeNs == Long.MIN_VALUE ? record.logTimeNs() : firstLogTimeNs;
            lastLogTimeNs = Math.max(lastLogTimeNs, record.logTimeNs());
            if (record.producerId() != 0) {
                lastSequences.put(record.producerId(), record.sequence());
            }
            return true;
        }

        private void add(final SegmentInspection segment) {
            recordCount += segment.recordCount();
            endPosition = segment.recordCount() > 0 ? segment.endPosition() : endPosition;
            damage = damage == null ? segment.damage() : damage;
        }
    }
}
