package io.millrace.node;

import io.aeron.Subscription;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.node.access.Operation;
import io.millrace.node.config.NodeSettings;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.agrona.CloseHelper;
import org.agrona.collections.Int2ObjectHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's clients: what they may do, what they are told, and when they go. The node's agent thread.
 *
 * <p>A session ends when its client says so, is gone from the network or silent for too long, or when the node refuses to go on with
 * it; the client then hears why.
 */
final class SessionDesk implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(SessionDesk.class);

    private final NodeContext context;
    private final Subscription ingress;
    private final Subscription ipcIngress;
    private final NodeCounters counters;
    private final Supplier<MillraceException> failure;
    private final IntConsumer onRemoved;
    private final Int2ObjectHashMap<ClientSession> sessionByClientId = new Int2ObjectHashMap<>();
    private final List<ClientSession> sessions = new ArrayList<>();
    private long nowNs;

    /**
     * The sessions of a node that has none yet.
     *
     * @param failure what the node has failed with, or null: nobody is let in then.
     * @param onRemoved hears the id of each client whose session is over.
     */
    SessionDesk(
            final NodeContext context,
            final Subscription ingress,
            final Subscription ipcIngress,
            final NodeCounters counters,
            final Supplier<MillraceException> failure,
            final IntConsumer onRemoved) {
        this.context = context;
        this.ingress = ingress;
        this.ipcIngress = ipcIngress;
        this.counters = counters;
        this.failure = failure;
        this.onRemoved = onRemoved;
    }

    /** Tells the time of the duty cycle that begins. */
    void nowNs(final long newNowNs) {
        nowNs = newNowNs;
    }

    /** The time of the duty cycle that is on. */
    long nowNs() {
        return nowNs;
    }

    /** The session of a client, or null. */
    ClientSession session(final int clientId) {
        return sessionByClientId.get(clientId);
    }

    /** What the node has failed with, or null. */
    MillraceException failure() {
        return failure.get();
    }

    /** Takes a client that is on its way in. */
    void add(final ClientSession session) {
        sessionByClientId.put(session.clientId(), session);
        sessions.add(session);
        counters.sessionsActive(sessions.size());
    }

    /** How many clients are in. */
    int openCount() {
        return sessions.size() - pendingCount();
    }

    /** How many clients are on their way in, or out with a refusal. */
    int pendingCount() {
        int count = 0;
        for (int i = 0, size = sessions.size(); i < size; i++) {
            count += sessions.get(i).isOpen() ? 0 : 1;
        }
        return count;
    }

    /** Drops the one that is on its way in, or out with a refusal, for longest, without a word. */
    void dropOldestPending() {
        for (int i = 0; i < sessions.size(); i++) {
            if (!sessions.get(i).isOpen()) {
                sessions.get(i).close();
                remove(i);
                return;
            }
        }
    }

    /** Lets every session send what it has; a session that an acknowledgement ends is removed in the next cycle. */
    int doWork() {
        int workCount = 0;
        for (int i = sessions.size() - 1; i >= 0; i--) {
            final ClientSession session = sessions.get(i);
            workCount += session.doWork(nowNs);
            if (session.isClosed()) {
                remove(i);
            }
        }
        for (int i = sessions.size() - 1; i >= 0; i--) {
            workCount += sessions.get(i).acknowledge(nowNs);
        }
        return workCount;
    }

    @Override
    public void close() {
        for (final ClientSession session : sessions) {
            session.refuse(ProtocolDescriptor.NO_CORRELATION, ErrorCode.TRANSPORT, "node closed", nowNs);
            session.doWork(nowNs);
        }
        CloseHelper.quietCloseAll(sessions);
        sessions.clear();
        sessionByClientId.clear();
        counters.sessionsActive(0);
    }

    boolean isSession(final int clientId, final long tokenHigh, final long tokenLow) {
        final ClientSession session = sessionByClientId.get(clientId);
        if (session == null || !session.accepts(tokenHigh, tokenLow)) {
            return false;
        }
        session.onHeard(nowNs);
        return true;
    }

    /** Refuses what the client's principal may not do: before anything is looked for. */
    void checkAllowed(final ClientSession session, final Operation operation, final String topic) {
        context.accessList().check(session.principal(), operation, topic);
    }

    /** A handle that is new in the session, if it may have one more. */
    int nextHandle(final ClientSession session) {
        return session.nextHandle(context.settings().value(NodeSettings.MAX_SUBSCRIPTIONS));
    }

    /** Which topics the client of a session may see. */
    Predicate<String> visibleTo(final ClientSession session) {
        return topic -> context.accessList().isAllowed(session.principal(), Operation.READ, topic);
    }

    /** The session that has the producer open which another opens now, or null. */
    ClientSession holderOf(final ProducerSession producer) {
        ClientSession holder = null;
        for (final ClientSession session : sessions) {
            holder = session.sameProducer(producer) == null ? holder : session;
        }
        return holder;
    }

    /** Ends all sessions. */
    void endAll(final MillraceException cause) {
        for (final ClientSession session : sessions) {
            refuse(session, ProtocolDescriptor.NO_CORRELATION, cause);
        }
    }

    /** Ends a session with what a command of it ran into. */
    void refuse(final ClientSession session, final long correlationId, final RuntimeException cause) {
        final boolean isOurs = cause instanceof MillraceException;
        refuse(
                session,
                correlationId,
                isOurs ? ((MillraceException) cause).code() : ErrorCode.INTERNAL,
                isOurs ? cause.getMessage() : "command failed: " + cause);
    }

    /** Ends a session. */
    void refuse(final ClientSession session, final long correlationId, final ErrorCode code, final String message) {
        LOGGER.debug("refuse client {}: {}", session.clientId(), message);
        session.refuse(correlationId, code, message, nowNs);
    }

    /** Tells the client of a session that one command is not carried out; the session goes on. */
    void reject(final ClientSession session, final long correlationId, final RuntimeException cause) {
        final boolean isOurs = cause instanceof MillraceException;
        session.reject(
                correlationId,
                isOurs ? ((MillraceException) cause).code() : ErrorCode.INTERNAL,
                isOurs ? cause.getMessage() : "command failed: " + cause);
    }

    /** Ends the sessions of the clients that are gone from the network, or silent. */
    void dropTheGone() {
        for (int i = sessions.size() - 1; i >= 0; i--) {
            final ClientSession session = sessions.get(i);
            if (isGone(session.clientId())) {
                session.close();
            } else if (session.isSilent(nowNs, context.sessionTimeoutNs())) {
                refuse(
                        session,
                        ProtocolDescriptor.NO_CORRELATION,
                        ErrorCode.TRANSPORT,
                        "client was silent for " + TimeUnit.NANOSECONDS.toMillis(context.sessionTimeoutNs())
                                + "ms; call poll() more often");
            }
            if (session.isClosed()) {
                remove(i);
            }
        }
    }

    private boolean isGone(final int clientId) {
        return ingress.imageBySessionId(clientId) == null && ipcIngress.imageBySessionId(clientId) == null;
    }

    private void remove(final int index) {
        final ClientSession session = sessions.remove(index);
        sessionByClientId.remove(session.clientId());
        onRemoved.accept(session.clientId());
        counters.sessionsActive(sessions.size());
    }
}
