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
    private long originNs = Long.MIN_VALUE;
    private DirectBuffer keyBuffer;
    private int keyOffset;
    private int keyLength;

    // The input record, for those who have to tell of it.
    private DirectBuffer recordBuffer;
    private long recordEventTimeNs;
    private int recordKeyOffset;
    private int recordKeyLength;
    private int valueOffset;
    private int valueLength;
    private boolean isOnRecord;

    // When something in the chain wants to be called.
    // From the beginning, an exchange waits for the first watermark without having been able to ask for it.
    private long eventCallNs = Long.MIN_VALUE;
    private long eventWakeNs = Long.MAX_VALUE;
    private long logWakeNs = Long.MAX_VALUE;
    private boolean isIdle;
    private boolean wantsLookAhead;

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
     * The partition's clock at the input record: the largest log time up to and including it.
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
     * The newest log time in source topics that the task's watermark goes back to: of the record or tick that made it.
     *
     * @return nanoseconds since the epoch; {@link Long#MIN_VALUE} before the first.
     */
    public long originNs() {
        return originNs;
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
        recordEventTimeNs = newEventTimeNs;
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
        // Most often it is the one before, and storing a reference costs more than a look: collectors keep books of it.
        if (keyBuffer != buffer) {
            keyBuffer = buffer;
        }
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

    /**
     * Says what the watermark goes back to. Called by the task before it tells the chain.
     *
     * @param newOriginNs log time in a source topic, in ns since the epoch.
     */
    public void originNs(final long newOriginNs) {
        originNs = newOriginNs;
    }

    /**
     * Keeps the bytes of the input record at hand. Called by the task.
     *
     * @param buffer      that holds the record's key and value.
     * @param newValueOffset of the value.
     * @param newValueLength of the value in bytes.
     */
    public void value(final DirectBuffer buffer, final int newValueOffset, final int newValueLength) {
        if (recordBuffer != buffer) {
            recordBuffer = buffer;
        }
        valueOffset = newValueOffset;
        valueLength = newValueLength;
    }

    /**
     * Keeps the key of the input record at hand, whatever key the chain works under. Called by the task.
     *
     * @param newRecordKeyOffset of the key in the buffer of the record.
     * @param newRecordKeyLength in bytes, 0 for none.
     */
    public void recordKey(final int newRecordKeyOffset, final int newRecordKeyLength) {
        recordKeyOffset = newRecordKeyOffset;
        recordKeyLength = newRecordKeyLength;
    }

    /**
     * Says whether what follows is done for a data record or because time has passed. Called by the task.
     *
     * @param newOnRecord true for a data record.
     */
    public void onRecord(final boolean newOnRecord) {
        isOnRecord = newOnRecord;
    }

    /**
     * Tells whether a data record is being processed. It is not while the chain learns of time: what fails then is no fault of
     * the record that made time pass.
     *
     * @return true for a data record.
     */
    public boolean isOnRecord() {
        return isOnRecord;
    }

    /**
     * Event time in the header of the input record, whatever time the chain works under.
     *
     * @return ns since the epoch.
     */
    public long recordEventTimeNs() {
        return recordEventTimeNs;
    }

    /**
     * Where the key of the input record begins.
     *
     * @return index in {@link #recordBuffer()}.
     */
    public int recordKeyOffset() {
        return recordKeyOffset;
    }

    /**
     * How long the key of the input record is.
     *
     * @return bytes; 0 for none.
     */
    public int recordKeyLength() {
        return recordKeyLength;
    }

    /**
     * Buffer that holds the input record.
     *
     * @return the buffer, in the log; for reading only.
     */
    public DirectBuffer recordBuffer() {
        return recordBuffer;
    }

    /**
     * Where the value of the input record begins.
     *
     * @return index in {@link #recordBuffer()}.
     */
    public int valueOffset() {
        return valueOffset;
    }

    /**
     * How long the value of the input record is.
     *
     * @return bytes; 0 for a record that is no data.
     */
    public int valueLength() {
        return valueLength;
    }

    /**
     * Asks for a call of {@link Operator#onWatermark} as soon as the watermark is at or behind a time, because something is to
     * be emitted then. When the input stops, the log makes this time come by ticks.
     *
     * @param eventTimeNs in ns since the epoch.
     */
    public void wakeAtEventTime(final long eventTimeNs) {
        if (eventTimeNs < eventWakeNs) {
            eventWakeNs = eventTimeNs;
        }
        if (eventTimeNs < eventCallNs) {
            eventCallNs = eventTimeNs;
        }
    }

    /**
     * Asks for a call of {@link Operator#onWatermark} as soon as the watermark is at or behind a time, to pass it on. Nobody
     * is woken for it when the input stops.
     *
     * @param eventTimeNs in ns since the epoch.
     */
    public void callAtEventTime(final long eventTimeNs) {
        if (eventTimeNs < eventCallNs) {
            eventCallNs = eventTimeNs;
        }
    }

    /**
     * Asks for a call of {@link Operator#onLogTime} as soon as the partition's clock is at or behind a time. When the input
     * stops, a tick in the log makes this time come.
     *
     * @param logTimeNs in ns since the epoch.
     */
    public void wakeAtLogTime(final long logTimeNs) {
        if (logTimeNs < logWakeNs) {
            logWakeNs = logTimeNs;
        }
    }

    /**
     * When {@link Operator#onWatermark} has to be called next.
     *
     * @return ns since the epoch, {@link Long#MAX_VALUE} for never before the end.
     */
    public long eventCallNs() {
        return eventCallNs;
    }

    /**
     * The earliest event time at which something is to be emitted.
     *
     * @return ns since the epoch, {@link Long#MAX_VALUE} for none.
     */
    public long eventWakeNs() {
        return eventWakeNs;
    }

    /**
     * The earliest log time at which something is to be done.
     *
     * @return ns since the epoch, {@link Long#MAX_VALUE} for none.
     */
    public long logWakeNs() {
        return logWakeNs;
    }

    /** Forgets who wanted to be called at event times. Called by the task before it tells the chain. */
    public void clearEventTimes() {
        eventCallNs = Long.MAX_VALUE;
        eventWakeNs = Long.MAX_VALUE;
    }

    /** Forgets who wanted to be called at log times. Called by the task before it tells the chain. */
    public void clearLogTimes() {
        logWakeNs = Long.MAX_VALUE;
    }

    /**
     * Tells whether the task's input has been silent for so long that later stages do not wait for it.
     *
     * @return true from a tick that said so to the next record.
     */
    public boolean isIdle() {
        return isIdle;
    }

    /**
     * Marks the input as silent or not. Called by the task.
     *
     * @param newIdle true when it is silent.
     */
    public void idle(final boolean newIdle) {
        isIdle = newIdle;
    }

    /**
     * Tells whether an operator's state is so large that it pays to look ahead.
     *
     * @return true when the task should call {@link Operator#prefetch}.
     */
    public boolean wantsLookAhead() {
        return wantsLookAhead;
    }

    /** Asks the task to look ahead from now on: an operator's state has outgrown the caches. */
    public void askForLookAhead() {
        wantsLookAhead = true;
    }
}
