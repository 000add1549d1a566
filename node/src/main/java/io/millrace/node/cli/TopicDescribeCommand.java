package io.millrace.node.cli;

import io.millrace.log.TopicSpec;
import io.millrace.transport.Admin;
import io.millrace.transport.protocol.TopicDescription;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace topic describe}. */
@Command(
        name = "describe",
        description = "Say what a topic is, and what its partitions hold.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class TopicDescribeCommand extends AdminCommand {
    @Parameters(index = "0", paramLabel = "TOPIC", description = "Name of the topic.")
    private String topic;

    @Override
    void run(final Admin admin, final PrintWriter out) {
        final TopicDescription description = admin.describeTopic(topic);
        final TopicSpec spec = description.spec();
        line(out, "topic", spec.name() + (spec.isInternal() ? "  (internal)" : ""));
        line(out, "number", description.topicId());
        line(out, "partitions", spec.partitions());
        line(out, "durability", spec.durability().name().toLowerCase(Locale.ROOT));
        line(out, "segment length", StatScreen.bytes(spec.segmentLength()));
        line(out, "retention", retention(spec));
        line(out, "compacted", spec.isCompacted() ? "yes, tombstones kept " + text(spec.tombstoneRetention()) : "no");
        line(out, "key hash", spec.keyHash());
        out.printf("%n%9s %16s %16s %16s %10s%n", "PARTITION", "BEGIN", "END", "DURABLE", "HELD");
        int partition = 0;
        for (final TopicDescription.PartitionRange range : description.partitions()) {
            out.printf(
                    "%9d %16d %16d %16d %10s%n",
                    partition++,
                    range.beginPosition(),
                    range.endPosition(),
                    range.durablePosition(),
                    StatScreen.bytes(range.endPosition() - range.beginPosition()));
        }
    }

    private static void line(final PrintWriter out, final String name, final Object value) {
        out.printf("%-15s %s%n", name, value);
    }

    private static String retention(final TopicSpec spec) {
        final String bytes =
                spec.retentionBytes() == 0 ? "" : StatScreen.bytes(spec.retentionBytes()) + " of each partition";
        final String time = spec.retentionTime() == null ? "" : text(spec.retentionTime());
        if (bytes.isEmpty() && time.isEmpty()) {
            return "for ever";
        }
        return bytes + (bytes.isEmpty() || time.isEmpty() ? "" : ", ") + time;
    }

    private static String text(final Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
