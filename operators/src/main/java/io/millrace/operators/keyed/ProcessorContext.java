package io.millrace.operators.keyed;

/**
 * What a {@link Processor} is told of a value or timer, and what it can do about it. Valid inside the call.
 *
 * @param <K> type of the keys.
 * @param <R> type of the values handed on.
 */
public interface ProcessorContext<K, R> {
    /**
     * The key of the value or timer, decoded at each call.
     *
     * @return the key.
     */
    K key();

    /**
     * The key as a number, without an object made for it.
     *
     * @return a key of 8 or 4 bytes, read as an integer.
     * @throws IllegalStateException if the key has another length.
     */
    long keyLong();

    /**
     * The event time that what is handed on will carry: that of the value; that of an event timer, or the watermark where that
     * was ahead of it already; for a log timer the largest event time that the step knows, of values and watermarks.
     *
     * @return ns since the epoch.
     */
    long eventTimeNs();

    /**
     * The watermark: no value with an earlier event time is expected.
     *
     * @return ns since the epoch; {@link Long#MIN_VALUE} before the first, {@link Long#MAX_VALUE} at the end of the input.
     */
    long watermarkNs();

    /**
     * Tells whether the input has ended, so that there is nothing left to wait for. A timer that renews itself asks before it
     * does.
     *
     * @return true in the timers that the end of the input fires.
     */
    boolean isEndOfInput();

    /**
     * The clock of the partition: the largest log time so far.
     *
     * @return ns since the epoch.
     */
    long logTimeNs();

    /**
     * Where the record lies in the task's partition; for a timer, the record that made time go on.
     *
     * @return bytes from the beginning of the partition.
     */
    long position();

    /**
     * Hands a value on, under the key and event time of this call.
     *
     * @param value not null; a flyweight may be used again after the call.
     */
    void forward(R value);

    /**
     * Hands a value to a side output, under the key and event time of this call. It goes nowhere if the topology does not ask
     * for that output.
     *
     * @param output to hand it to.
     * @param value  not null; a flyweight may be used again after the call.
     * @param <T>    type of the values of that output.
     */
    <T> void sideOutput(SideOutput<T> output, T value);

    /**
     * Sets an event timer for the key: {@link Processor#onEventTimer} is called when the watermark is at or past its time. A
     * timer is known by its key and time, so to set it twice is to set it once. A time that has passed already is due the next
     * time that the watermark rises; in a callback of an event timer, before that rise is over.
     *
     * @param timeNs in ns since the epoch.
     * @throws IllegalStateException when timers have renewed each other {@link ProcessOperator#MAX_RENEWALS} times after the
     *                               end of the input; see {@link #isEndOfInput()}.
     */
    void scheduleEventTimer(long timeNs);

    /**
     * Takes an event timer of the key back.
     *
     * @param timeNs that it was set to.
     * @return whether there was one.
     */
    boolean cancelEventTimer(long timeNs);

    /**
     * Sets a log timer for the key: {@link Processor#onLogTimer} is called when the partition's clock is at or past its time. A
     * timer is known by its key and time. A time that has passed already is due before the next record; in a callback of a
     * log timer, before that callback's turn is over.
     *
     * @param timeNs in ns since the epoch.
     */
    void scheduleLogTimer(long timeNs);

    /**
     * Takes a log timer of the key back.
     *
     * @param timeNs that it was set to.
     * @return whether there was one.
     */
    boolean cancelLogTimer(long timeNs);
}
