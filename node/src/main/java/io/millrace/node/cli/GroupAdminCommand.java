package io.millrace.node.cli;

import io.millrace.transport.GroupAdmin;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that asks a node about its consumer groups and queues, or has it change them, and prints the lines of the answer. */
abstract class GroupAdminCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private NodeClient node;

    @Override
    public final Integer call() {
        final PrintWriter out = spec.commandLine().getOut();
        try (NodeClient.Link link = node.open();
                GroupAdmin admin = GroupAdmin.connect(link.reach(new GroupAdmin.Context()))) {
            TabbedLines.print(ask(admin), out);
        }
        out.flush();
        return ExitCode.OK;
    }

    /** Does what the command is for; the lines that the node answers, columns parted by a tab. */
    abstract String ask(GroupAdmin admin);
}
