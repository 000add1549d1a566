package io.millrace.operators.core;

/**
 * One step of a stream: takes a value, does its work, and calls the next step directly.
 *
 * <p>An operator belongs to one task and runs on that task's thread, so it needs no lock. It must be a function of what
 * it is given: no system clock, no randomness, no shared state; whatever it does must come out the same when the task
 * reads its partition again.
 *
 * <p>Time reaches an operator by {@link #onWatermark} and {@link #onLogTime}. They are called when something in the chain
 * asked for it, by {@link RecordContext#wakeAtEventTime} and its kin, and then for the whole chain, each operator before
 * the ones behind it: what an operator emits when its time has come is seen by the next one before the next one learns
 * that the time has come. All requests are forgotten at such a call; who still waits asks again.
 *
 * @param <I> type of the values it takes.
 */
public interface Operator<I> {
    /**
     * Takes one value.
     *
     * @param context of the value; {@link RecordContext#watermarkNs()} is the watermark up to which this operator was told.
     * @param value   to work on; valid inside the call only.
     */
    void process(RecordContext context, I value);

    /**
     * Learns that the watermark rose, before the record that raised it is processed.
     *
     * @param context     of the record that raised the watermark; still with the watermark before.
     * @param watermarkNs no later record is expected to have an event time before it; in ns since the epoch,
     *                    {@link Long#MAX_VALUE} at the end of the input.
     */
    void onWatermark(RecordContext context, long watermarkNs);

    /**
     * Learns that the clock of the partition rose, before the record that raised it is processed.
     *
     * @param context   of the record that raised the clock.
     * @param logTimeNs the partition's clock, in ns since the epoch.
     */
    void onLogTime(RecordContext context, long logTimeNs);

    /**
     * Gets a look at a value that {@link #process} will be given soon, to have memory brought near. Changes nothing that can
     * be seen; need not hand on.
     *
     * @param context with the key of the value.
     * @param value   that will come; null where decoding it twice would cost more than it brings, and the key is all there is.
     */
    default void prefetch(final RecordContext context, final I value) {}
}
