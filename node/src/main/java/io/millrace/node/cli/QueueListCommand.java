package io.millrace.node.cli;

import io.millrace.transport.GroupAdmin;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** {@code millrace queue list}. */
@Command(
        name = "list",
        description = "List the queues: consumers, messages under way, lag, counts.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class QueueListCommand extends GroupAdminCommand {
    @Override
    void run(final GroupAdmin admin, final PrintWriter out) {
        TabbedLines.print(admin.listQueues(), out);
    }
}
