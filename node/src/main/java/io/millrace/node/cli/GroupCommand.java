package io.millrace.node.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that only has subcommands: without one there is nothing to do but to say what there is. */
abstract class GroupCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public final void run() {
        final PrintWriter out = spec.commandLine().getOut();
        spec.commandLine().usage(out);
        out.flush();
    }
}
