package io.millrace.log.record;

/** Is shown records one by one and says when it has seen enough. */
@FunctionalInterface
public interface RecordVisitor {
    /**
     * Called for each record.
     *
     * @param record view that is valid during the call only.
     * @return false to be shown no more.
     */
    boolean onRecord(RecordFlyweight record);
}
