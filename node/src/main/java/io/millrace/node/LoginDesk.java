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
    private long strangerCount;

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
    }

    /** How many attempts to connect or log in came to nothing without an answer. */
    long strangerCount() {
        return strangerCount;
    }

    boolean onConnect(final int clientId, final ConnectRequest request) {
        final String channel =
                sessions.session(clientId) != null ? null : answerChannel(clientId, request.responseChannel());
        if (channel == null) {
            return ignore();
        }
        makeRoomForOneMore();
        final ClientSession session;
        try {
            session = new ClientSession(clientId, request, random, aeron, channel, sessions.nowNs());
        } catch (final RuntimeException ex) {
            // There is no way to tell the client; its connect runs into its time-out.
            LOGGER.warn("no answer to a client: channel={}", channel, ex);
            return ignore();
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
        return true;
    }

    /**
     * Those who connect and never finish take no place of those who have: there is a number of places for them, and when none is
     * left, one of them goes, whichever it is. An honest client needs its place for a moment only.
     */
    private void makeRoomForOneMore() {
        if (sessions.pendingCount() >= MAX_PENDING_SESSIONS) {
            sessions.dropPending(random.nextInt(sessions.pendingCount()));
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
