package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.segment.PartitionId;
import io.millrace.log.segment.ProducerSnapshot;
import io.millrace.log.segment.ProducerSnapshots;
import io.millrace.log.segment.ProducerTable;
import io.millrace.log.segment.SegmentDescriptor;
import io.millrace.log.segment.TailFollower;
import java.io.IOException;
import java.util.ArrayList;
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
    private static final int NO_EPOCH = -1;

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

    /** The epoch of a producer, 0 when none was begun. */
    synchronized int epoch(final int producerId) {
        return state(producerId).epoch;
    }

    /** Makes the writer of a producer's current epoch. */
    synchronized RecordWriter open(final LogPartition partition, final int producerId, final int epoch) {
        final ProducerState state = checkClosed(producerId, epoch);
        final RecordWriter writer = new RecordWriter(partition, producerId, state.lastSequence);
        state.writers.add(writer);
        return writer;
    }

    /** Makes the appenders of a producer's current epoch, one for each replica. */
    synchronized List<ProducerAppender> openShared(
            final LogPartition partition, final int producerId, final int replicas) {
        final int epoch = epoch(producerId);
        final ProducerState state = checkClosed(producerId, epoch);
        final List<ProducerAppender> appenders = new ArrayList<>();
        state.shared = new SharedSequence(state.lastSequence);
        for (int i = 0; i < replicas; i++) {
            final RecordWriter writer = new RecordWriter(partition, producerId, state.lastSequence);
            state.writers.add(writer);
            appenders.add(new ProducerAppender(partition, writer, epoch, state.shared));
        }
        return appenders;
    }

    private ProducerState checkClosed(final int producerId, final int epoch) {
        final ProducerState state = state(producerId);
        checkEpoch(state, producerId, epoch);
        if (!state.writers.isEmpty() || state.beginning != NO_EPOCH) {
            throw new IllegalStateException("the producer is open already: " + id + " producerId=" + producerId);
        }
        return state;
    }

    /** Takes the last sequence of the last appender that ends, unless a newer epoch has taken over. */
    synchronized void close(final RecordWriter writer) {
        final ProducerState state = state(writer.producerId());
        if (state.writers.remove(writer) && state.writers.isEmpty()) {
            state.lastSequence = state.shared == null ? writer.lastSequence() : state.shared.held();
            state.shared = null;
        }
    }

    /**
     * Fences the appender that is open, so that the record which the caller appends next ends what it can append.
     *
     * @return false when the epoch is the current one, so that there is nothing to begin.
     */
    synchronized boolean begin(final int producerId, final int epoch) {
        final ProducerState state = state(producerId);
        checkEpoch(state, producerId, epoch);
        if (epoch == state.epoch) {
            return false;
        }
        if (state.beginning != NO_EPOCH) {
            throw new IllegalStateException("an epoch of the producer is beginning already: " + id + " producerId="
                    + producerId + " epoch=" + state.beginning);
        }
        state.beginning = epoch;
        state.writers.forEach(RecordWriter::fence);
        return true;
    }

    /** Ends the attempt to begin an epoch, whether it has begun or not. */
    synchronized void end(final int producerId) {
        state(producerId).beginning = NO_EPOCH;
    }

    private void checkEpoch(final ProducerState state, final int producerId, final int epoch) {
        if (epoch < state.epoch) {
            throw new MillraceException(
                    ErrorCode.FENCED,
                    "a newer epoch of the producer has begun: " + id + " producerId=" + producerId + " epoch=" + epoch
                            + " current=" + state.epoch + "; stop, or begin a later one");
        }
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
        atTail.forEach((producerId, epoch, lastSequence, lastPosition) -> {
            state(producerId).lastSequence = lastSequence;
            state(producerId).epoch = epoch;
        });
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
    public synchronized void onEpoch(final int producerId, final int epoch, final long lastSequence) {
        final ProducerState state = state(producerId);
        // Others are passed again after a restart.
        if (state.beginning == epoch || epoch > state.epoch) {
            state.epoch = epoch;
            state.lastSequence = lastSequence;
            state.writers.clear();
            state.shared = null;
        }
    }

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
        private int epoch;
        private int beginning = NO_EPOCH;
        private SharedSequence shared;

        /** Of what is open: one, or one for each replica. */
        private final List<RecordWriter> writers = new ArrayList<>();
    }
}
