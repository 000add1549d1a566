package io.millrace.log.record;

/** What a record is. Further kinds (producer control) take the next numbers. */
public final class RecordKind {
    /** A record of the application. */
    public static final byte DATA = 1;

    /** Space that holds no record: the end of a segment, or a claim that was given up. Readers skip it. */
    public static final byte PADDING = 2;

    /** A watermark: its event time is the watermark; {@link Long#MAX_VALUE} means the end of the input. */
    public static final byte WATERMARK = 3;

    /** A tick of the partition's clock: only its log time matters. */
    public static final byte TICK = 4;

    private RecordKind() {}

    /**
     * Tells whether callers may append records of this kind.
     *
     * @param kind a kind.
     * @return true for all known kinds but padding, which only the log itself writes.
     */
    public static boolean isAppendable(final byte kind) {
        return kind == DATA || kind == WATERMARK || kind == TICK;
    }

    /**
     * Tells whether this version knows the kind.
     *
     * @param kind a kind read from a record.
     * @return true when it is one of the constants of this class.
     */
    public static boolean isKnown(final byte kind) {
        return kind >= DATA && kind <= TICK;
    }
}
