package io.millrace.node.cli;

/**
 * Chooses what {@code logback.xml} shows on standard error: warnings on one line each, or everything from INFO with stack traces.
 * It has to be called before the first logger is made.
 */
final class LogOutput {
    private static final String LEVEL_PROPERTY = "millrace.log.level";
    private static final String STACK_PROPERTY = "millrace.log.stack";

    private LogOutput() {}

    static void configure(final boolean isVerbose) {
        if (isVerbose) {
            System.setProperty(LEVEL_PROPERTY, "INFO");
            System.setProperty(STACK_PROPERTY, "%ex");
        }
    }
}
