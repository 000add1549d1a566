package io.millrace.operators.task;

/**
 * Derives a task's watermark from the records of its partition and from nothing else, so that a replay derives the same.
 */
public interface WatermarkTracker {
    /**
     * Takes a data record.
     *
     * @param eventTimeNs of the record, in ns since the epoch.
     * @return the watermark after it, in ns since the epoch; {@link Long#MIN_VALUE} while there is none.
     */
    long onData(long eventTimeNs);

    /**
     * Takes a watermark record.
     *
     * @param producerId  that appended it.
     * @param watermarkNs in ns since the epoch; {@link Long#MAX_VALUE} for the end of input.
     * @return the watermark after it, in ns since the epoch; {@link Long#MIN_VALUE} while there is none.
     */
    long onWatermark(int producerId, long watermarkNs);
}
