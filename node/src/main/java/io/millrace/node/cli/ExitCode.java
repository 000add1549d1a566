package io.millrace.node.cli;

import io.millrace.log.error.ErrorCode;

/**
 * What the process tells its caller. The numbers never change their meaning; docs/commands.md has the same table, and {@code --help}
 * lists those that concern a command.
 */
final class ExitCode {
    /** All went well; also when the reader of a pipe had enough. */
    static final int OK = 0;

    /** The run failed, its result is not what an independent recomputation says, or its output was lost. */
    static final int FAILED = 1;

    /** The input, a setting or the command line is wrong. */
    static final int BAD_INPUT = 2;

    /** The node said no: no such thing, it exists already, it is in use, not allowed, too many. */
    static final int REFUSED = 3;

    /** Nobody answers: no node there, it has gone, or the port is in use by another. */
    static final int NOT_REACHED = 4;

    /** Another process owns the store. */
    static final int IN_USE = 5;

    private ExitCode() {}

    /** The number for an error that ends a command. */
    static int of(final ErrorCode code) {
        return switch (code) {
            case CONFIGURATION -> BAD_INPUT;
            case TRANSPORT -> NOT_REACHED;
            case STORE_IN_USE -> IN_USE;
            case UNKNOWN_TOPIC,
                    TOPIC_EXISTS,
                    TOPIC_DELETED,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    LIMIT_REACHED,
                    IN_USE,
                    ACCESS_DENIED,
                    FENCED,
                    POSITION_GONE -> REFUSED;
            default -> FAILED;
        };
    }
}
