package io.millrace.log.record;

/** What a record is. Further kinds take the next numbers. */
public final class RecordKind {
    /** A record of the application. */
    public static final byte DATA = 1;

    /** Space that holds no record: the end of a segment, or a claim that was given up. Readers skip it. */
    public static final byte PADDING = 2;

    /** A watermark: its event time is the watermark; {@link Long#MAX_VALUE} means the end of the input. */
    public static final byte WATERMARK = 3;

    /** A tick of the partition's clock: only its log time matters. */
    public static final byte TICK = 4;

    /** Deletes its key: a record of the application that has a key and no value. Compaction drops it after a while. */
    public static final byte TOMBSTONE = 5;

    /**
     * A producer has begun an epoch: its value is the epoch, an int32; its sequence means nothing. Written by the log
     * only; readers skip it.
     */
    public static final byte PRODUCER = 6;

    private RecordKind() {}

    /**
     * Tells whether callers may append records of this kind.
     *
     * @param kind a kind.
     * @return true for all known kinds but those that only the log itself writes.
     */
    public static boolean isAppendable(final byte kind) {
        return kind == DATA || kind == WATERMARK || kind == TICK || kind == TOMBSTONE;
    }

    /**
     * Tells whether readers skip records of this kind.
     *
     * @param kind a kind.
     * @return true for padding and what the log writes for itself.
     */
    public static boolean isHidden(final byte kind) {
        // Most records are data, and one comparison tells.
        return kind != DATA && (kind == PADDING || kind == PRODUCER);
    }

    /**
     * Tells whether this version knows the kind.
     *
     * @param kind a kind read from a record.
     * @return true when it is one of the constants of this class.
     */
    public static boolean isKnown(final byte kind) {
        return kind >= DATA && kind <= PRODUCER;
    }
}
