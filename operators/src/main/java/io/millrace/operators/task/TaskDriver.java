package io.millrace.operators.task;

import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordHandler;
import io.millrace.operators.state.Stateful;

/**
 * The part of a task that is run for every record. Its one implementation, {@link ChainDriver}, is copied for each stage of
 * a plan so that the whole chain can be inlined; the task knows it by this type.
 */
public abstract class TaskDriver implements RecordHandler, Stateful {
    /** For subclasses. */
    protected TaskDriver() {}

    /**
     * Takes a record that {@link #onRecord} will be given soon, to have memory brought near.
     *
     * @param record that will come.
     */
    public abstract void prefetch(RecordFlyweight record);

    /**
     * Tells whether looking ahead pays, because an operator's state is larger than the caches.
     *
     * @return true when {@link #prefetch} should be called.
     */
    public abstract boolean wantsLookAhead();

    /** Publishes what the last records changed in the task's counters. Called after each poll. */
    public abstract void endOfPoll();

    /**
     * Tells whether the input has ended and all results are appended.
     *
     * @return true when nothing is left to do.
     */
    public abstract boolean isComplete();

    /**
     * The earliest event time at which something is to be emitted.
     *
     * @return ns since the epoch, {@link Long#MAX_VALUE} for none.
     */
    public abstract long eventWakeNs();

    /**
     * Finds when a tick in the task's partition would help.
     *
     * @param laterStagesWantNs the earliest event time at which a later stage waits to emit; {@link Long#MAX_VALUE} for none.
     * @param silenceNs         log time up to which a later stage has to know that the input is silent;
     *                          {@link Long#MIN_VALUE} if none has to.
     * @return log time in ns since the epoch from which a tick is useful; {@link Long#MAX_VALUE} for never.
     */
    public abstract long tickDueNs(long laterStagesWantNs, long silenceNs);

    /**
     * Tells whether the watermark is held back by a producer whose silence is not known for long enough. May be called from
     * any thread.
     *
     * @return log time up to which it has to be known; {@link Long#MIN_VALUE} if none holds it back.
     */
    public abstract long silenceWantedNs();

    /**
     * Tells whether one producer holds the watermark back since its silence is not known for long enough. May be called from
     * any thread.
     *
     * @param producerId of the producer.
     * @return log time up to which it has to be known; {@link Long#MIN_VALUE} if it does not hold it back.
     */
    public abstract long silenceWantedNs(int producerId);

    /**
     * Has the next watermark told to the whole chain, whoever asked for it. Called when steps were added since the state was
     * written, which have not been able to ask.
     */
    public abstract void askForNextWatermark();
}
