package io.millrace.node.cli;

import io.millrace.transport.GroupAdmin;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace group delete}. */
@Command(
        name = "delete",
        description = "Forget a group that has no members.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
final class GroupDeleteCommand extends GroupAdminCommand {
    @Parameters(paramLabel = "GROUP", description = "Name of the group.")
    private String group;

    @Override
    void run(final GroupAdmin admin, final PrintWriter out) {
        admin.deleteGroup(group);
        say("group " + group + " deleted");
    }
}
