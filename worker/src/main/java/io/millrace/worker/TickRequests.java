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

    /** The requests of a source, for the threads that move them on. */
    AtomicIntegerArray of(final String topic) {
        return states.get(topic);
    }

    static boolean isRequested(final AtomicIntegerArray ofTopic, final int partition) {
        return ofTopic.get(partition) == REQUESTED;
    }

    static void onSent(final AtomicIntegerArray ofTopic, final int partition) {
        ofTopic.compareAndSet(partition, REQUESTED, SENT);
    }

    /** A tick that was sent may not come. */
    static void onLost(final AtomicIntegerArray ofTopic, final int partition) {
        ofTopic.compareAndSet(partition, SENT, REQUESTED);
    }

    /** A record has come, so the job may not want a tick any more; or a tick, from whomever. */
    static void onRecord(final AtomicIntegerArray ofTopic, final int partition, final boolean isTick) {
        final int state = ofTopic.get(partition);
        if (state == REQUESTED || state == SENT && isTick) {
            ofTopic.compareAndSet(partition, state, NONE);
        }
    }
}
