package io.millrace.operators.keyed;

/**
 * A step of the user's own, one level below the operators: it sees each value with its key, keeps state and timers for each
 * key, and hands on what it likes.
 *
 * <p>Each task makes an instance of its own, and it sees some of the keys. <b>A field of the instance is no state</b>: it is
 * not bound to a key, is not in a checkpoint and comes back empty when the task starts again. What has to last is kept in the
 * cells that {@link #init} declares. Fields are for those cells and for objects that are filled anew in each call.
 *
 * <p>All calls come from the task's thread, one after the other, and in an order that a replay repeats. What a call does must
 * be a function of its arguments and of the state: no clock, no chance.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values it takes.
 * @param <R> type of the values it hands on.
 */
@FunctionalInterface
public interface Processor<K, V, R> {
    /**
     * Declares the state that is kept for each key. Called once, before anything else.
     *
     * @param setup takes the declarations.
     */
    default void init(final ProcessorSetup setup) {}

    /**
     * Takes one value.
     *
     * @param value   to work on; a flyweight is valid inside the call only.
     * @param context of the value, with its key.
     */
    void process(V value, ProcessorContext<K, R> context);

    /**
     * Learns that an event timer of a key has come due: no value with an earlier event time is expected. Timers fire in the
     * order of their times and those of one time in the order in which they were set, before the first value past their
     * time. At the end of the input all of them fire.
     *
     * @param timeNs  that the timer was set to, in ns since the epoch.
     * @param context with the key of the timer.
     */
    default void onEventTimer(final long timeNs, final ProcessorContext<K, R> context) {}

    /**
     * Learns that a log timer of a key has come due: the clock of the partition is at or past its time. Timers fire in the
     * order of their times and those of one time in the order in which they were set, before the first value past their
     * time. The end of the input fires none of them.
     *
     * @param timeNs  that the timer was set to, in ns since the epoch.
     * @param context with the key of the timer.
     */
    default void onLogTimer(final long timeNs, final ProcessorContext<K, R> context) {}
}
