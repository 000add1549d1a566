package io.millrace.node.cli;

/** What the process tells its caller; {@code --help} lists the same. */
final class ExitCode {
    /** All went well. */
    static final int OK = 0;

    /** The run failed, or its result is not what an independent recomputation says. */
    static final int FAILED = 1;

    /** The input or the command line is wrong. */
    static final int BAD_INPUT = 2;

    private ExitCode() {}
}
