package io.millrace.operators.codec.record;

import io.millrace.operators.codec.Utf8;

/**
 * Where the next bytes of variable length go or come from, and where they must end. Each task has one; it never passes
 * the end of the value, whatever the lengths in the bytes say.
 */
final class Cursor {
    private final Utf8 utf8 = new Utf8();
    private int index;
    private int limit;

    void reset(final int newIndex, final int newLimit) {
        index = newIndex;
        limit = newLimit;
    }

    int remaining() {
        return limit - index;
    }

    // For writing: the room was measured before.
    int claim(final int length) {
        final int at = index;
        if (length > limit - at) {
            throw new IllegalStateException("a value changed while it was written: it needs " + length + " bytes where "
                    + (limit - at) + " of those that were measured are left");
        }
        index = at + length;
        return at;
    }

    // For reading: the length comes from the bytes and may be anything.
    int take(final int length, final String where) {
        final int at = index;
        if (length < 0 || length > limit - at) {
            throw Refusal.malformed(where, "says it is " + length + " bytes long, " + (limit - at) + " are left");
        }
        index = at + length;
        return at;
    }

    Utf8 utf8() {
        return utf8;
    }
}
