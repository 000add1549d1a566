package io.millrace.node.cli;

import io.millrace.transport.GroupAdmin;
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
    String ask(final GroupAdmin admin) {
        return admin.describeGroup(group);
    }
}
