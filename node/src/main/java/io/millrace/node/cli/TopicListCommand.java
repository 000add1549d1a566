package io.millrace.node.cli;

import io.millrace.transport.Admin;
import io.millrace.transport.protocol.TopicSummary;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace topic list}. */
@Command(
        name = "list",
        description = "List the topics: name, partitions, bytes held, durability.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class TopicListCommand extends AdminCommand {
    @Option(names = "--internal", description = "Also those that Millrace made for itself.")
    private boolean hasInternal;

    @Option(names = "--names", description = "Only the names.")
    private boolean isNamesOnly;

    @Override
    void run(final Admin admin, final PrintWriter out) {
        final List<TopicSummary> topics = admin.topics(hasInternal);
        int width = "TOPIC".length();
        for (final TopicSummary topic : topics) {
            width = Math.max(width, topic.name().length());
        }
        if (!isNamesOnly && !topics.isEmpty()) {
            out.printf("%-" + width + "s  %10s  %10s  %s%n", "TOPIC", "PARTITIONS", "HELD", "DURABILITY");
        }
        for (final TopicSummary topic : topics) {
            if (isNamesOnly) {
                out.println(topic.name());
            } else {
                out.printf(
                        "%-" + width + "s  %10d  %10s  %s%s%n",
                        topic.name(),
                        topic.partitions(),
                        StatScreen.bytes(topic.heldBytes()),
                        topic.durability().name().toLowerCase(Locale.ROOT),
                        topic.isInternal() ? "  (internal)" : "");
            }
        }
    }
}
