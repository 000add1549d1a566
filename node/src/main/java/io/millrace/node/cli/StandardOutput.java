package io.millrace.node.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;

/** Finds out whether standard output took all that was written to it: a print stream keeps a failure to itself. */
public final class StandardOutput {
    private StandardOutput() {}

    /**
     * Says on standard error when a part of the output was lost, unless the reader of a pipe left because it had enough. For the end
     * of a program.
     *
     * @param program  name in front of the message.
     * @param exitCode of the program, had nothing been lost.
     * @return the exit code to end with: 1 in the place of 0 when a part was lost.
     */
    public static int check(final String program, final int exitCode) {
        final String lost = System.out.checkError() ? reason() : null;
        if (lost == null) {
            return exitCode;
        }
        System.err.println(program + ": cannot write to standard output, a part of it is lost: " + lost);
        return exitCode == ExitCode.OK ? ExitCode.FAILED : exitCode;
    }

    /** The print stream has forgotten the reason, so the system is asked once more. */
    private static String reason() {
        try {
            new FileOutputStream(FileDescriptor.out).write('\n');
            return "a write failed";
        } catch (final IOException ex) {
            final String message = String.valueOf(ex.getMessage());
            return message.contains("Broken pipe") ? null : message;
        }
    }
}
