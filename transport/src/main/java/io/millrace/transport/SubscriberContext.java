package io.millrace.transport;

import io.aeron.Aeron;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.util.Arrays;

/** What a {@link Subscriber} is made from. Channel and topic must be set; the rest has defaults. */
public final class SubscriberContext {
    private static final int MAX_PARTITION_COUNT = 4096;

    private Aeron aeron;
    private String aeronDirectoryName;
    private String channel;
    private int streamId = ProtocolDescriptor.DEFAULT_INGRESS_STREAM_ID;
    private String responseEndpoint = ConnectionSettings.DEFAULT_RESPONSE_ENDPOINT;
    private String topic;
    private long timeoutNs = ConnectionSettings.DEFAULT_TIMEOUT_NS;
    private long[] startPositions = {ProtocolDescriptor.FROM_BEGIN};
    private boolean isConcluded;

    /** Creates a context with defaults. */
    public SubscriberContext() {}

    /**
     * Uses a client that the caller owns and closes, instead of one of the subscriber's own.
     *
     * @param client of Aeron
     * @return this
     */
    public SubscriberContext aeron(final Aeron client) {
        checkOpen();
        aeron = client;
        return this;
    }

    /**
     * Where the media driver lives that the subscriber's own client talks to; Aeron's default when not set.
     *
     * @param name of the directory, for example {@code Node.aeronDirectoryName()}
     * @return this
     */
    public SubscriberContext aeronDirectoryName(final String name) {
        checkOpen();
        aeronDirectoryName = name;
        return this;
    }

    /**
     * Where the node listens.
     *
     * @param ingress channel of the node, for example {@code aeron:udp?endpoint=127.0.0.1:7100}
     * @return this
     */
    public SubscriberContext channel(final String ingress) {
        checkOpen();
        channel = ingress;
        return this;
    }

    /**
     * On which stream the node listens.
     *
     * @param ingress stream of the node; {@link ProtocolDescriptor#DEFAULT_INGRESS_STREAM_ID} when not set
     * @return this
     */
    public SubscriberContext streamId(final int ingress) {
        checkOpen();
        streamId = ingress;
        return this;
    }

    /**
     * Where the subscriber listens for records.
     *
     * @param endpoint host and port, port 0 for any free one; {@code 127.0.0.1:0} when not set
     * @return this
     */
    public SubscriberContext responseEndpoint(final String endpoint) {
        checkOpen();
        responseEndpoint = endpoint;
        return this;
    }

    /**
     * What to follow.
     *
     * @param name of a topic that exists at the node
     * @return this
     */
    public SubscriberContext topic(final String name) {
        checkOpen();
        topic = name;
        return this;
    }

    /**
     * Begins every partition at the first record that the log still holds; this is the default.
     *
     * @return this
     */
    public SubscriberContext fromBegin() {
        return from(ProtocolDescriptor.FROM_BEGIN);
    }

    /**
     * Begins every partition at its end: only what is appended from now on is delivered.
     *
     * @return this
     */
    public SubscriberContext fromEnd() {
        return from(ProtocolDescriptor.FROM_END);
    }

    /**
     * Begins one partition at a position, for example at {@link Subscriber#position(int)} of an earlier run.
     *
     * @param partition of the topic
     * @param position  in the partition; rounded up to the next record
     * @return this
     */
    public SubscriberContext fromPosition(final int partition, final long position) {
        checkOpen();
        if (partition < 0 || partition >= MAX_PARTITION_COUNT || position < 0) {
            throw new IllegalArgumentException("partition=" + partition + " must be from 0 to "
                    + (MAX_PARTITION_COUNT - 1) + " and position=" + position + " at least 0");
        }
        // The last entry counts for all further partitions, so it stays what all partitions were given.
        final long others = startPositions[startPositions.length - 1];
        if (partition + 2 > startPositions.length) {
            final int length = startPositions.length;
            startPositions = Arrays.copyOf(startPositions, partition + 2);
            Arrays.fill(startPositions, length, startPositions.length, others);
        }
        startPositions[partition] = position;
        return this;
    }

    /**
     * How long to wait for the node when connecting.
     *
     * @param timeout in nanoseconds; 5 s when not set
     * @return this
     */
    public SubscriberContext timeoutNs(final long timeout) {
        checkOpen();
        timeoutNs = timeout;
        return this;
    }

    /**
     * The topic to follow.
     *
     * @return name
     */
    public String topic() {
        return topic;
    }

    /**
     * Checks all settings; nothing can be changed afterwards.
     *
     * @return this
     * @throws io.millrace.log.error.MillraceException with all problems in one line
     */
    public SubscriberContext conclude() {
        ConnectionSettings.check("subscriber", settings().problems());
        isConcluded = true;
        return this;
    }

    ConnectionSettings settings() {
        return new ConnectionSettings(aeron, aeronDirectoryName, channel, streamId, responseEndpoint, topic, timeoutNs);
    }

    long[] startPositions() {
        return startPositions.clone();
    }

    private SubscriberContext from(final long position) {
        checkOpen();
        startPositions = new long[] {position};
        return this;
    }

    private void checkOpen() {
        if (isConcluded) {
            throw new IllegalStateException("context is concluded: topic=" + topic);
        }
    }
}
