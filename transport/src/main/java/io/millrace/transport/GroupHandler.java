package io.millrace.transport;

import io.millrace.log.record.RecordFlyweight;

/** Takes the records of a {@link GroupSubscriber}. */
@FunctionalInterface
public interface GroupHandler {
    /**
     * Takes a record. It counts as processed when the call returns; when it throws, the record comes again at the next poll.
     *
     * @param topic     of the record
     * @param partition of the topic
     * @param record    valid inside the call only
     */
    void onRecord(String topic, int partition, RecordFlyweight record);
}
