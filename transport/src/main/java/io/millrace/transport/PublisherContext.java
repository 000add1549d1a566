package io.millrace.transport;

import io.aeron.Aeron;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.util.List;

/** What a {@link Publisher} is made from. Channel, topic and producer name must be set; the rest has defaults. */
public final class PublisherContext {
    private Aeron aeron;
    private String aeronDirectoryName;
    private String channel;
    private int streamId = ProtocolDescriptor.DEFAULT_INGRESS_STREAM_ID;
    private String responseEndpoint = ConnectionSettings.DEFAULT_RESPONSE_ENDPOINT;
    private String topic;
    private String producerName;
    private long timeoutNs = ConnectionSettings.DEFAULT_TIMEOUT_NS;
    private boolean isConcluded;

    /** Creates a context with defaults. */
    public PublisherContext() {}

    /**
     * Uses a client that the caller owns and closes, instead of one of the publisher's own.
     *
     * @param client of Aeron
     * @return this
     */
    public PublisherContext aeron(final Aeron client) {
        checkOpen();
        aeron = client;
        return this;
    }

    /**
     * Where the media driver lives that the publisher's own client talks to; Aeron's default when not set.
     *
     * @param name of the directory, for example {@code Node.aeronDirectoryName()}
     * @return this
     */
    public PublisherContext aeronDirectoryName(final String name) {
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
    public PublisherContext channel(final String ingress) {
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
    public PublisherContext streamId(final int ingress) {
        checkOpen();
        streamId = ingress;
        return this;
    }

    /**
     * Where the publisher listens for acknowledgements.
     *
     * @param endpoint host and port, port 0 for any free one; {@code 127.0.0.1:0} when not set
     * @return this
     */
    public PublisherContext responseEndpoint(final String endpoint) {
        checkOpen();
        responseEndpoint = endpoint;
        return this;
    }

    /**
     * What to publish to.
     *
     * @param name of a topic that exists at the node
     * @return this
     */
    public PublisherContext topic(final String name) {
        checkOpen();
        topic = name;
        return this;
    }

    /**
     * Under which name; the log remembers each name's sequences for ever, and drops what it already holds.
     *
     * @param name of the producer
     * @return this
     */
    public PublisherContext producerName(final String name) {
        checkOpen();
        producerName = name;
        return this;
    }

    /**
     * How long to wait for the node when connecting.
     *
     * @param timeout in nanoseconds; 5 s when not set
     * @return this
     */
    public PublisherContext timeoutNs(final long timeout) {
        checkOpen();
        timeoutNs = timeout;
        return this;
    }

    /**
     * The topic to publish to.
     *
     * @return name
     */
    public String topic() {
        return topic;
    }

    /**
     * The producer's name.
     *
     * @return name
     */
    public String producerName() {
        return producerName;
    }

    /**
     * Checks all settings; nothing can be changed afterwards.
     *
     * @return this
     * @throws io.millrace.log.error.MillraceException with all problems in one line
     */
    public PublisherContext conclude() {
        final List<String> problems = settings().problems();
        if (producerName == null || producerName.isEmpty()) {
            problems.add("producerName is not set");
        }
        ConnectionSettings.check("publisher", problems);
        isConcluded = true;
        return this;
    }

    ConnectionSettings settings() {
        return new ConnectionSettings(aeron, aeronDirectoryName, channel, streamId, responseEndpoint, topic, timeoutNs);
    }

    private void checkOpen() {
        if (isConcluded) {
            throw new IllegalStateException("context is concluded: topic=" + topic + " producerName=" + producerName);
        }
    }
}
