package io.millrace.log;

/** What a store lacks after a crash, or has too much. Whatever else fails is a mistake of the test. */
final class CrashFinding extends AssertionError {
    private static final long serialVersionUID = 1;

    /** The ways in which a store may not be what it must be. */
    enum Kind {
        /** Something is gone that the crash must not take. */
        LOST,
        /** Something is there, and other than it was. */
        ALTERED,
        /** Something is there that was never committed. */
        NEVER_COMMITTED,
        /** The first records of a batch are there without the rest. */
        BATCH_CUT,
        /** A derived record is there without the one that it was made from. */
        WITHOUT_SOURCE,
        /** The store itself refuses what it finds on its disk. */
        DAMAGED
    }

    CrashFinding(final Kind kind, final String what) {
        this(kind, what, null);
    }

    CrashFinding(final Kind kind, final String what, final Throwable cause) {
        super(kind + ": " + what, cause);
    }
}
