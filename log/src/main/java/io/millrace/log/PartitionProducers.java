package io.millrace.log;

import io.millrace.log.segment.PartitionId;
import io.millrace.log.segment.ProducerSnapshot;
import io.millrace.log.segment.ProducerSnapshots;
import io.millrace.log.segment.ProducerTable;
import io.millrace.log.segment.SegmentDescriptor;
import io.millrace.log.segment.TailFollower;
import java.io.IOException;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a partition knows of each producer: its last sequence, and whether an appender of it is open. Any thread.
 *
 * <p>It also writes the snapshots, on the follower's thread: one at the end of each segment, and one at the tail when the
 * store is closed, which the next one replaces.
 */
final class PartitionProducers implements TailFollower.Listener {
    private static final Logger LOGGER = LoggerFactory.getLogger(PartitionProducers.class);
    private static final long NONE = -1;

    private final PartitionId id;
    private final ProducerSnapshots snapshots;
    private final int segmentLength;
    private final Int2ObjectHashMap<ProducerState> states = new Int2ObjectHashMap<>();

    // Of the follower's thread.
    private long newestPosition = NONE;
    private boolean isWriteFailing;

    PartitionProducers(final PartitionId id, final ProducerSnapshots snapshots, final int segmentLength) {
        this.id = id;
        this.snapshots = snapshots;
        this.segmentLength = segmentLength;
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

    private ProducerState state(final int producerId) {
        return states.computeIfAbsent(producerId, ignored -> new ProducerState());
    }

    /** Finds where recovery may start its walk: behind what the newest snapshot covers, within what there is of the log. */
    ProducerSnapshot loadNewest(final long endPosition) throws IOException {
        final ProducerSnapshot snapshot = new ProducerSnapshot();
        if (snapshots.loadNewest(snapshot, endPosition)) {
            newestPosition = snapshot.position();
        }
        return snapshot;
    }

    /** Takes what recovery found at the tail, and removes snapshots that say more than the log holds. */
    synchronized void start(final ProducerTable atTail, final long tailPosition) throws IOException {
        atTail.forEach(
                (producerId, epoch, lastSequence, lastPosition) -> state(producerId).lastSequence = lastSequence);
        final List<Long> positions = snapshots.list();
        for (final long position : positions) {
            final boolean isReplaced = !isSegmentEnd(position) && position < newestPosition;
            if (isReplaced || position > tailPosition) {
                snapshots.delete(position, position + 1);
            }
        }
    }

    private boolean isSegmentEnd(final long position) {
        return (position & (segmentLength - 1)) == 0;
    }

    @Override
    public void onSegmentEnd(final long endPosition, final ProducerTable producers, final long clock) {
        write(producers, endPosition, clock);
    }

    @Override
    public void onEpoch(final int producerId, final int epoch, final long lastSequence) {}

    /** Writes a snapshot at the tail of a partition that is closed, unless the newest one says the same. */
    void writeAtTail(final TailFollower follower) {
        if (follower.position() > SegmentDescriptor.HEADER_LENGTH) {
            write(follower.producers(), follower.position(), follower.clock());
        }
    }

    /** Without it recovery walks further and truncation removes less, so a failure is worth a line and no more. */
    private void write(final ProducerTable producers, final long position, final long clock) {
        if (position <= newestPosition) {
            return;
        }
        try {
            snapshots.write(producers, position, clock);
            isWriteFailing = false;
            final long before = newestPosition;
            newestPosition = position;
            if (before != NONE && !isSegmentEnd(before)) {
                snapshots.delete(before, before + 1);
            }
        } catch (final IOException ex) {
            if (!isWriteFailing) {
                LOGGER.warn(
                        "cannot write a snapshot of the producers, opening the store takes longer without: {} position={}"
                                + " cause={}",
                        id,
                        position,
                        ex.toString());
            }
            isWriteFailing = true;
        }
    }

    private static final class ProducerState {
        private long lastSequence = ProducerTable.NO_SEQUENCE;
        private boolean isOpen;
    }
}
