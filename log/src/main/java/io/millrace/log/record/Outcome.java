package io.millrace.log.record;

/**
 * The one named set of negative results that calls on the message path return instead of a position. The caller
 * decides whether to try again.
 */
public final class Outcome {
    /** The next segment is not ready yet: try again. */
    public static final long BACK_PRESSURED = -1;

    /** The log, store or connection has been closed: stop. */
    public static final long CLOSED = -2;

    /** The record is longer than the topic allows, see {@link RecordDescriptor#maxRecordLength(int)}. */
    public static final long RECORD_TOO_LONG = -3;

    /** The producer's sequence is already held: the record is safe, nothing was appended. */
    public static final long DUPLICATE = -4;

    /** There is no connection to the other side yet, or no longer: try again. */
    public static final long NOT_CONNECTED = -5;

    /** The disk is full; appends succeed again when space has been freed. */
    public static final long STORAGE_FULL = -6;

    /** A newer epoch of the producer has begun: stop, somebody else has taken over. */
    public static final long FENCED = -7;

    /** The record was held, and retention or compaction has removed it since. */
    public static final long NOT_KEPT = -8;

    /** The publisher keeps as many records as it may until they are acknowledged: take acknowledgements, then try again. */
    public static final long WINDOW_FULL = -9;

    private Outcome() {}

    /**
     * Names a result for a message.
     *
     * @param result what a call returned.
     * @return the constant's name, or the number itself when it is not in the set.
     */
    public static String name(final long result) {
        if (result == BACK_PRESSURED) {
            return "BACK_PRESSURED";
        } else if (result == CLOSED) {
            return "CLOSED";
        } else if (result == RECORD_TOO_LONG) {
            return "RECORD_TOO_LONG";
        } else if (result == DUPLICATE) {
            return "DUPLICATE";
        } else if (result == NOT_CONNECTED) {
            return "NOT_CONNECTED";
        } else if (result == STORAGE_FULL) {
            return "STORAGE_FULL";
        } else if (result == FENCED) {
            return "FENCED";
        } else if (result == NOT_KEPT) {
            return "NOT_KEPT";
        } else if (result == WINDOW_FULL) {
            return "WINDOW_FULL";
        }
        return Long.toString(result);
    }
}
