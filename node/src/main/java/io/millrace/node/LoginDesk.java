package io.millrace.node;

import io.aeron.Aeron;
import io.aeron.ChannelUri;
import io.aeron.CommonContext;
import io.aeron.Image;
import io.aeron.Subscription;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.protocol.ChannelRules;
import io.millrace.transport.protocol.ConnectRequest;
import io.millrace.transport.protocol.ConnectedSession;
import io.millrace.transport.protocol.MachineIdentity;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How clients come in: where they are answered, who they are, and whether there is room. The node's agent thread.
 *
 * <p>Nothing is done for anybody before the session is open but to remember it, and there is a number of places for those that are
 * remembered so.
 */
final class LoginDesk {
    private static final Logger LOGGER = LoggerFactory.getLogger(LoginDesk.class);

    /** How many clients may be on their way in, or out with a refusal, at once. */
    private static final int MAX_PENDING_SESSIONS = 64;

    /**
     * An answer takes a stream of the driver, with counters that it frees some seconds after the stream has ended, and there are only so many
     * of them. A node that starts again is there for all its clients at once.
     */
    private static final int MIN_LOGINS_PER_SECOND = 64;

    /** How long a failed login waits for its refusal. */
    private static final long FAILED_LOGIN_DELAY_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final NodeContext context;
    private final Path directory;
    private final Aeron aeron;
    private final Subscription ingress;
    private final Subscription ipcIngress;
    private final NodeCounters counters;
    private final SessionDesk sessions;
    private final StoreIdentity identity;
    private final SecureRandom random = new SecureRandom();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final Pace pace;
    private long strangerCount;

    /** One that said hello, and is to be answered in its turn. */
    private record Waiting(int clientId, ConnectRequest request) {}

    LoginDesk(
            final NodeContext context,
            final Path directory,
            final Aeron aeron,
            final Subscription ingress,
            final Subscription ipcIngress,
            final NodeCounters counters,
            final SessionDesk sessions) {
        this.context = context;
        this.directory = directory;
        this.aeron = aeron;
        this.ingress = ingress;
        this.ipcIngress = ipcIngress;
        this.counters = counters;
        this.sessions = sessions;
        this.identity = StoreIdentity.of(directory);
        this.pace = new Pace(
                context.maxSessions(), Math.max(MIN_LOGINS_PER_SECOND, context.maxSessions() / 2), System.nanoTime());
    }

    /** How many attempts to connect or log in came to nothing without an answer. */
    long strangerCount() {
        return strangerCount;
    }

    boolean onConnect(final int clientId, final ConnectRequest request) {
        if (isWaiting(clientId) || sessions.session(clientId) != null) {
            return ignore();
        }
        if (waiting.size() >= MAX_PENDING_SESSIONS) {
            waiting.removeFirst();
            strangerCount++;
        }
        waiting.add(new Waiting(clientId, request));
        doWork();
        return true;
    }

    /** Answers those whose turn it is. */
    int doWork() {
        int workCount = 0;
        while (!waiting.isEmpty() && pace.take(sessions.nowNs())) {
            final Waiting next = waiting.remove();
            admit(next.clientId(), next.request());
            workCount++;
        }
        return workCount;
    }

    private boolean isWaiting(final int clientId) {
        for (final Waiting one : waiting) {
            if (one.clientId() == clientId) {
                return true;
            }
        }
        return false;
    }

    private void admit(final int clientId, final ConnectRequest request) {
        final String channel = answerChannel(clientId, request.responseChannel());
        if (channel == null) {
            strangerCount++;
            return;
        }
        makeRoomForOneMore();
        final ClientSession session;
        try {
            session = new ClientSession(clientId, request, random, aeron, channel, sessions.nowNs());
        } catch (final RuntimeException ex) {
            // There is no way to tell the client; its connect runs into its time-out.
            LOGGER.warn("no answer to a client: channel={}", channel, ex);
            strangerCount++;
            return;
        }
        sessions.add(session);
        final int protocolVersion = request.protocolVersion();
        final long correlationId = request.correlationId();
        if (!ProtocolDescriptor.isCompatible(protocolVersion)) {
            sessions.refuse(
                    session,
                    correlationId,
                    ErrorCode.UNSUPPORTED_VERSION,
                    "protocol version is not supported: client=" + ProtocolDescriptor.versionText(protocolVersion)
                            + " node=" + ProtocolDescriptor.versionText(ProtocolDescriptor.VERSION));
        } else if (sessions.failure() != null) {
            sessions.refuse(session, correlationId, sessions.failure());
        } else {
            login(session, correlationId);
        }
    }

