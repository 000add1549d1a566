package io.millrace.node.cli;

/**
 * Chooses what {@code logback.xml} shows on standard error. A command says itself, in one line, what concerns its user, so the
 * log below it is silent, but for a command that runs for long, which shows warnings; {@code --verbose} shows it from INFO on, with stack traces. A program that embeds the node and sets
 * nothing gets warnings, on one line each. It has to be called before the first logger is made.
 */
final class LogOutput {
    private static final String LEVEL_PROPERTY = "millrace.log.level";
    private static final String STACK_PROPERTY = "millrace.log.stack";

    private LogOutput() {}

    static void configure(final boolean isVerbose, final boolean isService) {
        if (isVerbose) {
            setDefault(LEVEL_PROPERTY, "INFO");
            setDefault(STACK_PROPERTY, "%ex");
        } else if (!isService) {
            setDefault(LEVEL_PROPERTY, "OFF");
        }
    }

    /** What the user set on the command line of the JVM stays. */
    private static void setDefault(final String property, final String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
