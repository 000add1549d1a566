package io.millrace.log;

import io.millrace.log.segment.PartitionId;
import org.agrona.collections.Int2ObjectHashMap;

/** What a partition knows of each producer: its last sequence, and whether an appender of it is open. Any thread. */
final class PartitionProducers {
    private final PartitionId id;
    private final Int2ObjectHashMap<ProducerState> states = new Int2ObjectHashMap<>();

    PartitionProducers(final PartitionId id) {
        this.id = id;
    }

    /** Marks a producer as open; returns its last sequence, -1 for none. */
    synchronized long open(final int producerId) {
        final ProducerState state = state(producerId);
        if (state.isOpen) {
            throw new IllegalStateException("the producer is open already: " + id + " producerId=" + producerId);
        }
        state.isOpen = true;
        return state.lastSequence;
    }

    /** Takes the last sequence of an appender that ends. */
    synchronized void close(final int producerId, final long lastSequence) {
        final ProducerState state = state(producerId);
        state.lastSequence = lastSequence;
        state.isOpen = false;
    }

    /** Takes a record that recovery found; they come in order. */
    synchronized void onRecovered(final int producerId, final long sequence) {
        state(producerId).lastSequence = sequence;
    }

    private ProducerState state(final int producerId) {
        return states.computeIfAbsent(producerId, ignored -> new ProducerState());
    }

    private static final class ProducerState {
        private long lastSequence = -1;
        private boolean isOpen;
    }
}
