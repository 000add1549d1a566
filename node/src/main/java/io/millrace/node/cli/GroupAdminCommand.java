package io.millrace.node.cli;

import io.millrace.transport.GroupAdmin;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that asks a node about its consumer groups and queues, or has it change them. */
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
            run(admin, out);
        }
        out.flush();
        return ExitCode.OK;
    }

    /** Does what the command is for. */
    abstract void run(GroupAdmin admin, PrintWriter out);

    /** Says something that is no data. */
    final void say(final String line) {
        spec.commandLine().getErr().println(line);
        spec.commandLine().getErr().flush();
    }
}
