package io.millrace.streams;

/**
 * What a job has done so far, summed over its tasks. A job that was restored from checkpoints goes on counting from there, but
 * for what it appends, which is counted in each run.
 *
 * <p>Of a task with replicas, what each of them does counts once, as the one has it that has done most; but for the outputs that
 * the log drops or an audit compares, which are counted for each.
 *
 * @param recordsIn       data records read from source topics.
 * @param recordsOut      data records appended to exchanges and topics.
 * @param lateRecords     records that came too late for what they were meant for, such as a window that had closed.
 * @param skippedRecords  records that the error policy left out.
 * @param replayedOutputs outputs that the log held already, from an earlier run or from another replica, and dropped.
 * @param auditedOutputs  of the replayed outputs, those that an audit found to be the same as in the log; fewer than all where
 *                        records have been removed since.
 * @param repeatedRecords records left out because they repeat one that passed.
 */
public record JobCounters(
        long recordsIn,
        long recordsOut,
        long lateRecords,
        long skippedRecords,
        long replayedOutputs,
        long auditedOutputs,
        long repeatedRecords) {}
