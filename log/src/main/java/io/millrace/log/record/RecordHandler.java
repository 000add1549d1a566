package io.millrace.log.record;

/** Receives records, one call each. */
@FunctionalInterface
public interface RecordHandler {
    /**
     * Called for the next record.
     *
     * @param record view of the record in the log's memory, valid inside this call only.
     */
    void onRecord(RecordFlyweight record);
}
