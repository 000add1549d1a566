package io.millrace.transport;

import io.millrace.log.record.RecordFlyweight;

/** Takes the records of a subscription, one by one; within a partition in the order of the log. */
@FunctionalInterface
public interface SubscriptionHandler {
    /**
     * A record arrived. When this throws, the exception leaves {@link Subscriber#poll} and the same record comes again.
     *
     * @param partition of the topic that the record is from
     * @param record    the same bytes as in the log; valid inside the call only
     */
    void onRecord(int partition, RecordFlyweight record);
}
