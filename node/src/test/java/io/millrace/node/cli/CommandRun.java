package io.millrace.node.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Runs command lines, each with empty outputs, and keeps what the last one printed. */
final class CommandRun {
    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();

    int run(final String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return MillraceCommand.create()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }
}
