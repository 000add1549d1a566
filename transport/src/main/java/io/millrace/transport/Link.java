package io.millrace.transport;

import io.aeron.Aeron;
import io.aeron.exceptions.AeronException;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.ingress.IngressProxy;
import io.millrace.transport.protocol.ConnectedSession;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's way to its node for as long as the client lives: one session, and another one after a loss, with a growing pause between
 * attempts. {@link #poll} moves it and never waits. One thread.
 *
 * <p>A session that is open is of no use before the client has said again what it wants in it: a producer, a subscription. The client
 * gives that as an {@link Opening}, and hears of it through its own events. What cannot become better by trying again ends the link: a
 * newer epoch, a login refused, another store at the same address, or no node for longer than is set.
 */
final class Link implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Link.class);
    private static final long MIN_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long MAX_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

    private final ConnectionSettings settings;
    private final SessionEvents events;
    private final Opening opening;
    private final long reconnectTimeoutNs;
    private final AeronClient client;
    private State state = State.READY;
    private Connection connection;
    private ConnectedSession firstSession;
    private MillraceException failure;
    private MillraceException lossCause;
    private long openingId;
    private boolean isOpeningSent;
    private long lostAtNs;
    private long deadlineNs;
    private long pauseNs = MIN_PAUSE_NS;
    private long reconnectCount;

    /** Opens the first session and what the client wants in it; waits for the node at most for the time set. */
    Link(
            final ConnectionSettings settings,
            final SessionEvents events,
            final Opening opening,
            final long reconnectTimeoutNs) {
        this.settings = settings;
        this.events = events;
        this.opening = opening;
        this.reconnectTimeoutNs = reconnectTimeoutNs;
        this.client = new AeronClient(settings);
        try {
            connection = Connection.open(settings, events, client, false);
            firstSession = events.session();
            request();
        } catch (final RuntimeException ex) {
            CloseHelper.quietCloseAll(connection, client);
            throw ex;
        }
    }

    /** Asks for what the client wants once more, in the session that is open; waits for the node at most for the time set. */
    void openAgain() {
        if (!isConnected()) {
            throw new MillraceException(ErrorCode.TRANSPORT, "the node is away: " + connection.where());
        }
        request();
    }

    private void request() {
        openingId = connection.nextCorrelationId();
        connection.request(
                opening.what(),
                openingId,
                () -> opening.send(connection.ingress(), openingId),
                () -> opening.isOpened(openingId));
    }

    /** Takes what the node has sent; when the session is lost, goes on with getting another one. */
    int poll(final int fragmentLimit) {
        return switch (state) {
            case READY -> pollReady(fragmentLimit);
            case WAITING -> retry();
            case CONNECTING -> connect();
            case OPENING -> open();
            case ENDED -> 0;
        };
    }

    /** Whether the session is open, with what the client wants in it. */
    boolean isReady() {
        return state == State.READY;
    }

    /** Whether the session is open and the node at the other end. */
    boolean isConnected() {
        return state == State.READY && connection.isConnected();
    }

    /** Why there will be no other session, or null. */
    MillraceException failure() {
        return failure;
    }

    /** Whether there will be no other session. */
    boolean isEnded() {
        return state == State.ENDED;
    }

    /** The way to the node, while ready. */
    IngressProxy ingress() {
        return connection.ingress();
    }

    /** The Aeron client of the session that is open. */
    Aeron aeron() {
        return client.aeron();
    }

    /** The session that is open, or was last. */
    ConnectedSession session() {
        return firstSession;
    }

    /** How many sessions were opened after the first. */
    long reconnectCount() {
        return reconnectCount;
    }

    /** Leaves the session that is open for another one, over streams of its own; whether that is begun. */
    boolean renew(final String why) {
        if (state != State.READY || reconnectTimeoutNs == 0) {
            return false;
        }
        onLost(new MillraceException(ErrorCode.TRANSPORT, why + ": " + connection.where()), true);
        return true;
    }

    /** Ends the link with a cause that no other session can mend. */
    void fail(final MillraceException cause) {
        if (failure == null) {
            failure = cause;
            state = State.ENDED;
            CloseHelper.quietClose(connection);
        }
    }

    @Override
    public void close() {
        state = State.ENDED;
        CloseHelper.quietCloseAll(connection, client);
    }

    private int pollReady(final int fragmentLimit) {
        final int count = connection.poll(fragmentLimit);
        if (events.failure() != null) {
            onLost(events.failure(), isMendedByAnotherSession(events.failure().code()));
        } else if (!connection.isConnected()) {
            onLost(new MillraceException(ErrorCode.TRANSPORT, "the node is away: " + connection.where()), true);
        }
        return count;
    }

    private void onLost(final MillraceException cause, final boolean isWorthTrying) {
        if (!isWorthTrying || reconnectTimeoutNs == 0) {
            fail(cause);
            return;
        }
        LOGGER.debug("session lost: {} cause={}", connection.where(), cause.getMessage());
        lossCause = cause;
        lostAtNs = System.nanoTime();
        pauseNs = MIN_PAUSE_NS;
        opening.onLost();
        pause();
    }

    private void pause() {
        CloseHelper.quietClose(connection);
        deadlineNs = System.nanoTime() + pauseNs;
        pauseNs = Math.min(MAX_PAUSE_NS, pauseNs * 2);
        state = State.WAITING;
    }

    private int retry() {
        final long nowNs = System.nanoTime();
        if (nowNs - lostAtNs > reconnectTimeoutNs) {
            fail(new MillraceException(
                    lossCause.code(),
                    "no session for " + TimeUnit.NANOSECONDS.toMillis(reconnectTimeoutNs) + "ms: " + connection.where()
                            + "; " + lossCause.getMessage(),
                    lossCause));
            return 0;
        }
        if (nowNs - deadlineNs < 0) {
            return 0;
        }
        if (settings.aeron() != null && settings.aeron().isClosed()) {
            fail(lossCause);
            return 0;
        }
        if (!client.renew()) {
            pause();
            return 0;
        }
        events.reset();
        try {
            connection = new Connection(settings, events, client, false);
            deadlineNs = nowNs + Math.min(settings.timeoutNs(), reconnectTimeoutNs - (nowNs - lostAtNs));
            state = State.CONNECTING;
        } catch (final AeronException ex) {
            LOGGER.debug("connect failed", ex);
            pause();
        }
        return 1;
    }

    private int connect() {
        try {
            if (connection.advance()) {
                onSession();
                return 1;
            }
        } catch (final AeronException ex) {
            LOGGER.debug("connect failed: {}", connection, ex);
            pause();
            return 0;
        }
        if (events.failure() != null) {
            final ErrorCode code = events.failure().code();
            if (code == ErrorCode.ACCESS_DENIED || code == ErrorCode.UNSUPPORTED_VERSION) {
                fail(events.failure());
            } else {
                lossCause = events.failure();
                pause();
            }
        } else if (isLate()) {
            pause();
        }
        return 0;
    }

    private void onSession() {
        final ConnectedSession session = events.session();
        if (session.storeHigh() != firstSession.storeHigh() || session.storeLow() != firstSession.storeLow()) {
            fail(new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "another store answers than before: " + connection.where() + "; start over with a new client"));
            return;
        }
        openingId = connection.nextCorrelationId();
        isOpeningSent = false;
        state = State.OPENING;
    }

    private int open() {
        isOpeningSent = isOpeningSent || opening.send(connection.ingress(), openingId) > 0;
        final int count = connection.poll(1);
        final MillraceException rejection = events.rejection(openingId);
        if (opening.isOpened(openingId)) {
            state = State.READY;
            reconnectCount++;
            final MillraceException problem = opening.onOpened();
            if (problem != null) {
                fail(problem);
            }
        } else if (rejection != null) {
            if (isMendedByAnotherSession(rejection.code()) || rejection.code() == ErrorCode.STORAGE_FULL) {
                lossCause = rejection;
                pause();
            } else {
                fail(rejection);
            }
        } else if (events.failure() != null) {
            if (isMendedByAnotherSession(events.failure().code())) {
                lossCause = events.failure();
                pause();
            } else {
                fail(events.failure());
            }
        } else if (isLate() || !connection.isConnected()) {
            pause();
        }
        return count;
    }

    private boolean isLate() {
        return System.nanoTime() - deadlineNs >= 0;
    }

    /** A network that failed, and bytes that were damaged on their way, so that a hole came after them. */
    private static boolean isMendedByAnotherSession(final ErrorCode code) {
        return code == ErrorCode.TRANSPORT || code == ErrorCode.SEQUENCE_GAP;
    }

    /** What a client wants in each session. */
    interface Opening {
        /** What it is, for messages. */
        String what();

        /** Asks for it: positive when the command is on its way. */
        long send(IngressProxy ingress, long correlationId);

        /** Whether the node has answered. */
        boolean isOpened(long correlationId);

        /** What was open is not any more. */
        void onLost();

        /** It is open again; what makes it useless all the same, or null. */
        MillraceException onOpened();
    }

    private enum State {
        READY,
        WAITING,
        CONNECTING,
        OPENING,
        ENDED
    }
}
