package io.millrace.transport;

import io.aeron.Aeron;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.util.concurrent.TimeUnit;

/**
 * What every client of a node is made from. Channel must be set; the rest has defaults.
 *
 * @param <T> the context itself, so that its setters can be chained
 */
public abstract class ClientContext<T extends ClientContext<T>> {
    private Aeron aeron;
    private String aeronDirectoryName;
    private String channel;
    private int streamId = ProtocolDescriptor.DEFAULT_INGRESS_STREAM_ID;
    private String responseEndpoint = ConnectionSettings.DEFAULT_RESPONSE_ENDPOINT;
    private String clientName = "";
    private Credentials credentials = Credentials.ANONYMOUS;
    private long timeoutNs = ConnectionSettings.DEFAULT_TIMEOUT_NS;
    private long reconnectTimeoutNs = TimeUnit.MINUTES.toNanos(2);
    private boolean isConcluded;

    ClientContext() {}

    /**
     * Uses a client that the caller owns and closes, instead of one of our own.
     *
     * @param client of Aeron
     * @return this
     */
    public T aeron(final Aeron client) {
        checkOpen();
        aeron = client;
        return self();
    }

    /**
     * Where the media driver lives that our own client talks to; Aeron's default when not set.
     *
     * @param name of the directory, for example {@code Node.aeronDirectoryName()}
     * @return this
     */
    public T aeronDirectoryName(final String name) {
        checkOpen();
        aeronDirectoryName = name;
        return self();
    }

    /**
     * Where the node listens.
     *
     * @param ingress channel of the node, for example {@code aeron:udp?endpoint=127.0.0.1:7100}
     * @return this
     */
    public T channel(final String ingress) {
        checkOpen();
        channel = ingress;
        return self();
    }

    /**
     * On which stream the node listens.
     *
     * @param ingress stream of the node; {@link ProtocolDescriptor#DEFAULT_INGRESS_STREAM_ID} when not set
     * @return this
     */
    public T streamId(final int ingress) {
        checkOpen();
        streamId = ingress;
        return self();
    }

    /**
     * Where this client listens for what the node answers.
     *
     * @param endpoint host and port, port 0 for any free one; {@code 127.0.0.1:0} when not set
     * @return this
     */
    public T responseEndpoint(final String endpoint) {
        checkOpen();
        responseEndpoint = endpoint;
        return self();
    }

    /**
     * What people who look at the node shall see of this client; empty when not set.
     *
     * @param name any text
     * @return this
     */
    public T clientName(final String name) {
        checkOpen();
        clientName = name;
        return self();
    }

    /**
     * Who this client is; nobody in particular when not set.
     *
     * @param principalAndKey of the client
     * @return this
     */
    public T credentials(final Credentials principalAndKey) {
        checkOpen();
        credentials = principalAndKey;
        return self();
    }

    /**
     * How long to wait for the node, when connecting and for each answer.
     *
     * @param timeout in nanoseconds; 5 s when not set
     * @return this
     */
    public T timeoutNs(final long timeout) {
        checkOpen();
        timeoutNs = timeout;
        return self();
    }

    /**
     * How long to go on trying to connect again after the session was lost.
     *
     * @param timeout in nanoseconds; 2 minutes when not set, 0 to end with the session
     * @return this
     */
    public T reconnectTimeoutNs(final long timeout) {
        checkOpen();
        reconnectTimeoutNs = timeout;
        return self();
    }

    final long reconnectTimeoutNs() {
        return reconnectTimeoutNs;
    }

    /** The context itself. */
    abstract T self();

    /** What the connection needs; {@code subject} says in messages what the client is about. */
    final ConnectionSettings settings(final String subject) {
        return new ConnectionSettings(
                aeron,
                aeronDirectoryName,
                channel,
                streamId,
                responseEndpoint,
                clientName,
                credentials,
                subject,
                timeoutNs);
    }

    /** Nothing can be changed from now on. */
    final void close() {
        isConcluded = true;
    }

    final void checkOpen() {
        if (isConcluded) {
            throw new IllegalStateException("context is concluded: " + this);
        }
    }
}
