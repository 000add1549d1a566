package io.millrace.node.message;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.OneLine;

/** How this package says what is wrong: with JSON, with a message, with a schema. */
final class Problems {
    private static final int MAX_ECHO_LENGTH = 60;

    private Problems() {}

    /** A field of the JSON object that is not what the schema allows. */
    static MillraceException wrong(final String path, final String allowed, final Object found) {
        return found == null
                ? input("field " + OneLine.of(path) + " is missing: it must be " + allowed)
                : input("field " + OneLine.of(path) + " must be " + allowed + ": " + echo(found));
    }

    static MillraceException input(final String problem) {
        return new MillraceException(ErrorCode.CONFIGURATION, problem);
    }

    /** Bytes that are no message of the schema. */
    static MillraceException malformed(final String problem) {
        return new MillraceException(ErrorCode.MALFORMED_RECORD, problem);
    }

    /** What was found, in one line and not for ever. */
    static String echo(final Object found) {
        final String text = found instanceof String ? '\'' + (String) found + '\'' : String.valueOf(found);
        return OneLine.of(text.length() <= MAX_ECHO_LENGTH ? text : text.substring(0, MAX_ECHO_LENGTH) + "...");
    }
}
