package io.millrace.node.cli;

import io.millrace.transport.GroupAdmin;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace queue delete}. */
@Command(
        name = "delete",
        description = "Forget a queue that has no consumers; its topic and its dead letters stay.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class QueueDeleteCommand extends GroupAdminCommand {
    @Parameters(paramLabel = "QUEUE", description = "Name of the queue.")
    private String queue;

    @Override
    void run(final GroupAdmin admin, final PrintWriter out) {
        admin.deleteQueue(queue);
        say("queue " + queue + " deleted");
    }
}
