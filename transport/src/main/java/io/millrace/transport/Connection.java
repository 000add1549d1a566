package io.millrace.transport;

import io.aeron.Aeron;
import io.aeron.ControlledFragmentAssembler;
import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.exceptions.AeronException;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.aeron.logbuffer.Header;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.agrona.CloseHelper;

/**
 * One client's session with a node: its publication of commands, its subscription to events, and the handshake that joins
 * the two. One thread.
 *
 * <p>{@link #advance()} takes the handshake one step further and never waits; {@link #open} does it until the end.
 */
final class Connection implements AutoCloseable {
    private static final long KEEP_ALIVE_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long IDLE_NS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final int HANDSHAKE_FRAGMENT_LIMIT = 10;

    /** Not those of Aeron: they start again with each media driver, and an old answer would pass for a new one. */
    private static final AtomicLong CORRELATION_IDS = new AtomicLong();

    private static final SecureRandom RANDOM = new SecureRandom();

    private final ConnectionSettings settings;
    private final SessionEvents events;
    private final AeronClient client;
    private final Aeron aeron;
    private final boolean ownsClient;
    private final ControlledFragmentHandler handler;
    private final int responseStreamId = ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
    private final long subscriptionId;
    private final long publicationId;
    private final long correlationId;
    private Step step = Step.ADDING;
    private Subscription subscription;
    private Image image;
    private ExclusivePublication publication;
    private IngressProxy ingress;
    private String responseChannel;
    private boolean isSent;
    private byte[] clientNonce;
    private byte[] proof;
    private long keepAliveDeadlineNs;
    private boolean isClosed;

    /** Begins a session; {@link #advance()} opens it. */
    Connection(
            final ConnectionSettings settings,
            final SessionEvents events,
            final AeronClient client,
            final boolean ownsClient) {
        this.settings = settings;
        this.events = events;
        this.client = client;
        this.ownsClient = ownsClient;
        this.aeron = client.aeron();
        final ControlledFragmentAssembler assembler = new ControlledFragmentAssembler(new EgressAdapter(events));
        this.handler = (buffer, offset, length, header) ->
                isFromNode(header) ? assembler.onFragment(buffer, offset, length, header) : Action.CONTINUE;
        this.correlationId = nextCorrelationId();
        final boolean isIpc = settings.channel().startsWith("aeron:ipc");
        this.subscriptionId = aeron.asyncAddSubscription(
                isIpc ? "aeron:ipc" : "aeron:udp?endpoint=" + settings.responseEndpoint(), responseStreamId);
        this.publicationId = aeron.asyncAddExclusivePublication(
                ChannelRules.publicationChannel(settings.channel()), settings.streamId());
    }

    /**
     * Opens a session; waits for the node at most for the time set.
     *
     * @param settings of the connection
     * @param events   that hears what the node says, from now on and whenever {@link #poll(int)} is called
     * @return the connection
     */
    static Connection open(final ConnectionSettings settings, final SessionEvents events) {
        final AeronClient client = new AeronClient(settings);
        try {
            return open(settings, events, client, true);
        } catch (final RuntimeException ex) {
            client.close();
            throw ex;
        }
    }

