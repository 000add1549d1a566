package io.millrace.node.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;

/** Finds out whether standard output took all that was written to it: a print stream keeps a failure to itself. */
final class StandardOutput {
    private StandardOutput() {}

    /**
     * Why a part of the output was lost.
     *
     * @return the reason in a few words; null when nothing was lost, or the reader of a pipe left because it had enough.
     */
    static String failure() {
        return System.out.checkError() ? reason() : null;
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
