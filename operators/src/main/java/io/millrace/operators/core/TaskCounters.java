package io.millrace.operators.core;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What a task has done so far. Written by the task's thread with ordered stores, read by any thread.
 */
public final class TaskCounters {
    private final AtomicLong recordsIn = new AtomicLong();
    private final AtomicLong recordsOut = new AtomicLong();
    private final AtomicLong lateRecords = new AtomicLong();
    private final AtomicLong repeatedRecords = new AtomicLong();
    private final AtomicLong skippedRecords = new AtomicLong();
    private final AtomicLong replayedOutputs = new AtomicLong();
    private final AtomicLong auditedOutputs = new AtomicLong();

    /** Creates counters that stand at zero. */
    public TaskCounters() {}

    /**
     * Data records read from the input partition.
     *
     * @return their number, skipped ones included.
     */
    public long recordsIn() {
        return recordsIn.get();
    }

    /**
     * Data records appended to output topics and exchanges.
     *
     * @return their number; those that the log held already are not among them.
     */
    public long recordsOut() {
        return recordsOut.get();
    }

    /**
     * Records that came too late for what they were meant for, such as a window that had closed.
     *
     * @return their number.
     */
    public long lateRecords() {
        return lateRecords.get();
    }

    /**
     * Records left out because they repeat one that passed.
     *
     * @return their number.
     */
    public long repeatedRecords() {
        return repeatedRecords.get();
    }

    /**
     * Records left out by the error policy.
     *
     * @return their number.
     */
    public long skippedRecords() {
        return skippedRecords.get();
    }

    /**
     * Outputs that an earlier run had appended already, and that the log therefore dropped.
     *
     * @return their number, watermarks included.
     */
    public long replayedOutputs() {
        return replayedOutputs.get();
    }

    /**
     * Replayed outputs that an audit has found to be the same as those in the log.
     *
     * @return their number, watermarks included.
     */
    public long auditedOutputs() {
        return auditedOutputs.get();
    }

    /**
     * Sets the number of data records read.
     *
     * @param newRecordsIn their number so far.
     */
    public void recordsIn(final long newRecordsIn) {
        recordsIn.lazySet(newRecordsIn);
    }

    /**
     * Goes on from what an earlier run had counted. What was appended is not among it: that is counted anew in each run.
     *
     * @param late     number of late records.
     * @param repeated number of repeated records.
     * @param skipped  number of skipped records.
     */
    public void restore(final long late, final long repeated, final long skipped) {
        lateRecords.lazySet(late);
        repeatedRecords.lazySet(repeated);
        skippedRecords.lazySet(skipped);
    }

    /** Counts a data record appended. */
    public void addRecordOut() {
        add(recordsOut);
    }

    /** Counts a late record. */
    public void addLateRecord() {
        add(lateRecords);
    }

    /** Counts a record that repeats one that passed. */
    public void addRepeatedRecord() {
        add(repeatedRecords);
    }

    /** Counts a skipped record. */
    public void addSkippedRecord() {
        add(skippedRecords);
    }

    /** Counts an output that the log held already. */
    public void addReplayedOutput() {
        add(replayedOutputs);
    }

    /** Counts a replayed output that is the same as the one in the log. */
    public void addAuditedOutput() {
        add(auditedOutputs);
    }

    // Only the task's thread writes, so a plain read and an ordered store are enough: no locked instruction.
    private static void add(final AtomicLong counter) {
        counter.lazySet(counter.getPlain() + 1);
    }
}
