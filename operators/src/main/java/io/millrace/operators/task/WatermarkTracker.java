package io.millrace.operators.task;

import io.millrace.operators.state.Stateful;

/**
 * Derives a task's watermark from the records of its partition and from nothing else, so that a replay derives the same.
 *
 * <p>All times are in ns since the epoch; the clock is the partition's, the largest log time so far. Used by the task's
 * thread.
 */
public interface WatermarkTracker extends Stateful {
    /**
     * Takes a data record.
     *
     * @param eventTimeNs of the record.
     * @param clockNs     at the record.
     * @return the watermark after it; {@link Long#MIN_VALUE} while there is none.
     */
    long onData(long eventTimeNs, long clockNs);

    /**
     * Takes a watermark record.
     *
     * @param producerId  of the record.
     * @param watermarkNs that it carries.
     * @param isIdle      true when its producer says that it is silent and not to be waited for.
     * @param originNs    log time in a source topic at which it was made; unknown in a source topic itself.
     * @param clockNs     at the record.
     * @return the watermark after it.
     */
    long onWatermark(int producerId, long watermarkNs, boolean isIdle, long originNs, long clockNs);

    /**
     * Takes a tick of the partition's clock.
     *
     * @param clockNs at the tick.
     * @return the watermark after it.
     */
    long onTick(long clockNs);

    /**
     * Tells whether the input is silent.
     *
     * @return true from the tick that found it so to the next record.
     */
    boolean isIdle();

    /**
     * Finds what the watermark goes back to.
     *
     * @param clockNs of the partition.
     * @return the newest log time in source topics that is known of.
     */
    long originNs(long clockNs);

    /**
     * Finds when a tick would help something along that waits for event time.
     *
     * @param wantedNs  the earliest event time that is waited for, in this stage or a later one; {@link Long#MAX_VALUE} for none.
     * @param silenceNs log time up to which a later stage has to know that the input is silent; {@link Long#MIN_VALUE} if none
     *                  has to.
     * @return log time from which a tick is useful if nothing else comes before; {@link Long#MAX_VALUE} for never.
     */
    long tickDueNs(long wantedNs, long silenceNs);

    /**
     * Tells whether the watermark is held back by a producer whose silence is not known for long enough. May be called from
     * any thread.
     *
     * @return log time up to which it has to be known; {@link Long#MIN_VALUE} if none holds it back.
     */
    default long silenceWantedNs() {
        return Long.MIN_VALUE;
    }

    /**
     * Tells whether one producer holds the watermark back since its silence is not known for long enough. May be called from
     * any thread.
     *
     * @param producerId of the producer.
     * @return log time up to which it has to be known; {@link Long#MIN_VALUE} if it does not hold it back.
     */
    default long silenceWantedNs(final int producerId) {
        return Long.MIN_VALUE;
    }

    /**
     * Tells whether a value that was processed may have moved the watermark.
     *
     * @return true when {@link #afterValue()} is to be asked after each; the same at each call.
     */
    default boolean isMovedByValues() {
        return false;
    }

    /**
     * Finds the watermark again when a value has been processed.
     *
     * @return the watermark after it.
     */
    default long afterValue() {
        return Long.MIN_VALUE;
    }
}