    /**
     * Those who connect and never finish take no place of those who have: there is a number of places for them, and when none is
     * left, the oldest of them goes. An honest client needs its place for a moment only, and has it for as long as the pace takes to
     * fill all the others.
     */
    private void makeRoomForOneMore() {
        if (sessions.pendingCount() >= MAX_PENDING_SESSIONS) {
            sessions.dropOldestPending();
            strangerCount++;
        }
    }

    boolean onAuthenticate(final int clientId, final long correlationId, final byte[] clientNonce, final byte[] proof) {
        final ClientSession session = sessions.session(clientId);
        final byte[] nodeNonce = session == null ? null : session.takeNonce();
        if (nodeNonce == null) {
            return ignore();
        }
        try {
            open(
                    session,
                    correlationId,
                    context.authenticator().authenticate(session.principal(), nodeNonce, clientNonce, proof));
        } catch (final MillraceException ex) {
            LOGGER.warn("a login was refused: {}", session);
            session.refuseLate(correlationId, ex.code(), ex.getMessage(), sessions.nowNs(), FAILED_LOGIN_DELAY_NS);
        } catch (final RuntimeException ex) {
            sessions.refuse(session, correlationId, ex);
        }
        return true;
    }

    private void login(final ClientSession session, final long correlationId) {
        try {
            final byte[] nonce = context.authenticator().challenge(session.principal());
            if (nonce == null) {
                open(session, correlationId, new byte[0]);
            } else {
                session.challenge(nonce);
            }
        } catch (final RuntimeException ex) {
            sessions.refuse(session, correlationId, ex);
        }
    }

    private void open(final ClientSession session, final long correlationId, final byte[] proof) {
        if (sessions.openCount() >= context.maxSessions()) {
            sessions.refuse(
                    session,
                    correlationId,
                    ErrorCode.LIMIT_REACHED,
                    "too many clients: max=" + context.maxSessions() + "; close some or raise max.sessions");
            return;
        }
        final ConnectedSession connected = new ConnectedSession(
                session.tokenHigh(),
                session.tokenLow(),
                ProtocolDescriptor.VERSION,
                identity.high(),
                identity.low(),
                MachineIdentity.current(),
                directory.toAbsolutePath().toString(),
                proof);
        session.open(egress -> egress.connected(correlationId, connected));
        counters.onSessionOpened();
    }

    /**
     * Where a client is to be answered: at the address that it speaks from, so that nobody makes the node send to somebody else. Made
     * anew, so that a client cannot set anything but the address; null when the node will not.
     */
    private String answerChannel(final int clientId, final String responseChannel) {
        final Image remote = ingress.imageBySessionId(clientId);
        final Image image = remote == null ? ipcIngress.imageBySessionId(clientId) : remote;
        try {
            final ChannelUri uri = ChannelUri.parse(responseChannel);
            final String endpoint = uri.get(CommonContext.ENDPOINT_PARAM_NAME);
            final String source = image == null ? "" : image.sourceIdentity();
            final boolean isFromHere = source.equals(CommonContext.IPC_CHANNEL) || ChannelRules.isLocalEndpoint(source);
            final boolean isBack = ChannelRules.isLocal(responseChannel)
                    ? isFromHere
                    : ChannelRules.host(source).equals(ChannelRules.host(endpoint));
            if (image == null || !isBack) {
                return null;
            }
            return ChannelRules.publicationChannel(uri.isIpc() ? "aeron:ipc" : "aeron:udp?endpoint=" + endpoint);
        } catch (final RuntimeException ex) {
            return null;
        }
    }

    private boolean ignore() {
        strangerCount++;
        return true;
    }
}
