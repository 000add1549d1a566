package io.millrace.transport;

import io.aeron.Aeron;
import io.aeron.ControlledFragmentAssembler;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.exceptions.AeronException;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.OneLine;
import io.millrace.transport.egress.EgressAdapter;
import io.millrace.transport.ingress.IngressProxy;
import io.millrace.transport.protocol.ChannelRules;
import io.millrace.transport.protocol.ConnectRequest;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.security.SecureRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.agrona.CloseHelper;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's session with a node: its publication of commands, its subscription to events, and the handshake that joins
 * the two. One thread.
 */
final class Connection implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Connection.class);
    private static final long KEEP_ALIVE_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long IDLE_NS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final int HANDSHAKE_FRAGMENT_LIMIT = 10;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final ConnectionSettings settings;
    private final SessionEvents events;
    private final Aeron aeron;
    private final boolean ownsAeron;
    private Subscription subscription;
    private ControlledFragmentAssembler assembler;
    private IngressProxy ingress;
    private long keepAliveDeadlineNs;
    private boolean isClosed;

    private Connection(final ConnectionSettings settings, final SessionEvents events) {
        this.settings = settings;
        this.events = events;
        this.ownsAeron = settings.aeron() == null;
        this.aeron = ownsAeron ? connectAeron(settings) : settings.aeron();
    }

    /**
     * Opens a session; waits for the node at most for the time set.
     *
     * @param settings of the connection
     * @param events   that hears what the node says, from now on and whenever {@link #poll(int)} is called
     * @return the connection
     */
    static Connection open(final ConnectionSettings settings, final SessionEvents events) {
        final Connection connection = new Connection(settings, events);
        try {
            connection.handshake();
            return connection;
        } catch (final AeronException ex) {
            CloseHelper.quietClose(connection);
            throw new MillraceException(
                    ErrorCode.TRANSPORT, "connect failed: " + connection.where() + "; " + ex.getMessage(), ex);
        } catch (final RuntimeException ex) {
            CloseHelper.quietClose(connection);
            throw ex;
        }
    }

    /**
     * Sends a command and waits until the node has answered it.
     *
     * @param what          for messages
     * @param correlationId that the command carries, see {@link #nextCorrelationId()}
     * @param command       sends it: positive when it is on its way
     * @param isAnswered    whether the events have heard the answer
     * @throws MillraceException when there is no answer in time, the node rejects the command, or the session ends
     */
    void request(
            final String what, final long correlationId, final LongSupplier command, final BooleanSupplier isAnswered) {
        final long deadlineNs = System.nanoTime() + settings.timeoutNs();
        await(deadlineNs, what + " could not be sent", () -> command.getAsLong() > 0);
        await(
                deadlineNs,
                what + " was not answered",
                () -> isAnswered.getAsBoolean() || events.rejection(correlationId) != null);
        if (!isAnswered.getAsBoolean()) {
            throw events.rejection(correlationId);
        }
    }

    /** The next id for a command that wants an answer. */
    long nextCorrelationId() {
        return aeron.nextCorrelationId();
    }

    /** The way to the node. */
    IngressProxy ingress() {
        return ingress;
    }

    /** Takes up to a number of fragments from the node, and shows that this client is alive. */
    int poll(final int fragmentLimit) {
        if (isClosed) {
            return 0;
        }
        final int count = subscription.controlledPoll(assembler, fragmentLimit);
        final long nowNs = System.nanoTime();
        if (nowNs - keepAliveDeadlineNs >= 0 && events.failure() == null) {
            keepAliveDeadlineNs = nowNs + KEEP_ALIVE_INTERVAL_NS;
            ingress.keepAlive();
        }
        return count;
    }

    /** Whether the session is over. */
    boolean isFinished() {
        return isClosed || events.failure() != null;
    }

    /** Whether the session is open and the node at the other end. */
    boolean isConnected() {
        return !isFinished() && subscription.isConnected() && ingress.isConnected();
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            if (!aeron.isClosed()) {
                CloseHelper.quietCloseAll(ingress, subscription);
            }
            if (ownsAeron) {
                CloseHelper.quietClose(aeron);
            }
        }
    }

    @Override
    public String toString() {
        return "Connection{" + where() + '}';
    }

    private static Aeron connectAeron(final ConnectionSettings settings) {
        final Aeron.Context context = new Aeron.Context()
                .driverTimeoutMs(Math.max(1, TimeUnit.NANOSECONDS.toMillis(settings.timeoutNs())))
                .idleStrategy(new SleepingMillisIdleStrategy(1))
                .errorHandler(error -> LOGGER.debug("aeron client of {}", settings.channel(), error));
        if (settings.aeronDirectoryName() != null) {
            context.aeronDirectoryName(settings.aeronDirectoryName());
        }
        try {
            return Aeron.connect(context);
        } catch (final AeronException ex) {
            throw new MillraceException(
                    ErrorCode.TRANSPORT,
                    "no media driver: directory=" + context.aeronDirectoryName()
                            + "; start the node first, or name its directory",
                    ex);
        }
    }

    private void handshake() {
        final long deadlineNs = System.nanoTime() + settings.timeoutNs();
        final int responseStreamId = ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
        final boolean isIpc = settings.channel().startsWith("aeron:ipc");
        subscription = aeron.addSubscription(
                isIpc ? "aeron:ipc" : "aeron:udp?endpoint=" + settings.responseEndpoint(), responseStreamId);
        final EgressAdapter adapter = new EgressAdapter(events);
        assembler = new ControlledFragmentAssembler(adapter);
        final ExclusivePublication publication =
                aeron.addExclusivePublication(ChannelRules.publicationChannel(settings.channel()), settings.streamId());
        ingress = new IngressProxy(publication);

        await(deadlineNs, "no port to listen on", () -> subscription.tryResolveChannelEndpointPort() != null);
        final String responseChannel = subscription.tryResolveChannelEndpointPort();
        await(deadlineNs, "no node answers", publication::isConnected);
        final long correlationId = nextCorrelationId();
        final Credentials credentials = settings.credentials();
        final ConnectRequest connect = new ConnectRequest(
                correlationId,
                ProtocolDescriptor.VERSION,
                responseStreamId,
                responseChannel,
                credentials.principal(),
                settings.clientName());
        request(
                "connect",
                correlationId,
                () -> ingress.connect(connect),
                () -> events.isSessionOpen() || events.challenge() != null);
        authenticate(correlationId, credentials);
        ingress.session(events.session().tokenHigh(), events.session().tokenLow());
        keepAliveDeadlineNs = System.nanoTime() + KEEP_ALIVE_INTERVAL_NS;
    }

    private void authenticate(final long correlationId, final Credentials credentials) {
        final byte[] nodeNonce = events.challenge();
        if (nodeNonce == null) {
            if (!credentials.mayConnectWithoutChallenge()) {
                throw denied("the node does not know the principal's key: it asked for no proof");
            }
            return;
        }
        final byte[] clientNonce = new byte[ProtocolDescriptor.NONCE_LENGTH];
        RANDOM.nextBytes(clientNonce);
        final byte[] proof = credentials.prove(nodeNonce, clientNonce);
        request(
                "login",
                correlationId,
                () -> ingress.authenticate(correlationId, clientNonce, proof),
                events::isSessionOpen);
        if (!credentials.isProven(nodeNonce, clientNonce, events.session().proof())) {
            throw denied("the node does not have the principal's key: its proof is wrong");
        }
    }

    private MillraceException denied(final String why) {
        return new MillraceException(
                ErrorCode.ACCESS_DENIED,
                why + ": principal=" + OneLine.of(settings.credentials().principal()) + ' ' + where());
    }

    private void await(final long deadlineNs, final String otherwise, final BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            subscription.controlledPoll(assembler, HANDSHAKE_FRAGMENT_LIMIT);
            if (events.failure() != null) {
                throw events.failure();
            }
            if (System.nanoTime() - deadlineNs >= 0) {
                throw new MillraceException(
                        ErrorCode.TRANSPORT,
                        otherwise + ": " + where() + " waited="
                                + TimeUnit.NANOSECONDS.toMillis(settings.timeoutNs())
                                + "ms; check that a node runs there");
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new MillraceException(ErrorCode.TRANSPORT, "interrupted while connecting: " + where());
            }
            LockSupport.parkNanos(IDLE_NS);
        }
    }

    private String where() {
        return "channel=" + settings.channel() + " stream=" + settings.streamId() + ' ' + settings.subject();
    }
}