    /** Opens a session over a client that may serve several, one after the other. */
    static Connection open(
            final ConnectionSettings settings,
            final SessionEvents events,
            final AeronClient client,
            final boolean ownsClient) {
        final Connection connection = new Connection(settings, events, client, ownsClient);
        try {
            final long deadlineNs = System.nanoTime() + settings.timeoutNs();
            connection.await(deadlineNs, null, connection::advance);
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
     * Takes the handshake as far as it goes without waiting.
     *
     * @return whether the session is open
     */
    boolean advance() {
        if (aeron.conductorAgentInvoker() != null) {
            aeron.conductorAgentInvoker().invoke();
        }
        if (step == Step.ADDING && isAdded()) {
            step = Step.RESOLVING;
        }
        if (step == Step.RESOLVING) {
            responseChannel = subscription.tryResolveChannelEndpointPort();
            step = responseChannel == null ? step : Step.REACHING;
        }
        if (step == Step.REACHING && publication.isConnected()) {
            step = Step.CONNECTING;
        }
        if (step == Step.CONNECTING || step == Step.PROVING) {
            isSent = isSent || sendStep() > 0;
            subscription.controlledPoll(handler, HANDSHAKE_FRAGMENT_LIMIT);
            onAnswer();
        }
        return step == Step.OPEN;
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
        return CORRELATION_IDS.incrementAndGet();
    }

    /** The way to the node. */
    IngressProxy ingress() {
        return ingress;
    }

    /** Takes up to a number of fragments from the node, and shows that this client is alive. */
    int poll(final int fragmentLimit) {
        if (isClosed || aeron.isClosed()) {
            return 0;
        }
        final int count = subscription.controlledPoll(handler, fragmentLimit);
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
        return step == Step.OPEN && !isFinished() && !aeron.isClosed() && !image.isClosed() && ingress.isConnected();
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            if (!aeron.isClosed()) {
                closeStreams();
            }
            if (ownsClient) {
                client.close();
            }
        }
    }

    @Override
    public String toString() {
        return "Connection{" + where() + ", step=" + step + '}';
    }

    /** What is missing when the handshake has come no further. */
    String missing() {
        return step.missing;
    }

    String where() {
        return "channel=" + settings.channel() + " stream=" + settings.streamId() + ' ' + settings.subject();
    }

    /**
     * The node answers in one stream, and the first one to answer is the one that counts. Somebody who has heard this client's hello and says
     * it again has the node answer it again, in another stream: what it says there is not meant for this session.
     */
    private boolean isFromNode(final Header header) {
        if (image == null) {
            image = (Image) header.context();
        }
        return header.sessionId() == image.sessionId();
    }

    private void closeStreams() {
        if (subscription == null) {
            CloseHelper.quietClose(() -> aeron.asyncRemoveSubscription(subscriptionId));
        }
        if (publication == null) {
            CloseHelper.quietClose(() -> aeron.asyncRemovePublication(publicationId));
        }
        CloseHelper.quietCloseAll(ingress, publication, subscription);
    }

    private boolean isAdded() {
        if (subscription == null) {
            subscription = aeron.getSubscription(subscriptionId);
        }
        if (publication == null) {
            publication = aeron.getExclusivePublication(publicationId);
            ingress = publication == null ? null : new IngressProxy(publication);
        }
        return subscription != null && publication != null;
    }

    private long sendStep() {
        if (step == Step.PROVING) {
            return ingress.authenticate(correlationId, clientNonce, proof);
        }
        return ingress.connect(new ConnectRequest(
                correlationId,
                ProtocolDescriptor.VERSION,
                responseStreamId,
                responseChannel,
                settings.credentials().principal(),
                settings.clientName()));
    }

    private void onAnswer() {
        final Credentials credentials = settings.credentials();
        if (events.failure() != null) {
            return;
        }
        if (events.isSessionOpen()) {
            if (step == Step.CONNECTING ? !credentials.mayConnectWithoutChallenge() : !isNodeProven()) {
                events.fail(denied(
                        step == Step.CONNECTING
                                ? "the node does not know the principal's key: it asked for no proof"
                                : "the node does not have the principal's key: its proof is wrong"));
                return;
            }
            ingress.session(events.session().tokenHigh(), events.session().tokenLow());
            keepAliveDeadlineNs = System.nanoTime() + KEEP_ALIVE_INTERVAL_NS;
            step = Step.OPEN;
        } else if (step == Step.CONNECTING && events.challenge() != null) {
            clientNonce = new byte[ProtocolDescriptor.NONCE_LENGTH];
            RANDOM.nextBytes(clientNonce);
            proof = credentials.prove(events.challenge(), clientNonce);
            isSent = false;
            step = Step.PROVING;
        }
    }

    private boolean isNodeProven() {
        return settings.credentials()
                .isProven(events.challenge(), clientNonce, events.session().proof());
    }

    private MillraceException denied(final String why) {
        return new MillraceException(
                ErrorCode.ACCESS_DENIED,
                why + ": principal=" + OneLine.of(settings.credentials().principal()) + ' ' + where());
    }

    private void await(final long deadlineNs, final String otherwise, final BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (step == Step.OPEN) {
                subscription.controlledPoll(handler, HANDSHAKE_FRAGMENT_LIMIT);
            }
            if (events.failure() != null) {
                throw events.failure();
            }
            if (System.nanoTime() - deadlineNs >= 0) {
                throw new MillraceException(
                        ErrorCode.TRANSPORT,
                        (otherwise == null ? missing() : otherwise) + ": " + where() + " waited="
                                + TimeUnit.NANOSECONDS.toMillis(settings.timeoutNs())
                                + "ms; check that a node runs there");
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new MillraceException(ErrorCode.TRANSPORT, "interrupted while connecting: " + where());
            }
            LockSupport.parkNanos(IDLE_NS);
        }
    }

    /** How far the handshake is. */
    private enum Step {
        ADDING("the media driver does not answer"),
        RESOLVING("no port to listen on"),
        REACHING("no node answers"),
        CONNECTING("connect was not answered"),
        PROVING("login was not answered"),
        OPEN("nothing is missing");

        private final String missing;

        Step(final String missing) {
            this.missing = missing;
        }
    }
}
