package io.millrace.node.cli;

import io.millrace.transport.GroupAdmin;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace group describe}. */
@Command(
        name = "describe",
        description = "Who owns which partition, since when, and how far it is behind.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class GroupDescribeCommand extends GroupAdminCommand {
    @Parameters(paramLabel = "GROUP", description = "Name of the group.")
    private String group;

    @Override
    void run(final GroupAdmin admin, final PrintWriter out) {
        TabbedLines.print(admin.describeGroup(group), out);
    }
}
