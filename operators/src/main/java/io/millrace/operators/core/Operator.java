package io.millrace.operators.core;

/**
 * One step of a stream: takes a value, does its work, and calls the next step directly.
 *
 * <p>An operator belongs to one task and runs on that task's thread, so it needs no lock. It must be a function of what
 * it is given: no system clock, no randomness, no shared state; whatever it does must come out the same when the task
 * reads its partition again.
 *
 * @param <I> type of the values it takes.
 */
public interface Operator<I> {
    /**
     * Takes one value.
     *
     * @param context of the record that the value belongs to; valid inside the call.
     * @param value   to work on; valid inside the call, since it may be a flyweight over the log.
     */
    void process(RecordContext context, I value);

    /**
     * Learns that the watermark rose, after all values before it were processed.
     *
     * @param context     of the task; its watermark is already the new one.
     * @param watermarkNs in ns since the epoch; {@link Long#MAX_VALUE} means that the input has ended.
     */
    void onWatermark(RecordContext context, long watermarkNs);
}
