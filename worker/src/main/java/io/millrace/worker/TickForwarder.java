package io.millrace.worker;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.ClientContext;
import io.millrace.transport.Publisher;
import io.millrace.transport.PublisherContext;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.agrona.CloseHelper;

/**
 * Has the node append ticks to a source, where the job waits for time to pass and nothing comes. Connects when the first one is asked
 * for, since many jobs never need any. One thread.
 */
final class TickForwarder implements AutoCloseable {
    /**
     * For so long a tick has to be wanted, with no record coming meanwhile: a mirror that is behind has none to read for a moment, and
     * where the clocks of node and worker differ, a tick is asked for again and again until the node's time has come.
     */
    private static final long MIN_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);

    private final String topic;
    private final String producerName;
    private final Consumer<ClientContext<?>> node;
    private final AtomicIntegerArray requests;
    private final AtomicLong tickCount;
    private final long[] earliestNs;
    private long retryNs;
    private Publisher publisher;

    TickForwarder(
            final String topic,
            final int partitions,
            final String producerName,
            final Consumer<ClientContext<?>> node,
            final AtomicIntegerArray requests,
            final AtomicLong tickCount) {
        this.topic = topic;
        this.producerName = producerName;
        this.node = node;
        this.requests = requests;
        this.tickCount = tickCount;
        this.earliestNs = new long[partitions];
        final long nowNs = System.nanoTime();
        Arrays.fill(earliestNs, nowNs);
        retryNs = nowNs;
    }

    int doWork() {
        int count = 0;
        if (publisher != null) {
            count += poll();
        }
        final long nowNs = System.nanoTime();
        for (int i = 0; i < earliestNs.length; i++) {
            if (!TickRequests.isRequested(requests, i)) {
                earliestNs[i] = nowNs + MIN_INTERVAL_NS;
            } else if (nowNs - earliestNs[i] >= 0 && isConnected(nowNs)) {
                if (publisher.tick(i) >= 0) {
                    TickRequests.onSent(requests, i);
                    earliestNs[i] = nowNs + MIN_INTERVAL_NS;
                    tickCount.lazySet(tickCount.get() + 1);
                    count++;
                }
            }
        }
        return count;
    }

    /**
     * A tick that is lost is asked for again, so what ends the publisher for good does not end the worker: another one that takes
     * itself for the job's worker until it hears that it is not, or a node that lost the last tick with its power.
     */
    private int poll() {
        try {
            return publisher.poll();
        } catch (final MillraceException ex) {
            if (ex.code() != ErrorCode.FENCED && ex.code() != ErrorCode.SEQUENCE_GAP) {
                throw ex;
            }
            close();
            publisher = null;
            for (int i = 0; i < earliestNs.length; i++) {
                TickRequests.onLost(requests, i);
            }
            return 0;
        }
    }

    long reconnectCount() {
        return publisher == null ? 0 : publisher.reconnectCount();
    }

    @Override
    public void close() {
        CloseHelper.quietClose(publisher);
    }

    private boolean isConnected(final long nowNs) {
        if (publisher != null) {
            return true;
        }
        if (nowNs - retryNs < 0) {
            return false;
        }
        retryNs = nowNs + RETRY_NS;
        final PublisherContext context = new PublisherContext()
                .clientName(producerName)
                .windowLength(64 * 1024)
                .topic(topic)
                .producerName(producerName);
        node.accept(context);
        try {
            publisher = Publisher.connect(context);
        } catch (final MillraceException ex) {
            if (ex.code() == ErrorCode.TRANSPORT) {
                return false;
            }
            throw new MillraceException(
                    ex.code(),
                    "the job waits for time to pass in topic " + topic + ", and the node takes no ticks there: "
                            + ex.getMessage(),
                    ex);
        }
        for (int i = 0; i < publisher.partitionCount(); i++) {
            publisher.resumeAt(i, publisher.lastSequence(i) + 1);
        }
        return true;
    }
}
