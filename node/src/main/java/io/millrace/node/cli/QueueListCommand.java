package io.millrace.node.cli;

import io.millrace.transport.GroupAdmin;
import picocli.CommandLine.Command;

/** {@code millrace queue list}. */
@Command(
        name = "list",
        description = "List the queues: consumers, messages under way, lag, counts.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class QueueListCommand extends GroupAdminCommand {
    @Override
    String ask(final GroupAdmin admin) {
        return admin.listQueues();
    }
}
