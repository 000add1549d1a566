package io.millrace.operators.codec.record;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;

/** Makes the exceptions for bytes that are not the record. */
final class Refusal {
    private Refusal() {}

    static MillraceException malformed(final String where, final String what) {
        return malformed(where, what, null);
    }

    static MillraceException malformed(final String where, final String what, final Throwable cause) {
        return new MillraceException(ErrorCode.MALFORMED_RECORD, where + " " + what, cause);
    }
}
