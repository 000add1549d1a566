package io.millrace.operators.core;

import org.agrona.DirectBuffer;

/**
 * What accompanies a value on its way through a chain: its times, its place in the log, and its key.
 *
 * <p>A task has one context and moves it from record to record; operators read it inside the call and keep nothing of
 * it. An operator that emits under another key or time, as a window does, changes the context for the length of that
 * call and puts back what it found. Used by the task's thread only.
 */
public final class RecordContext {
    private long position;
    private long eventTimeNs;
    private long logTimeNs;
    private long watermarkNs = Long.MIN_VALUE;
    private DirectBuffer keyBuffer;
    private int keyOffset;
    private int keyLength;

    /** Creates a context that stands on no record. */
    public RecordContext() {}

    /**
     * Position of the input record in the task's partition.
     *
     * @return bytes from the beginning of the partition.
     */
    public long position() {
        return position;
    }

    /**
     * When the event happened, as its producer said.
     *
     * @return nanoseconds since the epoch.
     */
    public long eventTimeNs() {
        return eventTimeNs;
    }

    /**
     * When the input record was appended to the log.
     *
     * @return nanoseconds since the epoch.
     */
    public long logTimeNs() {
        return logTimeNs;
    }

    /**
     * The task's watermark: no record with an earlier event time is expected.
     *
     * @return nanoseconds since the epoch; {@link Long#MIN_VALUE} before the first, {@link Long#MAX_VALUE} at the end.
     */
    public long watermarkNs() {
        return watermarkNs;
    }

    /**
     * Buffer that holds the key.
     *
     * @return the buffer, null where {@link #keyLength()} is 0.
     */
    public DirectBuffer keyBuffer() {
        return keyBuffer;
    }

    /**
     * Where the key begins.
     *
     * @return index in {@link #keyBuffer()}.
     */
    public int keyOffset() {
        return keyOffset;
    }

    /**
     * How long the key is.
     *
     * @return bytes, 0 for a record without a key.
     */
    public int keyLength() {
        return keyLength;
    }

    /**
     * Moves to an input record. Called by the task.
     *
     * @param newPosition    of the record.
     * @param newEventTimeNs of the record, in ns since the epoch.
     * @param newLogTimeNs   of the record, in ns since the epoch.
     */
    public void record(final long newPosition, final long newEventTimeNs, final long newLogTimeNs) {
        position = newPosition;
        eventTimeNs = newEventTimeNs;
        logTimeNs = newLogTimeNs;
    }

    /**
     * Sets the key for what follows.
     *
     * @param buffer that holds the key.
     * @param offset at which it begins.
     * @param length in bytes.
     */
    public void key(final DirectBuffer buffer, final int offset, final int length) {
        keyBuffer = buffer;
        keyOffset = offset;
        keyLength = length;
    }

    /**
     * Sets the event time for what follows.
     *
     * @param newEventTimeNs in ns since the epoch.
     */
    public void eventTimeNs(final long newEventTimeNs) {
        eventTimeNs = newEventTimeNs;
    }

    /**
     * Raises the watermark. Called by the task before it tells the chain.
     *
     * @param newWatermarkNs in ns since the epoch.
     */
    public void watermarkNs(final long newWatermarkNs) {
        watermarkNs = newWatermarkNs;
    }
}
