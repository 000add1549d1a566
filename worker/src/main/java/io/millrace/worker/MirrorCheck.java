package io.millrace.worker;

import io.millrace.log.LogReader;
import io.millrace.log.LogTopic;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.PositionGoneException;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.transport.ClientContext;
import io.millrace.transport.CoLocation;
import io.millrace.transport.Subscriber;
import io.millrace.transport.SubscriberContext;
import io.millrace.transport.SubscriptionHandler;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Reads the last record of each partition of a mirror once more from the node, and compares. Used once, by one thread. */
final class MirrorCheck implements SubscriptionHandler {
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long IDLE_NS = TimeUnit.MICROSECONDS.toNanos(100);

    private final LogTopic topic;
    private final Consumer<ClientContext<?>> node;
    private final long[] positions;
    private final boolean[] isFound;
    private int missingCount;

    /** Prepares a check of the records at some positions, a negative one where there is none. */
    MirrorCheck(final LogTopic topic, final Consumer<ClientContext<?>> node, final long... positions) {
        this.topic = topic;
        this.node = node;
        this.positions = positions;
        this.isFound = new boolean[positions.length];
    }

    /**
     * Does it.
     *
     * @throws MillraceException CONFIGURATION when the node holds something else there; TRANSPORT when it cannot be asked.
     */
    void run() {
        final SubscriberContext context = new SubscriberContext()
                .clientName("job worker")
                .topic(topic.name())
                .coLocation(CoLocation.NEVER)
                .fromEnd();
        for (int i = 0; i < positions.length; i++) {
            if (positions[i] >= 0) {
                context.fromPosition(i, positions[i]);
                missingCount++;
            }
        }
        if (missingCount == 0) {
            return;
        }
        node.accept(context);
        context.reconnectTimeoutNs(0);
        try (Subscriber subscriber = connect(context)) {
            final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
            while (missingCount > 0) {
                if (subscriber.poll(this, 1) == 0) {
                    LockSupport.parkNanos(IDLE_NS);
                }
                if (System.nanoTime() - deadlineNs > 0) {
                    throw new MillraceException(
                            ErrorCode.TRANSPORT,
                            "the node does not deliver what it has delivered before: " + topic.name());
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw new MillraceException(
                            ErrorCode.INTERRUPTED, "interrupted while a mirror was checked: " + topic);
                }
            }
        } catch (final PositionGoneException ex) {
            // Removed there since, so there is nothing to compare with.
            missingCount = 0;
        }
    }

    private Subscriber connect(final SubscriberContext context) {
        try {
            return Subscriber.connect(context);
        } catch (final MillraceException ex) {
            throw ex.code() == ErrorCode.CONFIGURATION ? refusal(ex.getMessage()) : ex;
        }
    }

    @Override
    public void onRecord(final int partition, final RecordFlyweight record) {
        if (positions[partition] < 0 || isFound[partition]) {
            return;
        }
        isFound[partition] = true;
        missingCount--;
        try (LogReader reader = topic.partition(partition).reader()) {
            reader.seek(positions[partition]);
            reader.poll(
                    mirrored -> {
                        if (!isSame(mirrored, record)) {
                            throw refusal(
                                    "partition=" + partition + " mirrored: " + mirrored + " at the node: " + record);
                        }
                    },
                    1);
        }
    }

    private static boolean isSame(final RecordFlyweight one, final RecordFlyweight other) {
        if (one.position() != other.position() || one.length() != other.length()) {
            return false;
        }
        for (int i = RecordDescriptor.KIND_OFFSET; i < one.length(); i++) {
            if (one.buffer().getByte(one.offset() + i) != other.buffer().getByte(other.offset() + i)) {
                return false;
            }
        }
        return true;
    }

    private MillraceException refusal(final String facts) {
        return new MillraceException(
                ErrorCode.CONFIGURATION,
                "the node has lost records that this worker's job has read: topic=" + topic.name() + ' ' + facts
                        + "; start the job under another name, with a new directory and other outputs");
    }
}
