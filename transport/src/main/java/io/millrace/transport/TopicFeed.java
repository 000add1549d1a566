package io.millrace.transport;

import io.millrace.transport.protocol.StartPoint;
import io.millrace.transport.protocol.SubscribeRequest;
import java.util.Arrays;
import java.util.List;

/** One subscription of a member: the partitions of a topic that it owned when it subscribed. Another set gets another feed. */
final class TopicFeed {
    private final String topic;
    private final long correlationId;
    private final DeliveryEvents events;
    private final StartPoint[] starts;
    private int handle;
    private boolean isStale;

    TopicFeed(final String topic, final long correlationId, final List<OwnedPartition> partitions) {
        this.topic = topic;
        this.correlationId = correlationId;
        this.events = new DeliveryEvents(topic);
        this.starts = new StartPoint[partitions.get(0).partitionCount()];
        Arrays.fill(starts, StartPoint.NONE);
        for (final OwnedPartition partition : partitions) {
            starts[partition.partition()] = StartPoint.atPosition(partition.position());
        }
    }

    String topic() {
        return topic;
    }

    long correlationId() {
        return correlationId;
    }

    SubscribeRequest request() {
        return new SubscribeRequest(correlationId, topic, true, false, starts);
    }

    DeliveryEvents events() {
        return events;
    }

    /** Handle in the session, 0 before the node has given one. */
    int handle() {
        return handle;
    }

    /** Whether something of it was let pass, so that all that follows is of no use. */
    boolean isStale() {
        return isStale;
    }

    void stale() {
        isStale = true;
    }

    void opened(final int newHandle) {
        handle = newHandle;
    }
}
