package io.millrace.worker;

import io.millrace.streams.SourceTicks;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Which partitions of the sources are to get a tick. A request goes three ways round: the job's threads make it, the worker's
 * forwarding thread sends it, and the mirroring thread ends it when the tick has come back.
 */
final class TickRequests implements SourceTicks {
    private static final int NONE = 0;
    private static final int REQUESTED = 1;
    private static final int SENT = 2;

    private final Map<String, AtomicIntegerArray> states = new TreeMap<>();

    /** Adds a source, before any thread uses this. */
    void add(final String topic, final int partitions) {
        states.put(topic, new AtomicIntegerArray(partitions));
    }

    @Override
    public void request(final String topic, final int partition) {
        final AtomicIntegerArray ofTopic = states.get(topic);
        if (ofTopic.get(partition) == NONE) {
            ofTopic.compareAndSet(partition, NONE, REQUESTED);
        }
    }

    boolean isRequested(final String topic, final int partition) {
        return states.get(topic).get(partition) == REQUESTED;
    }

    void onSent(final String topic, final int partition) {
        states.get(topic).compareAndSet(partition, REQUESTED, SENT);
    }

    /** A tick has come, from whomever. */
    void onTick(final String topic, final int partition) {
        states.get(topic).compareAndSet(partition, SENT, NONE);
    }
}
