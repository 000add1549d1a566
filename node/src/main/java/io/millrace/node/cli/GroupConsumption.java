package io.millrace.node.cli;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.transport.GroupListener;
import io.millrace.transport.GroupSubscriber;
import io.millrace.transport.GroupSubscriberContext;
import io.millrace.transport.protocol.TopicDescription.PartitionRange;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code consume --group}: a member of a consumer group that prints its share. It commits what standard output has taken, never before:
 * what was printed and not committed is printed again, by this member or another one.
 */
final class GroupConsumption implements GroupListener {
    private static final int POLL_LIMIT = 256;
    private static final long IDLE_NS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long COMMIT_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    /** Another member lets go of its share within a moment; what lies behind the last record may be padding. */
    private static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(1);

    private static final long RECONNECT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long NOT_OURS = -1;

    /** Leaves the poll at a record that is not to be printed, so that it is not committed. */
    private static final RuntimeException ENOUGH = new Enough();

    private final ConsumedFormat format;
    private final List<PartitionRange> ranges;
    private final PrintStream target;
    private final OutputStream out;
    private final long limit;
    private final long[] positions;
    private GroupSubscriber member;
    private long count;

    GroupConsumption(
            final ConsumedFormat format,
            final List<PartitionRange> ranges,
            final PrintStream target,
            final OutputStream out,
            final long limit) {
        this.format = format;
        this.ranges = ranges;
        this.target = target;
        this.out = out;
        this.limit = limit;
        this.positions = new long[ranges.size()];
        Arrays.fill(positions, NOT_OURS);
    }

    /** Joins and prints until there is nothing more to do. */
    void run(final GroupSubscriberContext context, final boolean isFollowing) {
        try (StopRequest stop = StopRequest.install();
                GroupSubscriber opened =
                        GroupSubscriber.connect(context.autoCommitIntervalNs(0).listener(this))) {
            member = opened;
            if (consume(stop, isFollowing) && isPrinted()) {
                opened.commitSync();
            }
        }
    }

    /** False when the reader of the output had enough. */
    private boolean consume(final StopRequest stop, final boolean isFollowing) {
        long silentSinceNs = System.nanoTime();
        long connectedNs = silentSinceNs;
        long committedNs = silentSinceNs;
        while (count < limit && !stop.isRequested()) {
            final int polled = poll();
            final long nowNs = System.nanoTime();
            if (member.isConnected()) {
                connectedNs = nowNs;
            } else if (nowNs - connectedNs > RECONNECT_TIMEOUT_NS) {
                throw new MillraceException(ErrorCode.TRANSPORT, "the node has not answered for 30 s: " + member);
            }
            if (polled == 0 || nowNs - committedNs > COMMIT_INTERVAL_NS) {
                if (!isPrinted()) {
                    return false;
                }
                committedNs = nowNs;
                if (member.isConnected()) {
                    member.commitAsync();
                }
            }
            if (polled > 0) {
                silentSinceNs = nowNs;
            } else if (!isFollowing && (isAtEnd() || nowNs - silentSinceNs > SILENCE_NS)) {
                return true;
            } else {
                LockSupport.parkNanos(IDLE_NS);
            }
        }
        return true;
    }

    private int poll() {
        try {
            return member.poll(this::write, (int) Math.min(POLL_LIMIT, limit - count));
        } catch (final Enough ex) {
            return 1;
        }
    }

    private void write(final String topic, final int partition, final RecordFlyweight record) {
        if (count == limit) {
            throw ENOUGH;
        }
        if (format.isShown(record)) {
            try {
                format.write(topic, partition, record, out);
            } catch (final IOException ex) {
                throw new UncheckedIOException(ex);
            }
            count++;
        }
        positions[partition] = record.nextPosition();
    }

    @Override
    public void onAssigned(final String topic, final int partition, final long position) {
        positions[partition] = position;
    }

    @Override
    public void onRevoked(final String topic, final int partition) {
        positions[partition] = NOT_OURS;
        if (isPrinted()) {
            try {
                member.commitSync();
            } catch (final MillraceException ex) {
                if (ex.code() != ErrorCode.FENCED) {
                    throw ex;
                }
                // It is another member's already, which prints again what was not committed.
                return;
            }
        }
    }

    @Override
    public void onLost(final String topic, final int partition) {
        positions[partition] = NOT_OURS;
    }

    /** Whether the whole topic is this member's, and printed as far as it went when this began. */
    private boolean isAtEnd() {
        for (int i = 0; i < positions.length; i++) {
            if (positions[i] == NOT_OURS || positions[i] < ranges.get(i).endPosition()) {
                return false;
            }
        }
        return true;
    }

    /** Whether all that was written has left this process; false when nobody reads it any more. */
    private boolean isPrinted() {
        try {
            out.flush();
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
        return !target.checkError();
    }

    private static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Enough() {
            super("enough", null, false, false);
        }
    }
}
