package io.millrace.node.cli;

import io.millrace.transport.GroupAdmin;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** {@code millrace group list}. */
@Command(
        name = "list",
        description = "List the consumer groups: members, partitions, lag, topics.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class GroupListCommand extends GroupAdminCommand {
    @Override
    void run(final GroupAdmin admin, final PrintWriter out) {
        TabbedLines.print(admin.listGroups(), out);
    }
}
