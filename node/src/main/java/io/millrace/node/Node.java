package io.millrace.node;

import io.aeron.Aeron;
import io.aeron.Subscription;
import io.aeron.exceptions.AeronException;
import io.aeron.exceptions.ClientTimeoutException;
import io.aeron.exceptions.ConductorServiceTimeoutException;
import io.aeron.exceptions.DriverTimeoutException;
import io.millrace.log.JdkAccess;
import io.millrace.log.LogContext;
import io.millrace.log.LogStore;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.node.config.NodeSettings;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.CloseHelper;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store that publishers and subscribers reach over Aeron: the log, a media driver inside this process, and one agent
 * thread between the two. Any number of nodes may run in one process or on one machine, each with its own directory.
 *
 * <p>Threads: {@code millrace-node} (commands, appends, deliveries), {@code millrace-node-monitor} (counters), the media driver's, the Aeron client's, and the log's
 * conductor. {@link #close()} ends them all.
 */
public final class Node implements AutoCloseable {
    static {
        JdkAccess.open();
    }

    private static final Logger LOGGER = LoggerFactory.getLogger(Node.class);
    private static final long RESOLVE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long RESOLVE_IDLE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final NodeContext context;
    private final NodeCounters counters = new NodeCounters();
    private LogStore store;
    private EmbeddedJobs jobs;
    private NodeDriver driver;
    private Aeron aeron;
    private String ingressChannel;
    private volatile NodeAgent agent;
    private AgentRunner runner;
    private AgentRunner monitorRunner;
    private HealthServer health;
    private boolean hasInfo;
    private boolean isClosed;

    private Node(final NodeContext context) {
        this.context = context;
    }

    /**
     * Opens the store and starts to serve it.
     *
     * @param context with the settings
     * @return the node, which listens already
     * @throws MillraceException with one line when a setting is wrong, the store belongs to another process, or the port is in
     *     use; whatever had been started is closed again
     */
    public static Node launch(final NodeContext context) {
        final Node node = new Node(context.conclude());
        try {
            node.start();
            return node;
        } catch (final AeronException ex) {
            node.close();
            throw new MillraceException(ErrorCode.TRANSPORT, "node cannot start: " + ex.getMessage(), ex);
        } catch (final RuntimeException ex) {
            node.close();
            throw ex;
        }
    }

    /**
     * The store that the node serves; topics are created here.
     *
     * @return the store
     */
    public LogStore store() {
        return store;
    }

    /**
     * The jobs that run in this process, which a list of the node's jobs is to show.
     *
     * @return the jobs; none until they are added
     */
    public EmbeddedJobs jobs() {
        return jobs;
    }

    /**
     * The channel on which clients reach the node.
     *
     * @return Aeron channel with the real port
     */
    public String ingressChannel() {
        return ingressChannel;
    }

    /**
     * The stream on which clients reach the node.
     *
     * @return Aeron stream id
     */
    public int ingressStreamId() {
        return context.ingressStreamId();
    }

    /**
     * The node's own Aeron client, which any thread may share while the node is open.
     *
     * @return client
     */
    public Aeron aeron() {
        return aeron;
    }

    /**
     * Where the node's media driver lives; a client in another process of this machine may use it.
     *
     * @return directory name
     */
    public String aeronDirectoryName() {
        return driver.directory();
    }

    /**
     * Where the node is to be found.
     *
     * @return what it writes into its directory
     */
    public NodeInfo info() {
        return new NodeInfo(
                ProcessHandle.current().pid(),
                ingressChannel,
                ingressStreamId(),
                aeronDirectoryName(),
                health == null ? "" : health.address());
    }

    /**
     * What the node has done so far.
     *
     * @return counters
     */
    public NodeCounters counters() {
        return counters;
    }

    /**
     * Why the node serves nobody any more: its network or its agent is gone. What may pass, such as a full disk, ends the session
     * of the publisher that it concerns and does not show here.
     *
     * @return the final cause, with one line for a person, or null while the node is healthy
     */
    public Throwable failure() {
        return agent.failure();
    }

    /** Ends all sessions, then the threads, then the log; leaves nothing behind but the store. May be called twice. */
    @Override
    public synchronized void close() {
        if (!isClosed) {
            isClosed = true;
            // An interrupted caller would not wait for the agent, and what the agent still uses would be unmapped.
            final boolean isInterrupted = Thread.interrupted();
            removeInfo();
            CloseHelper.quietCloseAll(health, runner, aeron, driver, monitorRunner);
            CloseHelper.close(store);
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public String toString() {
        return "Node{directory=" + context.directory() + ", channel=" + ingressChannel + ", stream="
                + context.ingressStreamId() + '}';
    }

    private void start() {
        final LogContext logContext = new LogContext()
                .directory(context.directory())
                .segmentLength(context.segmentLength())
                .cutIntervalNs(context.settings().value(NodeSettings.CUT_INTERVAL))
                .claimTimeoutNs(context.settings().value(NodeSettings.CLAIM_TIMEOUT));
        if (context.storage() != null) {
            logContext.storage(context.storage());
        }
        checkPort();
        store = LogStore.launch(logContext);
        jobs = new EmbeddedJobs(store);
        driver = NodeDriver.launch(context, error -> onAeronError("media driver", error));
        if (!driver.isEmbedded() && !NodeSettings.isLoopback(context.settings().value(NodeSettings.ADDRESS))) {
            LOGGER.warn(
                    "the media driver in {} is not the node's own, and other machines reach it: limit its streams as docs/security.md"
                            + " says",
                    driver.directory());
        }
        aeron = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(driver.directory())
                .driverTimeoutMs(
                        TimeUnit.NANOSECONDS.toMillis(context.settings().value(NodeSettings.STALL_TIMEOUT)))
                .idleStrategy(new SleepingMillisIdleStrategy(1))
                .errorHandler(error -> onAeronError("aeron client", error)));
        final Subscription ingress = listen();
        ingressChannel = resolve(ingress);
        // Clients of this machine that use the same media driver need no socket.
        final Subscription ipcIngress = aeron.addSubscription("aeron:ipc", context.ingressStreamId());
        agent = new NodeAgent(context, store, aeron, ingress, ipcIngress, counters, jobs);
        runner = new AgentRunner(NodeDriver.idleStrategy(context.settings()), this::onAgentError, null, agent);
        AgentRunner.startOnThread(runner);
        startMonitor();
        writeInfo();
        LOGGER.debug("{} is up", this);
    }

    /** A node that cannot listen is not to leave an empty store behind; one that is there says first whom it belongs to. */
    private void checkPort() {
        if (hasNothing(context.directory())
                && context.port() != 0
                && context.settings().value(NodeSettings.AERON_DIRECTORY) == null) {
            final String address = context.settings().value(NodeSettings.ADDRESS);
            try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, context.port()))) {
                LOGGER.debug("port is free: {}", socket.getLocalPort());
            } catch (final SocketException ex) {
                throw cannotListen(ex);
            }
        }
    }

    private static boolean hasNothing(final Path directory) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            return !files.iterator().hasNext();
        } catch (final IOException ex) {
            return !Files.exists(directory);
        }
    }

    private MillraceException cannotListen(final Exception cause) {
        final String why = String.valueOf(cause.getMessage()).contains("in use")
                ? "port is in use: " + hostAndPort() + "/udp; choose another, or 0 for any free one"
                : "cannot listen: " + hostAndPort() + "/udp; " + cause.getMessage();
        return new MillraceException(ErrorCode.TRANSPORT, why, cause);
    }

    private void startMonitor() {
        final NodeMonitor monitor = new NodeMonitor(store, counters, () -> failure() != null);
        monitorRunner = new AgentRunner(
                new SleepingMillisIdleStrategy(NodeMonitor.INTERVAL_MS),
                error -> LOGGER.warn("counters are not up to date", error),
                null,
                monitor);
        AgentRunner.startOnThread(monitorRunner);
        final int port = context.settings().value(NodeSettings.HTTP_PORT);
        if (port >= 0) {
            health = HealthServer.start(port, this::failure, monitor.view());
        }
    }

    private void writeInfo() {
        try {
            info().write(context.directory());
            hasInfo = true;
        } catch (final IOException ex) {
            LOGGER.warn("other commands will not find this node by its directory {}: {}", context.directory(), ex);
        }
    }

    private void removeInfo() {
        if (hasInfo) {
            try {
                NodeInfo.delete(context.directory());
            } catch (final IOException ex) {
                LOGGER.warn("cannot remove what tells where this node is: {}", ex.toString());
            }
        }
    }

    private Subscription listen() {
        try {
            return aeron.addSubscription("aeron:udp?endpoint=" + hostAndPort(), context.ingressStreamId());
        } catch (final AeronException ex) {
            throw cannotListen(ex);
        }
    }

    private String hostAndPort() {
        final String address = context.settings().value(NodeSettings.ADDRESS);
        return (address.indexOf(':') < 0 ? address : '[' + address + ']') + ':' + context.port();
    }

    private static String resolve(final Subscription ingress) {
        final long deadlineNs = System.nanoTime() + RESOLVE_TIMEOUT_NS;
        while (System.nanoTime() - deadlineNs < 0) {
            final String channel = ingress.tryResolveChannelEndpointPort();
            if (channel != null) {
                return channel;
            }
            LockSupport.parkNanos(RESOLVE_IDLE_NS);
        }
        throw new MillraceException(ErrorCode.TRANSPORT, "cannot listen: " + ingress.channel() + " does not resolve");
    }

    private void onAgentError(final Throwable error) {
        agent.fail(new MillraceException(ErrorCode.INTERNAL, "node agent failed: " + error, error));
    }

    /** From any thread. What ends the network ends the node; other errors concern one client, which hears of them itself. */
    private void onAeronError(final String where, final Throwable error) {
        final NodeAgent current = agent;
        if (current != null && isFinal(error)) {
            current.fail(new MillraceException(
                    ErrorCode.TRANSPORT,
                    "node has lost its network: " + where + " failed: " + error.getMessage() + "; start the node again",
                    error));
        } else {
            LOGGER.debug(where, error);
        }
    }

    private static boolean isFinal(final Throwable error) {
        return error instanceof Error
                || error instanceof AgentTerminationException
                || error instanceof DriverTimeoutException
                || error instanceof ClientTimeoutException
                || error instanceof ConductorServiceTimeoutException
                || (error instanceof AeronException known && known.category() == AeronException.Category.FATAL);
    }
}
