package io.millrace.node.cli;

import io.millrace.transport.GroupAdmin;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace queue describe}. */
@Command(
        name = "describe",
        description = "Who holds which message and since when, what waits, what is dead.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class QueueDescribeCommand extends GroupAdminCommand {
    @Parameters(paramLabel = "QUEUE", description = "Name of the queue.")
    private String queue;

    @Override
    void run(final GroupAdmin admin, final PrintWriter out) {
        TabbedLines.print(admin.describeQueue(queue), out);
    }
}
